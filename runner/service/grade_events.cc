// What the grader says, as messages.
#include <utility>

#include "runner/service/convert_parts.h"
#include "runner/service/grade_convert.h"

namespace runner {
namespace {

v1::Outcome ToProto(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPassed:
      return v1::PASSED;
    case Outcome::kFailed:
      return v1::FAILED;
    case Outcome::kFlaky:
      return v1::FLAKY;
    case Outcome::kSkipped:
      return v1::SKIPPED;
    case Outcome::kError:
      return v1::ERROR;
  }
  return v1::OUTCOME_UNSPECIFIED;
}

v1::Visibility ToProto(Visibility visibility) {
  switch (visibility) {
    case Visibility::kVisible:
      return v1::VISIBLE;
    case Visibility::kHidden:
      return v1::HIDDEN;
    case Visibility::kAfterDueDate:
      return v1::AFTER_DUE_DATE;
    case Visibility::kAfterPublished:
      return v1::AFTER_PUBLISHED;
  }
  return v1::VISIBILITY_UNSPECIFIED;
}

void Set(v1::Mismatch& to, Mismatch&& from) {
  to.set_what(std::move(from.what));
  to.set_message(std::move(from.difference.message));
  to.set_line(static_cast<std::uint32_t>(from.difference.line));
  to.set_column(static_cast<std::uint32_t>(from.difference.column));
  to.set_diff(std::move(from.difference.diff));
}

void Set(v1::TestResult& to, TestResult&& from) {
  to.set_file(std::move(from.file));
  for (std::string& title : from.path) to.add_path(std::move(title));
  to.set_outcome(ToProto(from.outcome));
  runner::Set(*to.mutable_duration(), from.duration);
  to.set_message(std::move(from.message));
  to.set_diff(std::move(from.diff));
  to.set_line(static_cast<std::uint32_t>(from.line));
  to.set_column(static_cast<std::uint32_t>(from.column));
}

// Outcome and points only: all else could be a letter from a submission that has read its input.
TestResult Redacted(TestResult&& from) {
  TestResult kept;
  kept.file = std::move(from.file);
  kept.path = std::move(from.path);
  kept.outcome = from.outcome;
  return kept;
}

void Redact(CaseResult& result) {
  Attempt& attempt = result.decisive;
  Attempt kept;
  kept.outcome = attempt.outcome;
  // What is wrong with the service, or why it was not run, is no word of the program's.
  if (result.outcome == Outcome::kError || result.outcome == Outcome::kSkipped) kept.message = attempt.message;
  for (TestResult& test : attempt.tests) kept.tests.push_back(Redacted(std::move(test)));
  attempt = std::move(kept);
}

}  // namespace

v1::GradeEvent GradeStartedEvent(const GradePlan& plan, std::uint32_t parallel) {
  v1::GradeEvent event;
  v1::GradeStarted& started = *event.mutable_started();
  started.set_grade_id(plan.grade_id);
  started.set_image(plan.image);
  started.set_policy(plan.policy);
  started.set_cases(static_cast<std::uint32_t>(plan.cases.size()));
  started.set_parallel(parallel);
  return event;
}

v1::GradeEvent TestEvent(std::uint32_t case_index, std::uint32_t attempt, TestResult test, Visibility visibility) {
  v1::GradeEvent event;
  v1::TestEvent& to = *event.mutable_test();
  to.set_case_index(case_index);
  to.set_attempt(attempt);
  Set(*to.mutable_test(), visibility == Visibility::kHidden ? Redacted(std::move(test)) : std::move(test));
  return event;
}

v1::GradeEvent CaseEvent(CaseResult result) {
  if (result.visibility == Visibility::kHidden) Redact(result);
  v1::GradeEvent event;
  v1::CaseResult& to = *event.mutable_result();
  to.set_index(result.index);
  to.set_name(std::move(result.name));
  to.set_group(std::move(result.group));
  to.set_visibility(ToProto(result.visibility));
  to.set_outcome(ToProto(result.outcome));
  to.set_points(result.points);
  to.set_points_possible(result.points_possible);
  to.set_attempts(result.attempts);
  to.set_attempts_passed(result.attempts_passed);
  Attempt& attempt = result.decisive;
  to.set_message(std::move(attempt.message));
  for (Mismatch& mismatch : attempt.mismatches) Set(*to.add_mismatches(), std::move(mismatch));
  for (TestResult& test : attempt.tests) Set(*to.add_tests(), std::move(test));
  if (attempt.run) runner::Set(*to.mutable_run(), attempt.run->result, attempt.run->names);
  to.set_stdout(std::move(attempt.out));
  to.set_stderr(std::move(attempt.err));
  return event;
}

v1::GradeEvent GradeTotalEvent(const GradeTotal& total, const std::string& grade_id) {
  v1::GradeEvent event;
  v1::GradeTotal& to = *event.mutable_total();
  to.set_grade_id(grade_id);
  to.set_passed(total.passed);
  to.set_failed(total.failed);
  to.set_flaky(total.flaky);
  to.set_skipped(total.skipped);
  to.set_errors(total.errors);
  to.set_points(total.points);
  to.set_points_possible(total.points_possible);
  to.set_complete(total.complete());
  runner::Set(*to.mutable_wall_time(), total.wall_time);
  runner::Set(*to.mutable_cpu_time(), total.cpu_time);
  return event;
}

const std::string& OutcomeName(Outcome outcome) { return v1::Outcome_Name(ToProto(outcome)); }

}  // namespace runner
