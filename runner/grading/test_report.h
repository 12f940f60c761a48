#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/grading/grade_result.h"

namespace runner {

// What the harness has said of one test file, as far as it got.
class TestReport {
 public:
  explicit TestReport(std::string file) : file_(std::move(file)) {}

  // Takes a message of the harness. The test that has ended, if that is what it says.
  std::optional<TestResult> Add(const std::string& message);

  // Why the file did not pass, in one sentence; empty: it did. `run` is how its run ended, `broken` TestRecords::broken().
  [[nodiscard]] std::string Judge(const RunResult& run, bool broken) const;
  // Whether a test of this full name has passed ("outer > inner").
  [[nodiscard]] bool HasPassed(const std::string& name) const;

  [[nodiscard]] const std::vector<TestResult>& tests() const { return tests_; }

 private:
  // " in the test ...", or nothing where none was running.
  [[nodiscard]] std::string Where() const;

  std::string file_;
  std::vector<TestResult> tests_;
  std::string running_;               // its full name
  std::optional<std::uint64_t> end_;  // how many tests the harness has told of
  bool malformed_ = false;
};

// "outer > inner"
[[nodiscard]] std::string FullName(const TestResult& test);

}  // namespace runner
