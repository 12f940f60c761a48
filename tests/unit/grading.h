// What a grading may come to, for tests of what is said of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runner/ctl/report/grade_report.h"

namespace runner::ctl {

// Everything that is awkward somewhere: controls, broken UTF-8, the ends of CDATA and fences, what begins a directive.
inline const std::string kNasty =
    std::string("a\x00\x01\x1b[31mred\x7f", 12) +
    "\xff\xc3(\xed\xa0\x80\xf4\x90\x80\x80 \xc2\x85\xe2\x80\xae\xef\xbf\xbe" +
    "]]> <b>&amp; ``` ~~~ | # SKIP \\ %0A \r\n...\n---\nok 1\nBail out!\n::error::x\n##[add-mask]x\n\xf0\x9f\x98\x80";

inline v1::Case NamedCase(const std::string& name, const std::string& group = "", double points = 1) {
  v1::Case graded;
  graded.set_name(name);
  graded.set_group(group);
  graded.set_points(points);
  graded.mutable_expect();
  return graded;
}

class Grading {
 public:
  explicit Grading(const std::vector<v1::Case>& cases, bool deterministic = false) {
    for (const v1::Case& graded : cases) *request_.add_cases() = graded;
    request_.mutable_determinism()->set_enabled(deterministic);
    gatherer_ = std::make_unique<GradeGatherer>("a suite", request_);
    v1::GradeEvent started;
    started.mutable_started()->set_image("node-26");
    started.mutable_started()->set_policy("grader");
    gatherer_->OnEvent(started);
  }

  v1::CaseResult Result(std::uint32_t index, v1::Outcome outcome, const std::string& message = "") const {
    const v1::Case& graded = request_.cases(static_cast<int>(index));
    v1::CaseResult result;
    result.set_index(index);
    result.set_name(graded.name());
    result.set_group(graded.group());
    result.set_visibility(graded.visibility());
    result.set_outcome(outcome);
    result.set_message(message);
    result.set_points_possible(graded.points());
    if (outcome == v1::PASSED) result.set_points(graded.points());
    result.set_attempts(1);
    return result;
  }

  void Add(const v1::CaseResult& result) {
    v1::GradeEvent event;
    *event.mutable_result() = result;
    gatherer_->OnEvent(event);
  }
  GradeGatherer& gatherer() { return *gatherer_; }
  GradeReport Finish(const std::string& trouble = "") { return gatherer_->Finish(trouble); }

 private:
  v1::GradeRequest request_;
  std::unique_ptr<GradeGatherer> gatherer_;
};

inline v1::Mismatch MismatchOf(const std::string& what, const std::string& message, const std::string& diff = "") {
  v1::Mismatch mismatch;
  mismatch.set_what(what);
  mismatch.set_message(message);
  mismatch.set_diff(diff);
  return mismatch;
}

// One case of each outcome, as they would come: out of order.
inline GradeReport OneOfEach() {
  Grading grading({NamedCase("passes", "", 2), NamedCase("fails", "g"), NamedCase("flaky"), NamedCase("skipped", "g"),
                   NamedCase("broken")});
  v1::CaseResult failed = grading.Result(1, v1::FAILED, "stdout differs");
  *failed.add_mismatches() = MismatchOf("stdout", "line 1, column 1", "-7\n+8\n");
  v1::CaseResult flaky = grading.Result(2, v1::FLAKY, "stdout differs");
  flaky.set_attempts(5);
  flaky.set_attempts_passed(3);
  grading.Add(grading.Result(4, v1::ERROR, "the sandbox could not be made"));
  grading.Add(flaky);
  grading.Add(grading.Result(0, v1::PASSED));
  grading.Add(grading.Result(3, v1::SKIPPED, "fail fast"));
  grading.Add(failed);
  return grading.Finish();
}

// What a hostile submission leaves, in every place where text can be.
inline GradeReport Nasty() {
  Grading grading({NamedCase(kNasty, kNasty), NamedCase("tests"), NamedCase("  "), NamedCase("error")});
  v1::CaseResult failed = grading.Result(0, v1::FAILED, kNasty);
  *failed.add_mismatches() = MismatchOf("exit code", kNasty, kNasty);
  failed.set_stdout(kNasty);
  failed.set_stderr(kNasty);
  grading.Add(failed);
  v1::CaseResult tests = grading.Result(1, v1::FAILED, kNasty);
  for (const v1::Outcome outcome : {v1::PASSED, v1::FAILED, v1::SKIPPED}) {
    v1::TestResult& one = *tests.add_tests();
    one.set_outcome(outcome);
    one.add_path(kNasty);
    one.add_path("inner");
    one.set_message(kNasty);
    one.set_diff(kNasty);
  }
  grading.Add(tests);
  grading.Add(grading.Result(2, v1::PASSED));
  grading.Add(grading.Result(3, v1::ERROR, kNasty));
  return grading.Finish(kNasty);
}

}  // namespace runner::ctl
