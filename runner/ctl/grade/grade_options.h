#pragma once

#include <string>

#include "runner/ctl/suite/suite.h"

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

// Throws UsageError for options that make no sense together or alone.
void CheckOptions(const GradeOptions& options);

// The suite that SUITE names, as the options want it graded: --filter, --jobs and the rest win over the file.
[[nodiscard]] Suite LoadSuite(const GradeOptions& options);

// The files of SUBMISSION. A single file gets the name of the suite's entry, whatever its own is. Files of the suite that are
// below a directory are not part of it: a program is not to read what it is graded by. Throws UsageError where nothing is left.
[[nodiscard]] std::vector<v1::File> GatherSubmission(const GradeOptions& options, const Suite& suite);

// Takes those cases out of `request` whose entry the submission does not have: that is its failure, and nothing to bother the
// service with. Returns for each case that is left its place in the request as it was.
[[nodiscard]] std::vector<std::uint32_t> TakeOutCasesWithoutEntry(v1::GradeRequest& request);

// "main.mjs", where that is why `graded` has been taken out.
[[nodiscard]] std::string MissingEntryOf(const v1::GradeRequest& request, const v1::Case& graded);

}  // namespace runner::ctl
