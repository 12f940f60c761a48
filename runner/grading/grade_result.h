#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/engine/run_result.h"
#include "runner/grading/comparer.h"

namespace runner {

// The API's words of the same names.
enum class Outcome { kPassed, kFailed, kFlaky, kSkipped, kError };

enum class Visibility { kVisible, kHidden, kAfterDueDate, kAfterPublished };

// One thing that is not as expected.
struct Mismatch {
  std::string what;
  Difference difference;
};

// A test of a test file.
struct TestResult {
  std::string file;
  std::vector<std::string> path;
  Outcome outcome = Outcome::kError;
  std::chrono::microseconds duration{};
  std::string message;
  std::string diff;
  std::size_t line = 0;
  std::size_t column = 0;
};

// How a run ended, and what it was called.
struct NamedResult {
  RunResult result;
  RunNames names;
};

// What one attempt at a case came to: kPassed, kFailed, or kError where nothing can be said.
struct Attempt {
  Outcome outcome = Outcome::kError;
  std::string message;
  std::vector<Mismatch> mismatches;
  std::vector<TestResult> tests;
  std::optional<NamedResult> run;
  std::string out;  // the beginning of what the program wrote, at most kMaxShownOutput
  std::string err;

  static constexpr std::size_t kMaxShownOutput = 64 * 1024;
};

struct CaseResult {
  std::uint32_t index = 0;
  std::string name;
  std::string group;
  Visibility visibility = Visibility::kVisible;
  Outcome outcome = Outcome::kSkipped;
  double points = 0;
  double points_possible = 0;
  std::uint32_t attempts = 0;
  std::uint32_t attempts_passed = 0;
  Attempt decisive{};  // the first that failed, or the first; nothing in it where none was made
};

struct GradeTotal {
  std::uint32_t passed = 0;
  std::uint32_t failed = 0;
  std::uint32_t flaky = 0;
  std::uint32_t skipped = 0;
  std::uint32_t errors = 0;
  double points = 0;
  double points_possible = 0;
  std::chrono::microseconds wall_time{};
  std::chrono::microseconds cpu_time{};  // of every run, checkers' included

  [[nodiscard]] bool complete() const { return skipped == 0 && errors == 0; }
};

}  // namespace runner
