#include "runner/grading/test_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runner/sandbox/text.h"

namespace runner {
namespace {

using nlohmann::json;

constexpr std::size_t kShownName = 200;

std::vector<std::string> Texts(const json& object, const char* key) {
  std::vector<std::string> texts;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return texts;
  for (const json& each : *found) {
    if (each.is_string()) texts.push_back(each.get<std::string>());
  }
  return texts;
}

std::string Text(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint64_t Number(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::string Join(const std::vector<std::string>& path) {
  std::string name;
  for (const std::string& title : path) name += (name.empty() ? "" : " > ") + title;
  return name;
}

std::size_t Count(const std::vector<TestResult>& tests, Outcome outcome) {
  return static_cast<std::size_t>(std::ranges::count(tests, outcome, &TestResult::outcome));
}

}  // namespace

std::string FullName(const TestResult& test) { return Join(test.path); }

std::optional<TestResult> TestReport::Add(const std::string& message) {
  const json said = json::parse(message, nullptr, false);
  // Nobody but the harness can have said it, and nothing comes after its end.
  if (!said.is_object() || end_) {
    malformed_ = true;
    return std::nullopt;
  }
  if (const auto started = said.find("started"); started != said.end() && started->is_object()) {
    running_ = Join(Texts(*started, "path"));
    return std::nullopt;
  }
  if (const auto end = said.find("end"); end != said.end() && end->is_number_unsigned()) {
    end_ = end->get<std::uint64_t>();
    return std::nullopt;
  }
  const auto ended = said.find("ended");
  if (ended == said.end() || !ended->is_object()) {
    malformed_ = true;
    return std::nullopt;
  }
  TestResult test;
  test.file = file_;
  test.path = Texts(*ended, "path");
  const std::string outcome = Text(*ended, "outcome");
  test.outcome = outcome == "passed" ? Outcome::kPassed : outcome == "skipped" ? Outcome::kSkipped : Outcome::kFailed;
  test.duration = std::chrono::microseconds(Number(*ended, "ns") / 1000);
  test.message = Text(*ended, "message");
  test.diff = Text(*ended, "diff");
  test.line = Number(*ended, "line");
  test.column = Number(*ended, "column");
  running_.clear();
  tests_.push_back(test);
  return test;
}

std::string TestReport::Where() const {
  return running_.empty() ? std::string() : " in the test " + Quote(running_, kShownName);
}

std::string TestReport::Judge(const RunResult& run, bool broken) const {
  const std::string prefix = file_ + ": ";
  if (broken || malformed_) return prefix + "the program has tampered with what is said of its tests";
  if (run.verdict != Verdict::kExited) return prefix + run.message + Where();
  if (!end_) {
    return prefix + "the program ended with exit code " + std::to_string(run.exit_code.value_or(0)) + Where() +
           ", before its tests had ended";
  }
  if (*end_ != tests_.size() || run.exit_code != 0) {
    return prefix + "the program has tampered with what is said of its tests";
  }
  const std::size_t failed = Count(tests_, Outcome::kFailed);
  if (failed > 0) {
    const auto& first = *std::ranges::find(tests_, Outcome::kFailed, &TestResult::outcome);
    return prefix + std::to_string(failed) + " of " + std::to_string(tests_.size()) +
           (tests_.size() == 1 ? " test" : " tests") + " failed, the first is " + Quote(FullName(first), kShownName);
  }
  if (Count(tests_, Outcome::kPassed) == 0) return prefix + "no test was run";
  return {};
}

bool TestReport::HasPassed(const std::string& name) const {
  return std::ranges::any_of(
      tests_, [&](const TestResult& test) { return test.outcome == Outcome::kPassed && FullName(test) == name; });
}

}  // namespace runner
