#pragma once

#include <string>

#include "runner/ctl/grade/grade_options.h"
#include "runner/ctl/report/grade_report.h"
#include "runner/ctl/report/grade_text.h"

namespace runner::ctl {

// What appears on standard output while a suite is graded, and a line of progress on standard error where that is a terminal.
// Cases come in the order of the suite, each as soon as all before it are known. One thread.
class GradeOutput {
 public:
  explicit GradeOutput(const GradeOptions& options);
  GradeOutput(const GradeOutput&) = delete;
  GradeOutput& operator=(const GradeOutput&) = delete;
  ~GradeOutput() { ClearProgress(); }

  // After each event. Returns 0, or the errno of a write that failed.
  [[nodiscard]] int OnProgress(GradeGatherer& gatherer);
  // The rest. The same return value.
  [[nodiscard]] int OnEnd(const GradeReport& report);
  void ClearProgress();

 private:
  enum class Kind { kText, kJson, kTap, kNothing };

  [[nodiscard]] std::string CaseText(const v1::CaseResult& result) const;
  // Writes to standard output. Returns 0 or an errno.
  [[nodiscard]] int Print(std::string text) const;

  Kind kind_ = Kind::kText;
  TextStyle style_;
  bool shows_progress_ = false;
  bool has_progress_ = false;
  std::size_t shown_ = 0;  // cases
  bool started_ = false;   // the first line of JSON
};

}  // namespace runner::ctl
