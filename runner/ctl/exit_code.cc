#include "runner/ctl/exit_code.h"

#include <string>

namespace runner::ctl {

int ExitCodeOf(const v1::RunResult& result) {
  switch (result.verdict()) {
    case v1::EXITED:
      return result.exit_code();
    case v1::SIGNALED:
      return 128 + result.signal();
    case v1::WALL_TIME_LIMIT:
    case v1::CPU_TIME_LIMIT:
      return kExitTimeLimit;
    case v1::MEMORY_LIMIT:
      return kExitMemoryLimit;
    case v1::OUTPUT_LIMIT:
      return kExitOutputLimit;
    case v1::POLICY_VIOLATION:
      return kExitPolicyViolation;
    case v1::CANCELLED:
      return kExitCancelled;
    default:  // SETUP_FAILED, and verdicts of a newer server.
      return kExitService;
  }
}

int ExitCodeOf(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::INVALID_ARGUMENT:
      return kExitUsage;
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      // gRPC itself refuses a message over the server's size limit with this code: waiting would not help.
      return status.error_message().find("message larger than max") != std::string::npos ? kExitUsage
                                                                                         : kExitUnavailable;
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return kExitUnavailable;
    default:
      return kExitService;
  }
}

}  // namespace runner::ctl
