#pragma once

#include <grpcpp/support/status.h>

#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// The exit codes that are runnerctl's own. A program's own exit code is passed on as it is, so these can coincide with
// it; --json tells them apart.
inline constexpr int kExitUsage = 64;        // The command line or the request is wrong.
inline constexpr int kExitUnavailable = 69;  // No daemon, or no room in its queue.
inline constexpr int kExitService = 70;      // The service, or runnerctl itself, failed.
inline constexpr int kExitTimeLimit = 124;   // As timeout(1).
inline constexpr int kExitOutputLimit = 125;
inline constexpr int kExitCancelled = 130;        // 128 + SIGINT.
inline constexpr int kExitMemoryLimit = 137;      // 128 + SIGKILL, as an OOM kill looks to a shell.
inline constexpr int kExitBrokenPipe = 141;       // 128 + SIGPIPE.
inline constexpr int kExitTerminated = 143;       // 128 + SIGTERM.
inline constexpr int kExitPolicyViolation = 159;  // 128 + SIGSYS.

// What runnerctl exits with after `result`.
[[nodiscard]] int ExitCodeOf(const v1::RunResult& result);

// What runnerctl exits with after a call that failed. `status` is not OK.
[[nodiscard]] int ExitCodeOf(const grpc::Status& status);

}  // namespace runner::ctl
