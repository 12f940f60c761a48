#include "runner/grading/expectation.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "runner/sandbox/run_spec.h"
#include "runner/sandbox/text.h"

namespace runner {
namespace {

// The sentences of DescribeResult after "the program".
std::string AsClause(const RunResult& result) {
  const bool passive = result.verdict != Verdict::kExited;
  return (passive ? "was " : "") + result.message;
}

std::string Instead(Verdict expected) {
  switch (expected) {
    case Verdict::kExited:
      return "";
    case Verdict::kSignaled:
      return "a signal should have ended it: ";
    case Verdict::kWallTimeLimit:
      return "the limit of elapsed time should have ended it: ";
    case Verdict::kCpuTimeLimit:
      return "the limit of CPU time should have ended it: ";
    case Verdict::kMemoryLimit:
      return "the limit of memory should have ended it: ";
    case Verdict::kOutputLimit:
      return "the limit of output should have ended it: ";
    case Verdict::kPolicyViolation:
      return "the policy should have ended it: ";
    case Verdict::kCancelled:
    case Verdict::kSetupFailed:
      break;
  }
  return "";
}

void CheckEnd(const Expectation& expectation, const RunResult& result, std::vector<Mismatch>& mismatches) {
  if (result.verdict != expectation.verdict) {
    mismatches.push_back(
        {"verdict", {.message = Instead(expectation.verdict) + "the program " + AsClause(result), .diff = ""}});
    return;
  }
  if (result.verdict == Verdict::kExited && expectation.exit_code && result.exit_code != expectation.exit_code) {
    mismatches.push_back({"exit code",
                          {.message = "expected " + std::to_string(*expectation.exit_code) + ", got " +
                                      std::to_string(result.exit_code.value_or(-1)),
                           .diff = ""}});
  }
  if (result.verdict == Verdict::kSignaled && expectation.signal && result.signal != expectation.signal) {
    mismatches.push_back({"signal",
                          {.message = "expected " + std::to_string(*expectation.signal) + ", got " +
                                      std::to_string(result.signal.value_or(0)),
                           .diff = ""}});
  }
}

void CheckText(const std::string& what, const ComparerPtr& comparer, const std::string& text,
               std::vector<Mismatch>& mismatches) {
  if (comparer == nullptr) return;
  if (auto difference = comparer->Compare(text)) mismatches.push_back({what, std::move(*difference)});
}

// What kept a file from being sent, or empty.
std::string Hurdle(const std::string& path, const Collected& collected) {
  const std::string quoted = Quote(path, kMaxPathBytes);
  // As it is among the refused: escaped.
  const std::string shown = quoted.substr(1, quoted.size() - 2);
  for (const RefusedFile& refused : collected.refused) {
    if (refused.path == shown) return refused.reason;
    if (shown.starts_with(refused.path + "/")) return "is not there: " + refused.path + " " + refused.reason;
  }
  return "";
}

std::string WhyMissing(const std::string& path, const Observation& observation) {
  if (observation.files_cut) return "is too large, together with the others, to be compared";
  const Collected collected = observation.result.collected.value_or(Collected());
  if (!collected.incomplete.empty()) return "could not be read: " + collected.incomplete;
  const std::string hurdle = Hurdle(path, collected);
  return hurdle.empty() ? "is not there" : hurdle;
}

// Was looked for everywhere and not met, not even as a directory or behind a link.
bool IsAbsent(const std::string& path, const RunResult& result) {
  const auto& collected = result.collected;
  return collected && collected->incomplete.empty() && Hurdle(path, *collected).empty() &&
         std::ranges::find(collected->unmatched, LiteralGlob(path)) != collected->unmatched.end();
}

void CheckFile(const FileExpectation& file, const Observation& observation, std::vector<Mismatch>& mismatches) {
  if (file.content == nullptr) {
    if (!IsAbsent(file.path, observation.result)) {
      mismatches.push_back({file.path, {.message = "is there, and must not be", .diff = ""}});
    }
    return;
  }
  const auto found = observation.files.find(file.path);
  if (found != observation.files.end()) return CheckText(file.path, file.content, found->second, mismatches);
  mismatches.push_back({file.path, {.message = WhyMissing(file.path, observation), .diff = ""}});
}

}  // namespace

std::string LiteralGlob(const std::string& path) {
  std::string glob;
  for (const char byte : path) {
    if (std::string_view("*?[]{},\\").find(byte) != std::string_view::npos) glob += '\\';
    glob += byte;
  }
  return glob;
}

std::vector<Mismatch> Judge(const Expectation& expectation, const Observation& observation) {
  std::vector<Mismatch> mismatches;
  CheckEnd(expectation, observation.result, mismatches);
  const bool ended_as_expected = observation.result.verdict == expectation.verdict;
  CheckText("stdout", expectation.out, observation.out, mismatches);
  CheckText("stderr", expectation.err, observation.err, mismatches);
  if (!ended_as_expected) return mismatches;
  for (const FileExpectation& file : expectation.files) CheckFile(file, observation, mismatches);
  return mismatches;
}

}  // namespace runner
