#include "runner/ctl/verdict_sentence.h"

#include <chrono>
#include <csignal>
#include <cstring>

#include "runner/ctl/durations.h"
#include "runner/ctl/units.h"

namespace runner::ctl {
namespace {

std::string Raise(const std::string& option) { return " (raise it with " + option + ", up to the policy's maximum)"; }

std::string LimitSentence(const v1::RunResult& result) {
  const v1::LimitReport& limit = result.limit();
  const auto milliseconds = [](std::uint64_t count) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(count));
  };
  switch (result.verdict()) {
    case v1::WALL_TIME_LIMIT:
      return "stopped after " + FormatMeasuredDuration(milliseconds(limit.observed())) + ": the wall time limit is " +
             FormatDuration(milliseconds(limit.allowed())) + Raise("--time");
    case v1::CPU_TIME_LIMIT:
      return "stopped after " + FormatMeasuredDuration(milliseconds(limit.observed())) +
             " of CPU time: the CPU time limit is " + FormatDuration(milliseconds(limit.allowed())) +
             Raise("--cpu-time");
    case v1::MEMORY_LIMIT:
      return "stopped with " + FormatSize(limit.observed()) + " of memory in use: the memory limit is " +
             FormatSize(limit.allowed()) + ", Node itself included" + Raise("--memory");
    default:
      return "stopped after " + FormatSize(limit.observed()) + " of " + limit.name() + ": the output limit is " +
             FormatSize(limit.allowed()) + " a stream" + Raise("--output-limit");
  }
}

std::string SignalSentence(int number) {
  const char* name = ::sigabbrev_np(number);
  const std::string suffix = name == nullptr ? "" : std::string(" (SIG") + name + ")";
  return "the program was ended by signal " + std::to_string(number) + suffix;
}

}  // namespace

std::string SentenceFor(const v1::RunResult& result) {
  switch (result.verdict()) {
    case v1::EXITED:
      return "";
    case v1::SIGNALED:
      return SignalSentence(result.signal());
    case v1::WALL_TIME_LIMIT:
    case v1::CPU_TIME_LIMIT:
    case v1::MEMORY_LIMIT:
    case v1::OUTPUT_LIMIT:
      return result.has_limit() ? LimitSentence(result) : result.message();
    case v1::POLICY_VIOLATION:
      return "stopped: the program made a system call that policy " + result.policy() + " forbids (" +
             (result.syscall().empty() ? "through a foreign calling convention" : result.syscall()) + ")";
    case v1::CANCELLED:
      return "cancelled after " + FormatMeasuredDuration(ToMilliseconds(result.usage().wall_time()));
    case v1::SETUP_FAILED:
      return "the sandbox could not be set up, the program was not started: " + result.message();
    default:
      return "the run ended with " + NameOf(result.verdict()) +
             ", which this runnerctl does not know: " + result.message();
  }
}

std::string NameOf(v1::Verdict verdict) {
  const std::string& name = v1::Verdict_Name(verdict);
  return name.empty() ? "VERDICT_" + std::to_string(static_cast<int>(verdict)) : name;
}

std::string NameOf(v1::StartKind start) {
  switch (start) {
    case v1::START_KIND_COLD:
      return "cold";
    case v1::START_KIND_WARM:
      return "warm";
    default:
      return "unknown";
  }
}

}  // namespace runner::ctl
