#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// What grading came to, as every report has it: all cases of the suite, in its order, whatever order they ended in, and also
// those that were never graded: these are an ERROR, which is nobody's failure.
struct GradeReport {
  std::string suite;
  std::string image;
  std::string policy;
  std::vector<v1::CaseResult> cases;
  // Which of `cases` have a result; the others say why not.
  std::vector<bool> graded;
  // Counted from `cases`; the times are the server's, if it came to say them.
  v1::GradeTotal total;
  // Why there are cases that were not graded: one sentence, or empty.
  std::string trouble;
  // Nothing in it depends on a clock: the same outcomes are the same bytes.
  bool timeless = false;
  std::chrono::system_clock::time_point begin{};
};

// Puts a report together from the events of a call. One thread.
class GradeGatherer {
 public:
  // `request` as it was sent.
  GradeGatherer(std::string suite, const v1::GradeRequest& request);

  void OnEvent(const v1::GradeEvent& event);

  // Results that have come, and of these FAILED or FLAKY.
  [[nodiscard]] std::size_t done() const { return done_; }
  [[nodiscard]] std::size_t failed() const { return failed_; }
  [[nodiscard]] std::size_t count() const { return report_.cases.size(); }
  // The next case in the order of the suite whose result has come with those of all before it, once each.
  [[nodiscard]] std::optional<v1::CaseResult> NextInOrder();
  [[nodiscard]] bool has_total() const { return has_total_; }
  // As far as it is known.
  [[nodiscard]] const GradeReport& report() const { return report_; }

  // The end. Cases without a result become an ERROR that says "not graded: TROUBLE".
  [[nodiscard]] GradeReport Finish(const std::string& trouble);

 private:
  void TakeResult(v1::CaseResult result);

  GradeReport report_;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
  std::size_t next_ = 0;
  bool has_total_ = false;
};

// Whether whoever wrote the submission may see all of a case.
[[nodiscard]] bool IsVisible(v1::Visibility visibility);

// `result` as whoever wrote the submission may see it now: of a case that is not VISIBLE, its name, outcome and points.
[[nodiscard]] v1::CaseResult ForSubmitter(v1::CaseResult result);

// `result` without what a clock or chance has a part in: times, memory, identifiers, how Node was started; and where a limit
// ended the program, what it had printed until then.
[[nodiscard]] v1::CaseResult Timeless(v1::CaseResult result);

// `report` with all cases as ForSubmitter makes them.
[[nodiscard]] GradeReport ForSubmitter(GradeReport report);

// Whether every case was graded and none is an ERROR or SKIPPED: the points mean what they say.
[[nodiscard]] bool IsComplete(const GradeReport& report);

// What runnerctl exits with when the call itself was all right: 0, 1 or 70.
[[nodiscard]] int ExitCodeOf(const GradeReport& report);

// "PASSED", "FLAKY"; of an outcome that this build does not know "OUTCOME_<number>".
[[nodiscard]] std::string NameOf(v1::Outcome outcome);

// One line on why a case did not pass; empty for one that did.
[[nodiscard]] std::string ReasonOf(const v1::CaseResult& result);

// "3 of 4 passed, 1 failed. 5 of 7 points." and what is missing.
[[nodiscard]] std::string Summary(const GradeReport& report);

// Titles from the outermost to the test: "sum > adds".
[[nodiscard]] std::string TitleOf(const v1::TestResult& test);

// Whether a report shows the tests of a case of test files one by one.
[[nodiscard]] bool ShowsTests(const v1::CaseResult& result);

}  // namespace runner::ctl
