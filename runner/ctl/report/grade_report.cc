#include "runner/ctl/report/grade_report.h"

#include <algorithm>
#include <utility>

#include "runner/ctl/durations.h"
#include "runner/ctl/exit_code.h"
#include "runner/ctl/report/safe_text.h"
#include "runner/ctl/units.h"

namespace runner::ctl {
namespace {

constexpr int kSomeFailed = 1;

// When a limit ends a program is a matter of clocks and of how much came at once, not of the program alone; and so is what it
// had done by then.
bool IsEndedFromOutside(const v1::RunResult& run) { return run.has_limit() || run.verdict() == v1::CANCELLED; }

std::string LimitName(v1::Verdict verdict) {
  switch (verdict) {
    case v1::WALL_TIME_LIMIT:
      return "wall time limit";
    case v1::CPU_TIME_LIMIT:
      return "CPU time limit";
    case v1::MEMORY_LIMIT:
      return "memory limit";
    default:
      return "output limit";
  }
}

// What was allowed, and not what was measured.
std::string LimitSentence(const v1::RunResult& run) {
  const v1::LimitReport& limit = run.limit();
  const std::string allowed =
      limit.unit() == "ms" ? FormatDuration(std::chrono::milliseconds(static_cast<std::int64_t>(limit.allowed())))
                           : FormatSize(limit.allowed());
  return "the program was stopped by its " + LimitName(run.verdict()) + " of " + allowed;
}

// Why a program that a limit ended did not pass, without what it had done by then.
std::string TimelessReason(const v1::CaseResult& result) {
  const auto is_verdict = [](const v1::Mismatch& mismatch) { return mismatch.what() == "verdict"; };
  if (result.tests_size() > 0 || result.mismatches().empty() || std::ranges::any_of(result.mismatches(), is_verdict)) {
    return LimitSentence(result.run());
  }
  // To be stopped was right.
  return result.mismatches(0).what() + " is not what was expected";
}

void Count(const v1::CaseResult& result, v1::GradeTotal& total) {
  switch (result.outcome()) {
    case v1::PASSED:
      total.set_passed(total.passed() + 1);
      break;
    case v1::FAILED:
      total.set_failed(total.failed() + 1);
      break;
    case v1::FLAKY:
      total.set_flaky(total.flaky() + 1);
      break;
    case v1::SKIPPED:
      total.set_skipped(total.skipped() + 1);
      break;
    default:
      total.set_errors(total.errors() + 1);
  }
  total.set_points(total.points() + result.points());
  total.set_points_possible(total.points_possible() + result.points_possible());
}

std::string Counted(std::uint32_t count, const char* what) {
  return count == 0 ? "" : ", " + std::to_string(count) + " " + what;
}

}  // namespace

GradeGatherer::GradeGatherer(std::string suite, const v1::GradeRequest& request) {
  report_.suite = std::move(suite);
  report_.image = request.image();
  report_.policy = request.policy();
  report_.timeless = request.determinism().enabled();
  report_.begin = std::chrono::system_clock::now();
  report_.graded.resize(static_cast<std::size_t>(request.cases_size()));
  for (const v1::Case& graded : request.cases()) {
    v1::CaseResult& result = report_.cases.emplace_back();
    result.set_index(static_cast<std::uint32_t>(report_.cases.size() - 1));
    result.set_name(graded.name());
    result.set_group(graded.group());
    result.set_visibility(graded.visibility());
    result.set_outcome(v1::ERROR);
    result.set_points_possible(graded.has_points() ? graded.points() : 1);
  }
}

void GradeGatherer::OnEvent(const v1::GradeEvent& event) {
  if (event.has_started()) {
    report_.image = event.started().image();
    report_.policy = event.started().policy();
  } else if (event.has_result()) {
    TakeResult(event.result());
  } else if (event.has_total()) {
    has_total_ = true;
    *report_.total.mutable_wall_time() = event.total().wall_time();
    *report_.total.mutable_cpu_time() = event.total().cpu_time();
  }
}

void GradeGatherer::TakeResult(v1::CaseResult result) {
  const std::size_t index = result.index();
  if (index >= report_.graded.size() || report_.graded[index]) return;
  report_.graded[index] = true;
  ++done_;
  if (result.outcome() == v1::FAILED || result.outcome() == v1::FLAKY) ++failed_;
  report_.cases[index] = report_.timeless ? Timeless(std::move(result)) : std::move(result);
}

std::optional<v1::CaseResult> GradeGatherer::NextInOrder() {
  if (next_ >= report_.graded.size() || !report_.graded[next_]) return std::nullopt;
  return report_.cases[next_++];
}

GradeReport GradeGatherer::Finish(const std::string& trouble) {
  report_.trouble = trouble;
  for (std::size_t i = 0; i < report_.graded.size(); ++i) {
    v1::CaseResult& result = report_.cases[i];
    if (!report_.graded[i]) result.set_message("not graded" + (trouble.empty() ? "" : ": " + trouble));
    Count(result, report_.total);
  }
  report_.total.set_complete(IsComplete(report_));
  return std::move(report_);
}

bool IsVisible(v1::Visibility visibility) {
  return visibility == v1::VISIBLE || visibility == v1::VISIBILITY_UNSPECIFIED;
}

v1::CaseResult ForSubmitter(v1::CaseResult result) {
  if (IsVisible(result.visibility())) return result;
  // What went wrong with the service or the suite is no secret of the case's.
  if (result.outcome() != v1::ERROR && result.outcome() != v1::SKIPPED) result.clear_message();
  result.clear_mismatches();
  result.clear_tests();
  result.clear_run();
  result.clear_stdout();
  result.clear_stderr();
  return result;
}

v1::CaseResult Timeless(v1::CaseResult result) {
  v1::RunResult& run = *result.mutable_run();
  if (IsEndedFromOutside(run)) {
    if (result.outcome() == v1::FAILED && run.has_limit()) result.set_message(TimelessReason(result));
    result.clear_mismatches();
    result.clear_stdout();
    result.clear_stderr();
    run.clear_stdout_truncated();
    run.clear_stderr_truncated();
  }
  run.clear_message();
  run.clear_usage();
  run.clear_start();
  run.clear_queue_time();
  run.clear_run_id();
  run.clear_phases();
  if (run.has_limit()) run.mutable_limit()->clear_observed();
  for (v1::TestResult& test : *result.mutable_tests()) test.clear_duration();
  if (run.verdict() == v1::VERDICT_UNSPECIFIED) result.clear_run();
  return result;
}

GradeReport ForSubmitter(GradeReport report) {
  for (v1::CaseResult& result : report.cases) result = ForSubmitter(std::move(result));
  return report;
}

bool IsComplete(const GradeReport& report) {
  return std::ranges::none_of(report.cases, [](const v1::CaseResult& result) {
    return result.outcome() != v1::PASSED && result.outcome() != v1::FAILED && result.outcome() != v1::FLAKY;
  });
}

int ExitCodeOf(const GradeReport& report) {
  if (report.total.errors() > 0) return kExitService;
  return report.total.passed() == report.cases.size() ? 0 : kSomeFailed;
}

std::string NameOf(v1::Outcome outcome) {
  const std::string& name = v1::Outcome_Name(outcome);
  return name.empty() ? "OUTCOME_" + std::to_string(static_cast<int>(outcome)) : name;
}

std::string ReasonOf(const v1::CaseResult& result) {
  if (result.outcome() == v1::PASSED) return "";
  std::string reason = result.message();
  if (result.outcome() == v1::FLAKY) {
    reason = "passed " + std::to_string(result.attempts_passed()) + " of " + std::to_string(result.attempts()) +
             " times" + (reason.empty() ? "" : "; then: " + reason);
  }
  return SafeLine(reason);
}

std::string Summary(const GradeReport& report) {
  const v1::GradeTotal& total = report.total;
  std::string text = std::to_string(total.passed()) + " of " + std::to_string(report.cases.size()) + " passed" +
                     Counted(total.failed(), "failed") + Counted(total.flaky(), "flaky") +
                     Counted(total.skipped(), "skipped") + Counted(total.errors(), "not graded");
  text += ". " + FormatPoints(total.points()) + " of " + FormatPoints(total.points_possible()) + " points" +
          (total.errors() > 0 ? " so far" : "") + ".";
  if (total.errors() > 0) text += " Incomplete: this is no grade.";
  return text;
}

std::string TitleOf(const v1::TestResult& test) {
  std::string title;
  for (const std::string& part : test.path()) title += (title.empty() ? "" : " > ") + part;
  return SafeLine(title.empty() ? test.file() : title);
}

bool ShowsTests(const v1::CaseResult& result) { return result.tests_size() > 0 && IsVisible(result.visibility()); }

}  // namespace runner::ctl
