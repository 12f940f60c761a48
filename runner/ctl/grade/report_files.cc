#include "runner/ctl/grade/report_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "runner/ctl/directory_walk.h"
#include "runner/ctl/grade/report_place.h"
#include "runner/ctl/report/reports.h"
#include "runner/ctl/run_output.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

std::string Why() { return std::system_category().message(errno); }

// Opens `path`, writes, closes; 0 or an errno.
int WriteTo(const std::string& path, int flags, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | flags, 0666);
  if (fd < 0) return errno;
  const int written = WriteAll(fd, text);
  return ::close(fd) != 0 && written == 0 ? errno : written;
}

// A name beside `path` that nobody has.
std::string MakeTemporary(const std::string& path) {
  const fs::path target(path);
  std::string name = (target.parent_path() / ("." + target.filename().string() + ".XXXXXX")).string();
  const int fd = ::mkstemp(name.data());
  if (fd < 0) return "";
  // mkstemp's files are for one user alone; a report is a file like others.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::fchmod(fd, 0666 & ~mask);
  ::close(fd);
  return name;
}

// Whether a file can take the place of what is at `path`.
bool IsReplaced(const std::string& path, const fs::file_status& status) {
  return (!fs::exists(status) || fs::is_regular_file(status)) && !LeadsToDescriptor(path);
}

void AppendStepSummary(const GradeReport& report) {
  // NOLINTBEGIN(concurrency-mt-unsafe): nothing changes the environment
  const char* const in_actions = std::getenv("GITHUB_ACTIONS");
  const char* const path = std::getenv("GITHUB_STEP_SUMMARY");
  // NOLINTEND(concurrency-mt-unsafe)
  if (in_actions == nullptr || std::string(in_actions) != "true" || path == nullptr || *path == '\0') return;
  const int error = WriteTo(path, O_APPEND | O_CREAT, ToMarkdown(report));
  if (error != 0) Say("cannot append to the step summary: " + std::system_category().message(error));
}

}  // namespace

void ReportFiles::RemoveEarlier(const GradeOptions& options) {
  std::error_code ignored;
  for (const ReportOption& report : ReportsToFiles(options)) {
    const fs::file_status status = fs::status(report.path, ignored);
    if (!fs::is_directory(status) && IsReplaced(report.path, status)) ::unlink(report.path.c_str());
  }
}

ReportFiles::ReportFiles(const GradeOptions& options) : ReportFiles() {
  Add("--junit", options.junit, [](const GradeReport& report) { return ToJunit(ForSubmitter(report)); });
  if (options.tap != "-")
    Add("--tap", options.tap, [](const GradeReport& report) { return ToTap(ForSubmitter(report)); });
  Add("--markdown", options.markdown, [](const GradeReport& report) { return ToMarkdown(ForSubmitter(report)); });
  Add("--gradescope", options.gradescope, ToGradescope, /*complete_only=*/true);
}

ReportFiles::~ReportFiles() {
  for (const File& file : files_) {
    if (!file.temporary.empty()) ::unlink(file.temporary.c_str());
  }
}

void ReportFiles::Add(const std::string& option, const std::string& path,
                      std::function<std::string(const GradeReport&)> format, bool complete_only) {
  if (path.empty()) return;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) throw UsageError(option + ": " + Quoted(path) + " is a directory");
  const bool is_replaced = IsReplaced(path, status);
  std::string temporary = is_replaced ? MakeTemporary(path) : "";
  if (is_replaced && temporary.empty()) throw UsageError(option + ": cannot write " + Quoted(path) + ": " + Why());
  files_.push_back({.option = option,
                    .path = path,
                    .temporary = std::move(temporary),
                    .format = std::move(format),
                    .complete_only = complete_only});
  if (is_replaced && ::unlink(path.c_str()) != 0 && errno != ENOENT) {
    throw UsageError(option + ": cannot replace " + Quoted(path) + ": " + Why());
  }
}

bool ReportFiles::WriteOne(File& file, const std::string& text) {
  // A descriptor of a file is behind what has been written to it.
  int error = file.temporary.empty() ? WriteTo(file.path, O_APPEND, text) : WriteTo(file.temporary, O_TRUNC, text);
  if (error == 0 && !file.temporary.empty()) {
    if (std::rename(file.temporary.c_str(), file.path.c_str()) != 0) error = errno;
    if (error == 0) file.temporary.clear();
  }
  if (error != 0) {
    Say(file.option + ": cannot write " + Quoted(file.path) + ": " + std::system_category().message(error));
  }
  return error == 0;
}

bool ReportFiles::Write(const GradeReport& report) {
  bool ok = true;
  for (File& file : files_) {
    if (file.complete_only && !IsComplete(report)) {
      Say(file.option + ": not written, because grading is incomplete and the points would look like a grade");
      continue;
    }
    ok = WriteOne(file, file.format(report)) && ok;
  }
  AppendStepSummary(ForSubmitter(report));
  return ok;
}

}  // namespace runner::ctl
