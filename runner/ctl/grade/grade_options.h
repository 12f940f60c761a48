#pragma once

#include <string>
#include <vector>

#include "runner/ctl/suite/suite.h"
#include "runner/ctl/workspace_files.h"

namespace runner::ctl {

// What `runnerctl grade` was told, as written.
struct GradeOptions {
  std::string suite;       // SUITE; with init: DIR
  std::string submission;  // SUBMISSION
  bool init = false;
  std::string jobs;
  std::string repeat;
  std::string filter;
  std::string image;
  std::string policy;
  bool fail_fast = false;
  bool deterministic = false;
  bool reveal = false;
  bool cold = false;
  bool no_gitignore = false;
  bool watch = false;
  std::string address;
  std::string tenant;
  std::string junit;
  std::string tap;  // "-": standard output
  std::string gradescope;
  std::string markdown;
  std::string color = "auto";
  bool json = false;
  bool quiet = false;
};

struct ReportOption {
  std::string option;
  std::string path;
};

// The reports that are asked for, but for what goes to standard output by itself.
[[nodiscard]] std::vector<ReportOption> ReportsToFiles(const GradeOptions& options);

// Throws UsageError for options that make no sense together or alone.
void CheckOptions(const GradeOptions& options);

// The suite that SUITE names, as the options want it graded: --filter, --jobs and the rest win over the file.
[[nodiscard]] Suite LoadSuite(const GradeOptions& options);

// The files of SUBMISSION. A single file gets the name of the suite's entry, whatever its own is. Files of the suite that are
// below a directory are not part of it: a program is not to read what it is graded by. Throws UsageError where nothing else is
// there. Where the suite names every file to run, what is there need not be a program by the rules of `runnerctl run`.
[[nodiscard]] Program GatherSubmission(const GradeOptions& options, const Suite& suite);

// Takes those cases out of `request` for which the submission lacks something: that is its failure, and nothing to bother the
// service with. Returns for each case that is left its place in the request as it was.
[[nodiscard]] std::vector<std::uint32_t> TakeOutCasesThatLack(v1::GradeRequest& request);

// What the submission in `request` has to have for `graded` and has not.
struct Lack {
  std::string sentence;  // empty: nothing
  std::string entry;     // the file that it is about
};
[[nodiscard]] Lack LackOf(const v1::GradeRequest& request, const v1::Case& graded);

}  // namespace runner::ctl
