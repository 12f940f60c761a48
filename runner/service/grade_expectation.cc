#include "runner/service/grade_expectation.h"

#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "runner/grading/expectation_case.h"
#include "runner/sandbox/glob.h"
#include "runner/sandbox/text.h"
#include "runner/sandbox/units.h"
#include "runner/sandbox/workspace_check.h"

namespace runner {
namespace {

using Violations = std::vector<FieldViolation>;

// What is kept of one run to be compared.
constexpr std::uint64_t kMaxComparedOutput = std::uint64_t{128} << 20U;

std::optional<Verdict> ToVerdict(v1::Verdict verdict) {
  switch (verdict) {
    case v1::EXITED:
      return Verdict::kExited;
    case v1::SIGNALED:
      return Verdict::kSignaled;
    case v1::WALL_TIME_LIMIT:
      return Verdict::kWallTimeLimit;
    case v1::CPU_TIME_LIMIT:
      return Verdict::kCpuTimeLimit;
    case v1::MEMORY_LIMIT:
      return Verdict::kMemoryLimit;
    case v1::OUTPUT_LIMIT:
      return Verdict::kOutputLimit;
    case v1::POLICY_VIOLATION:
      return Verdict::kPolicyViolation;
    default:
      return std::nullopt;
  }
}

void SetEnd(const v1::Expectation& from, const std::string& field, Expectation& to, Violations& violations) {
  to.verdict = from.has_signal() ? Verdict::kSignaled : Verdict::kExited;
  if (from.verdict() != v1::VERDICT_UNSPECIFIED) {
    if (const auto verdict = ToVerdict(from.verdict())) {
      to.verdict = *verdict;
    } else {
      const std::string& name = v1::Verdict_Name(from.verdict());
      violations.push_back({field + ".verdict", (name.empty() ? std::to_string(from.verdict()) : name) +
                                                    " is not the fate of a program that can be expected"});
      return;
    }
  }
  const bool exits = to.verdict == Verdict::kExited;
  if (from.has_signal()) to.signal = from.signal();
  if (from.has_signal() && to.verdict != Verdict::kSignaled) {
    violations.push_back({field + ".signal", "goes with the verdict SIGNALED only"});
  }
  if (from.has_signal() && (from.signal() < 1 || from.signal() > 64)) {
    violations.push_back({field + ".signal", std::to_string(from.signal()) + " is outside [1, 64]"});
  }
  if (from.has_exit_code()) to.exit_code = from.exit_code();
  if (from.any_exit_code()) to.exit_code = std::nullopt;
  if (from.has_exit_code() && from.any_exit_code()) {
    violations.push_back({field + ".exit_code", "goes without any_exit_code only"});
  }
  if ((from.has_exit_code() || from.any_exit_code()) && !exits) {
    violations.push_back(
        {field + (from.has_exit_code() ? ".exit_code" : ".any_exit_code"), "goes with the verdict EXITED only"});
  }
  if (from.has_exit_code() && (from.exit_code() < 0 || from.exit_code() > 255)) {
    violations.push_back({field + ".exit_code", std::to_string(from.exit_code()) + " is outside [0, 255]"});
  }
}

double ToBound(double value, const std::string& field, Violations& violations) {
  if (std::isfinite(value) && value >= 0) return value;
  violations.push_back({field, std::to_string(value) + " is not a finite number of at least 0"});
  return 0;
}

// Of Numbers and of JsonEquality.
template <typename Message>
Tolerance ToTolerance(const Message& from, const std::string& field, Violations& violations) {
  return {ToBound(from.absolute(), field + ".absolute", violations),
          ToBound(from.relative(), field + ".relative", violations)};
}

ComparerPtr Take(Result<ComparerPtr> made, const std::string& field, const std::string& value, Violations& violations) {
  if (made) return std::move(*made);
  violations.push_back({field, value + made.error().step});
  return nullptr;
}

ComparerPtr ToComparer(v1::Comparison&& from, const std::string& field, Violations& violations) {
  switch (from.how_case()) {
    case v1::Comparison::kExact:
      return MakeExactComparer(std::move(*from.mutable_exact()));
    case v1::Comparison::kTrim:
      return MakeTrimComparer(std::move(*from.mutable_trim()));
    case v1::Comparison::kLines:
      return MakeLinesComparer(std::move(*from.mutable_lines()));
    case v1::Comparison::kContains:
      if (from.contains().empty())
        violations.push_back({field + ".contains", "is empty, and everything contains that"});
      return MakeContainsComparer(std::move(*from.mutable_contains()));
    case v1::Comparison::kTokens:
      return MakeTokensComparer(std::move(*from.mutable_tokens()));
    case v1::Comparison::kNumbers: {
      v1::Numbers& numbers = *from.mutable_numbers();
      return MakeNumbersComparer(std::move(*numbers.mutable_expected()),
                                 ToTolerance(numbers, field + ".numbers", violations));
    }
    case v1::Comparison::kRegex:
      return Take(MakeRegexComparer(from.regex()), field + ".regex", Quote(from.regex()) + " ", violations);
    case v1::Comparison::kJson: {
      const v1::JsonEquality& json = from.json();
      const JsonOptions options{ToTolerance(json, field + ".json", violations), json.unordered()};
      return Take(MakeJsonComparer(json.expected(), options), field + ".json.expected", "", violations);
    }
    case v1::Comparison::HOW_NOT_SET:
      break;
  }
  violations.push_back(
      {field, "compares in no way: expected exact, trim, lines, tokens, numbers, contains, regex or json"});
  return nullptr;
}

void AddFile(v1::FileExpectation&& from, const std::string& field, std::set<std::string>& paths, Expectation& to,
             Violations& violations) {
  FileExpectation file{.path = from.path(), .content = nullptr};
  if (const std::string wrong = CheckPath(file.path); !wrong.empty()) {
    violations.push_back({field + ".path", Quote(file.path) + " " + wrong});
  } else if (LiteralGlob(file.path).size() > Glob::kMaxBytes) {
    violations.push_back({field + ".path", Quote(file.path) + " has more than 256 bytes"});
  } else if (!paths.insert(file.path).second) {
    violations.push_back({field + ".path", Quote(file.path) + " is expected twice; every path is allowed once"});
  }
  if (from.has_content()) {
    file.content = ToComparer(std::move(*from.mutable_content()), field + ".content", violations);
  } else if (!from.absent()) {
    violations.push_back({field, "expects nothing: it needs content, or absent to be true"});
  }
  to.files.push_back(std::move(file));
}

}  // namespace

Expectation ToExpectation(v1::Expectation&& from, const std::string& field, const Limits& limits,
                          Violations& violations) {
  Expectation to;
  SetEnd(from, field, to, violations);
  if (from.has_stdout()) to.out = ToComparer(std::move(*from.mutable_stdout()), field + ".stdout", violations);
  if (from.has_stderr()) to.err = ToComparer(std::move(*from.mutable_stderr()), field + ".stderr", violations);
  const std::uint64_t compared = (from.has_stdout() || from.has_checker() ? limits.output_bytes : 0) +
                                 (from.has_stderr() || from.has_checker() ? limits.output_bytes : 0);
  if (compared > kMaxComparedOutput) {
    violations.push_back({field, FormatSize(compared) + " of output may come (limits.output_bytes), and at most " +
                                     FormatSize(kMaxComparedOutput) + " are compared"});
  }
  if (from.files_size() > static_cast<int>(kMaxCollectGlobs)) {
    violations.push_back({field + ".files", std::to_string(from.files_size()) + " files, allowed are [0, " +
                                                std::to_string(kMaxCollectGlobs) + "]"});
    return to;
  }
  if (from.files_size() > 0 && to.verdict != Verdict::kExited && to.verdict != Verdict::kSignaled) {
    violations.push_back({field + ".files",
                          "go with the verdicts EXITED and SIGNALED only: of a program that was ended "
                          "from outside nothing is left"});
  }
  std::set<std::string> paths;
  for (int i = 0; i < from.files_size(); ++i) {
    AddFile(std::move(*from.mutable_files(i)), field + ".files[" + std::to_string(i) + "]", paths, to, violations);
  }
  return to;
}

}  // namespace runner
