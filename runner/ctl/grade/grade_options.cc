#include "runner/ctl/grade/grade_options.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "runner/ctl/directory_walk.h"
#include "runner/ctl/grade/report_place.h"
#include "runner/ctl/suite/case_reader.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kMostJobs = 4096;

std::uint32_t ParseCount(const std::string& option, const std::string& text, std::uint32_t most) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 1 || count > most) {
    throw UsageError(option + ": '" + text + "' is not a whole number from 1 to " + std::to_string(most));
  }
  return count;
}

void CheckStandardOutput(const GradeOptions& options) {
  if (options.json && options.tap == "-")
    throw UsageError("--json and --tap: both are standard output; write --tap=FILE");
}

// A report takes the place of what is there.
void CheckReports(const GradeOptions& options) {
  std::map<fs::path, std::string> places;
  for (const auto& [option, path] : ReportsToFiles(options)) {
    const fs::path place = PlaceOf(path);
    if (place == PlaceOf(options.suite) || place == PlaceOf(options.submission)) {
      throw UsageError(option + ": " + Quoted(path) + " is the suite or the submission");
    }
    const auto [first, is_new] = places.emplace(place, option);
    if (!is_new) throw UsageError(option + ": " + Quoted(path) + " is another report already, of " + first->second);
  }
}

bool Has(const google::protobuf::RepeatedPtrField<v1::File>& files, const std::string& path) {
  return std::ranges::any_of(files, [&](const v1::File& file) { return file.path() == path; });
}

const std::string& EntryOf(const v1::GradeRequest& request, const v1::Case& graded) {
  return graded.entry().empty() ? request.entry() : graded.entry();
}

bool NamesEveryEntry(const v1::GradeRequest& request) {
  return std::ranges::all_of(request.cases(), [&](const v1::Case& graded) {
    return !graded.has_expect() || !EntryOf(request, graded).empty();
  });
}

}  // namespace

std::vector<ReportOption> ReportsToFiles(const GradeOptions& options) {
  std::vector<ReportOption> reports = {{"--junit", options.junit},
                                       {"--tap", options.tap == "-" ? "" : options.tap},
                                       {"--markdown", options.markdown},
                                       {"--gradescope", options.gradescope}};
  std::erase_if(reports, [](const ReportOption& report) { return report.path.empty(); });
  return reports;
}

void CheckOptions(const GradeOptions& options) {
  if (options.suite.empty()) {
    throw UsageError("grade: name a SUITE and a SUBMISSION (`runnerctl grade --init` writes a suite to begin with)");
  }
  if (options.submission.empty()) {
    throw UsageError("grade: name the SUBMISSION to grade with " + options.suite + ": a file or a directory");
  }
  if (options.submission == "-") throw UsageError("grade: a SUBMISSION is a file or a directory, not standard input");
  CheckStandardOutput(options);
  CheckReports(options);
}

Suite LoadSuite(const GradeOptions& options) {
  Suite suite = LoadSuite(options.suite);
  if (!options.filter.empty()) FilterCases(suite, options.filter);
  v1::GradeRequest& request = suite.request;
  if (!options.jobs.empty()) request.set_max_parallel(ParseCount("--jobs", options.jobs, kMostJobs));
  if (!options.repeat.empty()) {
    request.set_repeat(ParseCount("--repeat", options.repeat, static_cast<std::uint32_t>(kMostRepeats)));
    for (v1::Case& graded : *request.mutable_cases()) graded.clear_repeat();
  }
  if (!options.image.empty()) request.set_image(options.image);
  if (!options.policy.empty()) request.set_policy(options.policy);
  if (options.fail_fast) request.set_fail_fast(true);
  if (options.deterministic) request.mutable_determinism()->set_enabled(true);
  if (options.cold) request.set_start(v1::START_KIND_COLD);
  request.set_tenant(options.tenant);
  if (options.reveal) {
    for (v1::Case& graded : *request.mutable_cases()) graded.set_visibility(v1::VISIBLE);
  }
  if (!options.gradescope.empty() && request.fail_fast()) {
    throw UsageError(
        "--gradescope: with fail-fast the cases after a failure are not run, so the points would be no grade");
  }
  if (!options.gradescope.empty() && options.reveal) {
    throw UsageError("--gradescope and --reveal: the file would show the student what is hidden");
  }
  return suite;
}

Program GatherSubmission(const GradeOptions& options, const Suite& suite) {
  std::error_code ignored;
  const bool gitignore = !options.no_gitignore;
  if (!fs::is_directory(options.submission, ignored)) {
    return GatherProgram(options.submission, suite.request.entry(), gitignore);
  }
  Program submission = NamesEveryEntry(suite.request) ? GatherDirectory(options.submission, gitignore)
                                                      : GatherProgram(options.submission, "", gitignore);
  std::set<fs::path> of_suite;
  for (const fs::path& file : suite.files) of_suite.insert(fs::weakly_canonical(file, ignored));
  const fs::path root = fs::weakly_canonical(options.submission, ignored);
  const auto removed = std::erase_if(submission.files, [&](const v1::File& file) {
    return of_suite.contains(fs::weakly_canonical(root / file.path(), ignored));
  });
  if (removed > 0 && submission.files.empty()) {
    throw UsageError(Quoted(options.submission) + " holds the suite and nothing to grade");
  }
  return submission;
}

Lack LackOf(const v1::GradeRequest& request, const v1::Case& graded) {
  const std::string& entry = EntryOf(request, graded);
  if (graded.has_expect() && !entry.empty() && !Has(request.submission(), entry) && !Has(request.shared(), entry) &&
      !Has(graded.files(), entry)) {
    return {.sentence = "the submission has no file " + Quoted(entry), .entry = entry};
  }
  return {.sentence = request.submission().empty() ? "the submission has no files" : "", .entry = ""};
}

std::vector<std::uint32_t> TakeOutCasesThatLack(v1::GradeRequest& request) {
  google::protobuf::RepeatedPtrField<v1::Case> all;
  all.Swap(request.mutable_cases());
  std::vector<std::uint32_t> places;
  for (int i = 0; i < all.size(); ++i) {
    if (!LackOf(request, all[i]).sentence.empty()) continue;
    request.add_cases()->Swap(&all[i]);
    places.push_back(static_cast<std::uint32_t>(i));
  }
  if (!Has(request.submission(), request.entry()) && !Has(request.shared(), request.entry())) request.clear_entry();
  return places;
}

}  // namespace runner::ctl
