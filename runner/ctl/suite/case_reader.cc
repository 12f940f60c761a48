#include "runner/ctl/suite/case_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "runner/ctl/directory_walk.h"
#include "runner/ctl/suite/suite_keys.h"

namespace runner::ctl {
namespace {

// What a case of test files cannot have: the tests say what is expected, and what is run.
constexpr std::array<KeyName, 14> kNotWithTests = {"stdin",        "stdin_file", "stdout",    "stdout_file", "stderr",
                                                   "stderr_file",  "verdict",    "exit_code", "signal",      "checker",
                                                   "expect_files", "compare",    "entry",     "args"};

// What makes a case of files one that can fail.
bool ExpectsSomething(const Layers& layers, const CaseFiles& files) {
  return files.out || files.err || files.code ||
         layers.With({"stdout", "stdout_file", "stderr", "stderr_file", "verdict", "exit_code", "signal", "checker",
                      "expect_files"}) != nullptr;
}

void Exclude(const YamlMap& map, std::span<const KeyName> names, const std::string& with) {
  for (const KeyName name : names) {
    if (const YamlValue* const value = map.Find(name)) value->Refuse("does not go with " + with);
  }
}

std::string PlaceOf(const CaseFiles& files) {
  for (const auto& file : {files.in, files.out, files.err, files.code, files.args}) {
    if (file) return file->string();
  }
  return files.name;
}

std::string ReadEntry(const YamlValue& value) {
  std::string entry = value.Text("the path of a file");
  try {
    // No file of a submission could have this name: a mistake of the suite's, not of every student's.
    CheckWorkspacePath(entry);
  } catch (const UsageError& error) {
    value.Refuse(error.what());
  }
  return entry;
}

}  // namespace

void CaseReader::Read(const YamlMap& suite) {
  std::optional<YamlMap> defaults;
  if (const YamlValue* const value = suite.Find("defaults")) {
    defaults.emplace(*value, kDefaultKeys, "a map of what the cases have in common");
    if (const YamlValue* const entry = defaults->Find("entry")) suite_.request.set_entry(ReadEntry(*entry));
  }
  const YamlValue& cases = suite.At("cases");
  AddEntries(cases, {.defaults = defaults ? &*defaults : nullptr, .heading = ""});
}

void CaseReader::AddEntries(const YamlValue& cases, const Around& around) {
  const std::vector<YamlValue> entries = cases.Elements("a list of cases");
  if (entries.empty()) cases.Refuse("is empty; a suite has at least one case");
  for (const YamlValue& value : entries) {
    const YamlMap entry(value, kCaseKeys, "a case: a map");
    if (entry.Has("cases")) {
      AddGroup(entry, around);
    } else if (entry.Has("from")) {
      AddFromFiles(entry, around);
    } else if (entry.Has("tests")) {
      AddTests(entry, around);
    } else {
      AddInline(entry, around);
    }
  }
}

void CaseReader::AddGroup(const YamlMap& group, const Around& around) {
  static constexpr std::array<KeyName, 6> kNotWithCases = {"name", "from", "tests", "files", "expect_files", "repeat"};
  if (around.group != nullptr) group.At("cases").Refuse("a group is not in a group");
  Exclude(group, kNotWithCases, "cases: a group has a `group`, its cases, and what they have in common");
  AddEntries(group.At("cases"), {.group = &group,
                                 .defaults = around.defaults,
                                 .heading = group.Has("group") ? group.At("group").Text("a heading") : ""});
}

v1::Case& CaseReader::Add(const std::string& name, const std::string& group, const std::string& place) {
  v1::Case& graded = *suite_.request.add_cases();
  graded.set_name(name);
  graded.set_group(group);
  suite_.places.push_back(place);
  return graded;
}

void CaseReader::ReadCommon(const Layers& layers, v1::Case& graded) {
  for (const YamlValue* const env : layers.All("env")) {
    for (const YamlValue::Member& variable : env->Members("a map of variables")) {
      (*graded.mutable_env())[variable.name] = variable.value.Text("the value of a variable");
    }
  }
  const auto limits = layers.All("limits");
  if (!limits.empty()) *graded.mutable_limits() = ReadLimits(limits);
  if (const YamlValue* const points = layers.Find("points")) graded.set_points(points->Amount());
  if (const YamlValue* const repeat = layers.Find("repeat")) {
    graded.set_repeat(static_cast<std::uint32_t>(repeat->Number(1, kMostRepeats)));
  }
  if (const YamlValue* const files = layers.Find("files")) {
    for (v1::File& file : files_.Workspace(*files)) *graded.add_files() = std::move(file);
  }
  if (const YamlValue* const visibility = layers.Find("visibility")) {
    graded.set_visibility(static_cast<v1::Visibility>(visibility->Choice(kVisibilities) + v1::VISIBLE));
  }
}

void CaseReader::ReadProgram(const Layers& layers, const CaseFiles* case_files, v1::Case& graded) {
  ReadCommon(layers, graded);
  if (const YamlValue* const entry = layers.Find("entry")) graded.set_entry(ReadEntry(*entry));
  if (case_files != nullptr && case_files->args) {
    for (std::string& line : ArgumentLines(files_.Content(*case_files->args))) graded.add_args(std::move(line));
  } else if (const YamlValue* const args = layers.Find("args")) {
    for (const YamlValue& arg : args->Elements("a list of arguments")) graded.add_args(arg.Text("an argument"));
  }
  graded.set_stdin(ReadInput(layers, case_files, files_));
  *graded.mutable_expect() = ReadExpectation(layers, case_files, files_);
}

void CaseReader::AddPlain(const CaseFiles& case_files) {
  const Layers nothing({});
  if (!ExpectsSomething(nothing, case_files)) {
    throw UsageError(PlaceOf(case_files) +
                     ": there is no .out beside it (nor .ans, .err, .code), so nothing could fail");
  }
  ReadProgram(nothing, &case_files, Add(case_files.name, case_files.group, PlaceOf(case_files)));
}

void CaseReader::AddFromFiles(const YamlMap& entry, const Around& around) {
  static constexpr std::array<KeyName, 2> kNotWithFrom = {"name", "tests"};
  Exclude(entry, kNotWithFrom, "from: the files give the names");
  const YamlValue& from = entry.At("from");
  const std::vector<std::string> paths = files_.Glob(from);
  const bool is_directory = paths.size() == 1 && std::filesystem::is_directory(files_.directory() / paths[0]);
  std::vector<CaseFiles> cases;
  try {
    cases = is_directory ? FindCaseFiles(files_.directory() / paths[0])
                         : CaseFilesOf(files_.directory(), from.Text(), paths);
  } catch (const UsageError& error) {
    from.Refuse(error.what());
  }
  if (cases.empty()) from.Refuse(Quoted(from.Text()) + " holds no cases: files NAME.in and NAME.out");
  const Layers layers({&entry, around.group, around.defaults});
  const std::string heading = entry.Has("group") ? entry.At("group").Text("a heading") : around.heading;
  for (const CaseFiles& files : cases) {
    if (!ExpectsSomething(layers, files)) {
      from.Refuse(Quoted(PlaceOf(files)) +
                  ": there is no .out beside it (nor .ans, .err, .code), so nothing could fail");
    }
    ReadProgram(layers, &files,
                Add(heading.empty() ? files.name : heading + "/" + files.name, heading.empty() ? files.group : heading,
                    PlaceOf(files)));
  }
}

void CaseReader::AddTests(const YamlMap& entry, const Around& around) {
  Exclude(entry, kNotWithTests, "tests, which say themselves what is expected");
  const YamlValue& tests = entry.At("tests");
  const std::string heading = entry.Has("group") ? entry.At("group").Text("a heading") : around.heading;
  const std::string name = entry.Has("name") ? entry.At("name").Text("the name of a case")
                           : tests.IsText()  ? tests.Text()
                                             : "tests " + std::to_string(suite_.places.size() + 1);
  v1::Case& graded = Add(name, heading, entry.value().Line());
  ReadCommon(Layers({&entry, around.group, around.defaults}), graded);
  v1::TestFiles& wanted = *graded.mutable_tests();
  if (!tests.IsMap()) {
    for (v1::File& file : files_.Workspace(tests)) *wanted.add_files() = std::move(file);
    return;
  }
  const YamlMap map(tests, kTestKeys, "paths, or a map with files");
  for (v1::File& file : files_.Workspace(map.At("files"))) *wanted.add_files() = std::move(file);
  if (const YamlValue* const entries = map.Find("entries")) {
    for (const YamlValue& path : entries->OneOrMore("paths out of files")) {
      const auto same = [&](const v1::File& file) { return file.path() == path.Text(); };
      if (std::ranges::none_of(wanted.files(), same)) path.Refuse(Quoted(path.Text()) + " is none of the files");
      wanted.add_entries(path.Text());
    }
  }
  if (const YamlValue* const required = map.Find("required")) {
    for (const YamlValue& title : required->OneOrMore("full names of tests")) wanted.add_required(title.Text());
  }
}

void CaseReader::AddInline(const YamlMap& entry, const Around& around) {
  const std::string name = entry.Has("name") ? entry.At("name").Text("the name of a case")
                                             : "case " + std::to_string(suite_.places.size() + 1);
  const std::string heading = entry.Has("group") ? entry.At("group").Text("a heading") : around.heading;
  ReadProgram(Layers({&entry, around.group, around.defaults}), nullptr, Add(name, heading, entry.value().Line()));
}

}  // namespace runner::ctl
