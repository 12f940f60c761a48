#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "runner/ctl/grade/grade_options.h"
#include "runner/ctl/report/grade_report.h"

namespace runner::ctl {

// The files that reports go to. What is there from an earlier time is removed when grading begins, so that a report that is
// there is of this time; a file appears when it is whole.
class ReportFiles {
 public:
  // Throws UsageError, naming the option, for a file that cannot be written.
  explicit ReportFiles(const GradeOptions& options);
  ReportFiles(const ReportFiles&) = delete;
  ReportFiles& operator=(const ReportFiles&) = delete;
  // Removes what has not become a report.
  ~ReportFiles();

  // Writes all of them, and GitHub's step summary where this is a step of an Action. Says what cannot be written, and why no
  // Gradescope file is written; false: something could not be.
  [[nodiscard]] bool Write(const GradeReport& report);

  // Where they are, absolute: what --watch does not look at.
  [[nodiscard]] std::vector<std::filesystem::path> paths() const;

 private:
  struct File {
    std::string option;
    std::string path;
    std::string temporary;  // empty: `path` is no regular file, such as /dev/stdout, and is written to as it is
    std::function<std::string(const GradeReport&)> format;
    bool complete_only = false;
  };

  void Add(const std::string& option, const std::string& path, std::function<std::string(const GradeReport&)> format,
           bool complete_only = false);
  static bool WriteOne(File& file, const std::string& text);

  std::vector<File> files_;
};

}  // namespace runner::ctl
