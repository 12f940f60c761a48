#include "runner/ctl/suite/expectation_reader.h"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>

#include "runner/ctl/directory_walk.h"
#include "runner/ctl/durations.h"
#include "runner/ctl/suite/suite_keys.h"

namespace runner::ctl {
namespace {

constexpr int kMostExitCode = 255;
constexpr int kMostSignal = 64;
constexpr std::int64_t kMostThreads = 4294967295;

// A number, or a name with or without SIG.
std::int32_t ReadSignal(const YamlValue& value) {
  std::string name = value.Text("a signal");
  if (name.starts_with("SIG")) name.erase(0, 3);
  for (int number = 1; number <= kMostSignal; ++number) {
    const char* const known = ::sigabbrev_np(number);
    if (std::to_string(number) == name || (known != nullptr && name == known)) return number;
  }
  value.RefuseAs("a signal, such as SIGABRT, or its number in [1, 64]");
}

void ReadExitCode(const YamlValue& value, v1::Expectation& expectation) {
  if (value.IsText() && value.Text() == "any") {
    expectation.set_any_exit_code(true);
  } else if (!value.IsText() || value.Text().find_first_not_of("0123456789") != std::string::npos) {
    value.RefuseAs("an exit code in [0, 255], or any");
  } else {
    expectation.set_exit_code(static_cast<std::int32_t>(value.Number(0, kMostExitCode)));
  }
}

// How the program is to end: all three come from one map.
void ReadEnd(const Layers& layers, v1::Expectation& expectation) {
  const YamlMap* const map = layers.With({"verdict", "exit_code", "signal"});
  if (map == nullptr) return;
  const YamlValue* const verdict = map->Find("verdict");
  const YamlValue* const exit_code = map->Find("exit_code");
  const YamlValue* const signal = map->Find("signal");
  if (exit_code != nullptr && signal != nullptr)
    signal->Refuse("a program ends by exit_code or by signal, not by both");
  if (verdict != nullptr) {
    v1::Verdict parsed = v1::VERDICT_UNSPECIFIED;
    (void)v1::Verdict_Parse(std::string(kVerdicts.at(verdict->Choice(kVerdicts))), &parsed);
    expectation.set_verdict(parsed);
    if (exit_code != nullptr && parsed != v1::EXITED) exit_code->Refuse("goes with the verdict EXITED");
    if (signal != nullptr && parsed != v1::SIGNALED) signal->Refuse("goes with the verdict SIGNALED");
  }
  if (exit_code != nullptr) ReadExitCode(*exit_code, expectation);
  if (signal != nullptr) expectation.set_signal(ReadSignal(*signal));
}

void ReadCodeFile(const std::filesystem::path& path, SuiteFiles& files, v1::Expectation& expectation) {
  std::string text = files.Content(path);
  text.erase(text.find_last_not_of(" \r\n") + 1);
  int code = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  const bool is_code = error == std::errc() && end == text.data() + text.size() && code >= 0 && code <= kMostExitCode;
  if (!is_code && text != "any") {
    throw UsageError(path.string() + ": expected an exit code in [0, 255], or any, not " + Quoted(text));
  }
  expectation.set_any_exit_code(!is_code);
  if (is_code) expectation.set_exit_code(code);
}

// NAME or NAME_file of one map.
std::optional<v1::Comparison> ReadStream(const Layers& layers, std::string_view name, const Comparer& comparer,
                                         SuiteFiles& files) {
  const std::string file_name = std::string(name) + "_file";
  const YamlMap* const map = layers.With({name, file_name});
  if (map == nullptr) return std::nullopt;
  const YamlValue* const file = map->Find(file_name);
  if (file == nullptr) return ReadComparison(map->At(name), comparer, files);
  if (map->Has(name)) file->Refuse("and " + std::string(name) + ": one of them is enough");
  return Compare(comparer, files.Content(*file));
}

void ReadFiles(const YamlValue& value, const Comparer& comparer, SuiteFiles& files, v1::Expectation& expectation) {
  for (const YamlValue::Member& member : value.Members("a map of paths and what the files hold")) {
    try {
      CheckWorkspacePath(member.name);
    } catch (const UsageError& error) {
      member.key.Refuse(error.what());
    }
    v1::FileExpectation& file = *expectation.add_files();
    file.set_path(member.name);
    const bool absent = member.value.IsMap() && std::ranges::any_of(member.value.Members(""), [](const auto& inner) {
                          return inner.name == kAbsentKeys[0];
                        });
    if (!absent) {
      *file.mutable_content() = ReadComparison(member.value, comparer, files);
    } else if (const YamlMap map(member.value, kAbsentKeys, "{absent: true}"); map.At("absent").Bool()) {
      file.set_absent(true);
    } else {
      member.value.RefuseAs("absent: true, or how the file is compared");
    }
  }
}

v1::Checker ReadChecker(const YamlValue& value, SuiteFiles& files) {
  v1::Checker checker;
  if (value.IsText()) {
    for (v1::File& file : files.Workspace(value)) *checker.add_files() = std::move(file);
    if (checker.files_size() != 1)
      value.Refuse("names " + std::to_string(checker.files_size()) + " files; write {files: ..., entry: ...}");
    checker.set_entry(checker.files(0).path());
    return checker;
  }
  const YamlMap map(value, kCheckerKeys, "the path of a program, or a map with files");
  for (v1::File& file : files.Workspace(map.At("files"))) *checker.add_files() = std::move(file);
  const YamlValue* const entry = map.Find("entry");
  if (entry == nullptr && checker.files_size() != 1) value.Refuse("has several files: which is its entry?");
  checker.set_entry(entry == nullptr ? checker.files(0).path() : entry->Text("a path out of files"));
  const auto is_entry = [&](const v1::File& file) { return file.path() == checker.entry(); };
  if (std::ranges::none_of(checker.files(), is_entry)) entry->Refuse(Quoted(checker.entry()) + " is none of its files");
  if (const YamlValue* const args = map.Find("args")) {
    for (const YamlValue& arg : args->Elements("a list of arguments")) checker.add_args(arg.Text("an argument"));
  }
  if (const YamlValue* const limits = map.Find("limits")) *checker.mutable_limits() = ReadLimits({limits});
  return checker;
}

}  // namespace

Layers::Layers(std::initializer_list<const YamlMap*> maps) {
  for (const YamlMap* const map : maps) {
    if (map != nullptr) maps_.push_back(map);
  }
}

const YamlValue* Layers::Find(std::string_view name) const {
  const YamlMap* const map = With({name});
  return map == nullptr ? nullptr : map->Find(name);
}

const YamlMap* Layers::With(std::initializer_list<std::string_view> names) const {
  for (const YamlMap* const map : maps_) {
    if (std::ranges::any_of(names, [map](std::string_view name) { return map->Has(name); })) return map;
  }
  return nullptr;
}

std::vector<const YamlValue*> Layers::All(std::string_view name) const {
  std::vector<const YamlValue*> values;
  for (auto map = maps_.rbegin(); map != maps_.rend(); ++map) {
    if ((*map)->Has(name)) values.push_back((*map)->Find(name));
  }
  return values;
}

std::string ReadInput(const Layers& layers, const CaseFiles* case_files, SuiteFiles& files) {
  if (case_files != nullptr && case_files->in) return files.Content(*case_files->in);
  const YamlMap* const map = layers.With({"stdin", "stdin_file"});
  if (map == nullptr) return "";
  if (!map->Has("stdin_file")) return map->At("stdin").Text();
  if (map->Has("stdin")) map->At("stdin_file").Refuse("and stdin: one of them is enough");
  return files.Content(map->At("stdin_file"));
}

v1::Limits ReadLimits(const std::vector<const YamlValue*>& outermost_first) {
  v1::Limits limits;
  for (const YamlValue* const value : outermost_first) {
    const YamlMap map(*value, kLimitKeys, "a map with " + Alternatives(kLimitKeys));
    if (const auto* time = map.Find("wall_time")) *limits.mutable_wall_time() = ToProto(time->Duration());
    if (const auto* time = map.Find("cpu_time")) *limits.mutable_cpu_time() = ToProto(time->Duration());
    if (const auto* memory = map.Find("memory")) limits.set_memory_bytes(memory->Size());
    if (const auto* output = map.Find("output")) limits.set_output_bytes(output->Size());
    if (const auto* threads = map.Find("threads")) {
      limits.set_threads(static_cast<std::uint32_t>(threads->Number(1, kMostThreads)));
    }
    if (const auto* workspace = map.Find("workspace")) limits.set_workspace_bytes(workspace->Size());
  }
  return limits;
}

v1::Expectation ReadExpectation(const Layers& layers, const CaseFiles* case_files, SuiteFiles& files) {
  const YamlValue* const compare = layers.Find("compare");
  const Comparer comparer = compare == nullptr ? Comparer{} : ReadComparer(*compare);
  v1::Expectation expectation;
  const auto stream = [&](std::string_view name, const std::optional<std::filesystem::path>& file) {
    return file ? Compare(comparer, files.Content(*file)) : ReadStream(layers, name, comparer, files);
  };
  const CaseFiles none;
  const CaseFiles& given = case_files == nullptr ? none : *case_files;
  if (auto expected = stream("stdout", given.out)) *expectation.mutable_stdout() = std::move(*expected);
  if (auto expected = stream("stderr", given.err)) *expectation.mutable_stderr() = std::move(*expected);
  if (given.code) {
    ReadCodeFile(*given.code, files, expectation);
  } else {
    ReadEnd(layers, expectation);
  }
  if (const YamlValue* const written = layers.Find("expect_files")) ReadFiles(*written, comparer, files, expectation);
  if (const YamlValue* const checker = layers.Find("checker"))
    *expectation.mutable_checker() = ReadChecker(*checker, files);
  return expectation;
}

}  // namespace runner::ctl
