#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runner/ctl/grade/grade_options.h"
#include "runner/ctl/report/grade_report.h"

namespace runner::ctl {

// The files that reports go to. A report that is there is of this time: those of an earlier one are removed, and a file appears
// when it is whole.
class ReportFiles {
 public:
  // Removes the reports of an earlier time. To be called before the submission is read: whoever wrote it can make that fail,
  // and can have left a report of their own. What cannot be removed, the constructor tells.
  static void RemoveEarlier(const GradeOptions& options);

  // Throws UsageError, naming the option, for a file that cannot be written.
  explicit ReportFiles(const GradeOptions& options);
  ReportFiles(const ReportFiles&) = delete;
  ReportFiles& operator=(const ReportFiles&) = delete;
  // Removes what has not become a report.
  ~ReportFiles();

  // Writes all of them, and GitHub's step summary where this is a step of an Action. Says what cannot be written, and why no
  // Gradescope file is written; false: something could not be.
  [[nodiscard]] bool Write(const GradeReport& report);

 private:
  struct File {
    std::string option;
    std::string path;
    std::string temporary;  // empty: `path` cannot be replaced, such as /dev/stdout, and is written to as it is
    std::function<std::string(const GradeReport&)> format;
    bool complete_only = false;
  };

  // The destructor runs for what delegates to it, also when that throws.
  ReportFiles() = default;

  void Add(const std::string& option, const std::string& path, std::function<std::string(const GradeReport&)> format,
           bool complete_only = false);
  static bool WriteOne(File& file, const std::string& text);

  std::vector<File> files_;
};

}  // namespace runner::ctl
