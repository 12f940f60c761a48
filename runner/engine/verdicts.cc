#include "runner/engine/verdicts.h"

#include <cstring>

namespace runner {
namespace {

std::string Describe(const LimitReport& limit) {
  return std::to_string(limit.observed) + " " + limit.unit + " (the limit is " + std::to_string(limit.allowed) + " " +
         limit.unit + ")";
}

std::string SignalName(int number) {
  const char* const abbreviation = ::sigabbrev_np(number);
  return abbreviation != nullptr ? std::string("SIG") + abbreviation : std::to_string(number);
}

}  // namespace

std::string DescribeResult(const RunResult& result) {
  const std::string limit = result.limit ? Describe(*result.limit) : std::string();
  switch (result.verdict) {
    case Verdict::kExited:
      return "exited with code " + std::to_string(result.exit_code.value_or(0));
    case Verdict::kSignaled:
      return "ended by signal " + SignalName(result.signal.value_or(0));
    case Verdict::kWallTimeLimit:
      return "stopped after " + limit + " of elapsed time";
    case Verdict::kCpuTimeLimit:
      return "stopped after " + limit + " of CPU time";
    case Verdict::kMemoryLimit:
      return "stopped at " + limit + " of memory, Node itself included";
    case Verdict::kOutputLimit:
      return "stopped after " + limit + " on " + (result.limit ? result.limit->name : "");
    case Verdict::kPolicyViolation:
      return result.syscall.empty() ? "stopped: a system call that the policy forbids"
                                    : "stopped: the policy forbids the system call " + result.syscall;
    case Verdict::kCancelled:
      return "cancelled by the caller";
    case Verdict::kSetupFailed:
      return result.message;
  }
  return {};
}

}  // namespace runner
