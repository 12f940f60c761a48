#include "runner/ctl/suite/suite.h"

#include <fnmatch.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "runner/ctl/command_line.h"
#include "runner/ctl/directory_walk.h"
#include "runner/ctl/suite/case_reader.h"
#include "runner/ctl/suite/suite_files.h"
#include "runner/ctl/suite/suite_keys.h"
#include "runner/ctl/suite/yaml_value.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostCases = 2000;
constexpr std::size_t kLongestName = 256;
constexpr std::int64_t kMostJobs = 4096;

// "2024-01-01T00:00:00Z" or "2024-01-01", in milliseconds since 1970.
std::int64_t ReadInstant(const YamlValue& value) {
  const std::string text = value.Text();
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  int date_end = 0;
  int end = 0;
  // NOLINTNEXTLINE(cert-err34-c): every number is checked below, and has two or four digits
  (void)std::sscanf(text.c_str(), "%4d-%2u-%2u%nT%2u:%2u:%2uZ%n", &year, &month, &day, &date_end, &hour, &minute,
                    &second, &end);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  const auto length = static_cast<int>(text.size());
  const bool whole = (date_end == 10 && length == 10) || (end == 20 && length == 20);
  if (!whole || !date.ok() || hour > 23 || minute > 59 || second > 59) {
    value.RefuseAs("a time of UTC, such as 2024-01-01T00:00:00Z or 2024-01-01");
  }
  const auto instant = std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                       std::chrono::seconds(second);
  return std::chrono::duration_cast<std::chrono::milliseconds>(instant.time_since_epoch()).count();
}

void ReadDeterminism(const YamlValue& value, v1::Determinism& determinism) {
  if (value.IsText()) {
    determinism.set_enabled(value.Bool());
    return;
  }
  const YamlMap map(value, kDeterministicKeys, "true, false, or a map with seed and start_time");
  determinism.set_enabled(true);
  if (const auto* seed = map.Find("seed")) {
    determinism.set_seed(static_cast<std::uint64_t>(seed->Number(0, std::numeric_limits<std::int64_t>::max())));
  }
  if (const auto* start = map.Find("start_time")) determinism.set_start_time_ms(ReadInstant(*start));
}

// What the reader and the server agree on about names, told with both places.
void CheckNames(const Suite& suite) {
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < suite.places.size(); ++i) {
    const std::string& name = suite.request.cases(static_cast<int>(i)).name();
    const bool plain = std::ranges::none_of(name, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
    if (name.empty() || name.size() > kLongestName || !plain) {
      throw UsageError(suite.places[i] + ": the name of a case has 1 to 256 bytes and no control characters; this is " +
                       Quoted(name));
    }
    const auto [first, is_new] = seen.emplace(name, i);
    if (!is_new) {
      throw UsageError(suite.places[i] + ": a second case named " + Quoted(name) + "; the first is at " +
                       suite.places[first->second]);
    }
  }
  if (suite.places.size() > kMostCases) {
    throw UsageError(Quoted(suite.name) + " has " + std::to_string(suite.places.size()) + " cases; the most is " +
                     std::to_string(kMostCases));
  }
}

void ReadSuite(const YamlValue& root, SuiteFiles& files, Suite& suite) {
  const YamlMap map(root, kSuiteKeys, "a suite: a map with cases");
  v1::GradeRequest& request = suite.request;
  if (const auto* name = map.Find("name")) suite.name = name->Text("the suite's name");
  if (const auto* image = map.Find("image")) request.set_image(image->Text("the name of an image"));
  if (const auto* policy = map.Find("policy")) request.set_policy(policy->Text("the name of a policy"));
  if (const auto* shared = map.Find("shared")) {
    for (v1::File& file : files.Workspace(*shared)) *request.add_shared() = std::move(file);
  }
  if (const auto* determinism = map.Find("deterministic"))
    ReadDeterminism(*determinism, *request.mutable_determinism());
  if (const auto* repeat = map.Find("repeat")) {
    request.set_repeat(static_cast<std::uint32_t>(repeat->Number(1, kMostRepeats)));
  }
  if (const auto* jobs = map.Find("jobs"))
    request.set_max_parallel(static_cast<std::uint32_t>(jobs->Number(1, kMostJobs)));
  if (const auto* fail_fast = map.Find("fail_fast")) request.set_fail_fast(fail_fast->Bool());
  CaseReader(files, suite).Read(map);
}

// A directory without a suite file.
void ReadDirectory(const fs::path& directory, SuiteFiles& files, Suite& suite) {
  const std::vector<CaseFiles> cases = FindCaseFiles(directory);
  if (cases.empty()) {
    throw UsageError(
        Quoted(directory.string()) +
        " holds no suite.yaml and no cases: files NAME.in and NAME.out (`runnerctl grade --init DIR` writes "
        "a suite to begin with)");
  }
  CaseReader reader(files, suite);
  for (const CaseFiles& case_files : cases) reader.AddPlain(case_files);
}

// DIR/suite.yaml or DIR/suite.yml.
std::optional<fs::path> SuiteFileIn(const fs::path& directory) {
  std::error_code ignored;
  for (const char* const name : {"suite.yaml", "suite.yml"}) {
    if (fs::exists(directory / name, ignored)) return directory / name;
  }
  return std::nullopt;
}

}  // namespace

Suite LoadSuite(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    throw UsageError("cannot find " + Quoted(path) + " (SUITE: a suite file, or a directory of cases)");
  }
  const bool is_directory = fs::is_directory(status);
  const std::optional<fs::path> file = is_directory ? SuiteFileIn(path) : std::optional<fs::path>(path);
  Suite suite;
  suite.directory = is_directory ? fs::path(path) : fs::path(path).parent_path();
  if (suite.directory.empty()) suite.directory = ".";
  suite.name = fs::weakly_canonical(suite.directory, error).filename().string();
  SuiteFiles files(suite.directory);
  if (file) {
    const std::string text = files.Content(*file);
    ReadSuite(YamlValue::Parse(file->string(), text), files, suite);
  } else {
    ReadDirectory(suite.directory, files, suite);
  }
  CheckNames(suite);
  suite.files = files.seen();
  return suite;
}

void FilterCases(Suite& suite, const std::string& glob) {
  google::protobuf::RepeatedPtrField<v1::Case> cases;
  cases.Swap(suite.request.mutable_cases());
  std::vector<std::string> places;
  places.swap(suite.places);
  std::string some;
  for (std::size_t i = 0; i < places.size(); ++i) {
    v1::Case& candidate = cases[static_cast<int>(i)];
    if (i < 5) some += (some.empty() ? "" : ", ") + Quoted(candidate.name());
    if (::fnmatch(glob.c_str(), candidate.name().c_str(), 0) != 0) continue;
    suite.request.add_cases()->Swap(&candidate);
    suite.places.push_back(places[i]);
  }
  if (suite.places.empty()) {
    throw UsageError("--filter: no case matches " + Quoted(glob) + "; there are " + some +
                     (places.size() > 5 ? ", ..." : ""));
  }
}

}  // namespace runner::ctl
