#include "runner/ctl/grade/grade_output.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "runner/ctl/color.h"
#include "runner/ctl/report/reports.h"
#include "runner/ctl/report/safe_text.h"
#include "runner/ctl/run_output.h"

namespace runner::ctl {
namespace {

constexpr const char* kEraseLine = "\r\x1b[K";

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? "" : value;
}

}  // namespace

GradeOutput::GradeOutput(const GradeOptions& options) {
  kind_ = options.json ? Kind::kJson : options.tap == "-" ? Kind::kTap : options.quiet ? Kind::kNothing : Kind::kText;
  style_.colors = ShowsColors(options.color, OwnScreen());
  style_.hides_commands = Variable("GITHUB_ACTIONS") == "true";
  const std::string term = Variable("TERM");
  shows_progress_ = !options.quiet && ::isatty(STDERR_FILENO) == 1 && !term.empty() && term != "dumb";
}

std::string GradeOutput::CaseText(const v1::CaseResult& result) const {
  switch (kind_) {
    case Kind::kText:
      return FailureText(result, style_);
    case Kind::kJson:
      return CaseJsonLine(result);
    default:
      return "";
  }
}

int GradeOutput::Print(std::string text) const {
  // Whoever reads these formats reads the same character.
  if (style_.hides_commands && kind_ == Kind::kJson) text = WithoutCommands(std::move(text), "#\\u0023[");
  if (style_.hides_commands && kind_ == Kind::kTap) text = WithoutCommands(std::move(text), "#\\x23[");
  return WriteAll(STDOUT_FILENO, text);
}

int GradeOutput::OnProgress(GradeGatherer& gatherer) {
  std::string text;
  if (kind_ == Kind::kJson && !started_) {
    text += StartedJsonLine(gatherer.report());
    started_ = true;
  }
  while (const auto result = gatherer.NextInOrder()) {
    text += CaseText(ForSubmitter(*result));
    ++shown_;
  }
  int error = 0;
  if (!text.empty()) {
    ClearProgress();
    error = Print(std::move(text));
  }
  if (shows_progress_) {
    std::string line = kEraseLine + std::string("graded ") + std::to_string(gatherer.done()) + " of " +
                       std::to_string(gatherer.count());
    if (gatherer.failed() > 0) line += ", " + std::to_string(gatherer.failed()) + " failed";
    has_progress_ = WriteAll(STDERR_FILENO, line) == 0;
  }
  return error;
}

void GradeOutput::ClearProgress() {
  if (has_progress_) (void)WriteAll(STDERR_FILENO, kEraseLine);
  has_progress_ = false;
}

int GradeOutput::OnEnd(const GradeReport& report) {
  ClearProgress();
  std::string text;
  if (kind_ == Kind::kJson && !started_) text += StartedJsonLine(report);
  for (; shown_ < report.cases.size(); ++shown_) {
    // A person is told once, in the end, why there are cases without a result.
    if (kind_ != Kind::kText || report.graded[shown_]) text += CaseText(ForSubmitter(report.cases[shown_]));
  }
  switch (kind_) {
    case Kind::kText:
      if (std::ranges::find(report.graded, true) == report.graded.end()) break;
      if (!text.empty() || report.total.passed() < report.cases.size()) text += "\n";
      text += TableText(ForSubmitter(report), style_);
      break;
    case Kind::kJson:
      text += TotalJsonLine(report);
      break;
    case Kind::kTap:
      text += ToTap(ForSubmitter(report));
      break;
    case Kind::kNothing:
      break;
  }
  return Print(std::move(text));
}

}  // namespace runner::ctl
