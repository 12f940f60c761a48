#pragma once

#include <string>
#include <vector>

#include "runner/ctl/address.h"

namespace runner::ctl {

enum class CheckStatus {
  kOk,
  kWarning,  // Runs are possible without it, with less protection or less convenience.
  kMissing,  // Runs are not possible without it.
};

// What one probe of this host found, for a person: the sentence says what to do where something is not right.
struct Check {
  std::string name;
  CheckStatus status = CheckStatus::kOk;
  std::string sentence;
};

// The probes try the real thing with system calls, in a forked child where trying changes the process, and leave
// nothing behind. They need a process with one thread: run them before anything uses gRPC, CheckDaemon last.

// Kernel version, architecture, the system calls runner is built on, seccomp, Landlock.
[[nodiscard]] std::vector<Check> CheckKernel();
// Root and the capabilities that runnerd starts with.
[[nodiscard]] std::vector<Check> CheckPrivileges();
// Each kind of namespace, the new mount API, and a /proc of a sandbox's own.
[[nodiscard]] std::vector<Check> CheckNamespaces();
// cgroup v2 or v1: the controllers, and whether a sub-cgroup can be made.
[[nodiscard]] std::vector<Check> CheckCgroups();
// Whether the daemon at `address` answers its health check. Waits two seconds at most; kWarning when it does not.
[[nodiscard]] Check CheckDaemon(const Address& address);

}  // namespace runner::ctl
