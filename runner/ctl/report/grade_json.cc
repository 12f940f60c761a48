#include <nlohmann/json.hpp>

#include "runner/ctl/durations.h"
#include "runner/ctl/json_events.h"
#include "runner/ctl/report/reports.h"
#include "runner/ctl/utf8.h"
#include "runner/ctl/verdict_sentence.h"

namespace runner::ctl {
namespace {

using Json = nlohmann::ordered_json;

// What a program wrote: a text, or {"base64": ...} where it is none.
Json BytesJson(const std::string& bytes) {
  if (IsValidUtf8(bytes)) return bytes;
  return {{"base64", Base64(bytes)}};
}

// A report that is timeless has none of these.
Json UsageJson(const v1::RunResult& run) {
  if (!run.has_usage()) return nullptr;
  const v1::Usage& usage = run.usage();
  return {{"wall_time_ms", ToJsonMilliseconds(usage.wall_time())},
          {"cpu_time_ms", ToJsonMilliseconds(usage.cpu_time())},
          {"memory_peak_bytes", usage.memory_peak_bytes()},
          {"stdout_bytes", usage.stdout_bytes()},
          {"stderr_bytes", usage.stderr_bytes()}};
}

Json RunJson(const v1::CaseResult& result) {
  if (!result.has_run()) return nullptr;
  const v1::RunResult& run = result.run();
  Json json = {{"verdict", NameOf(run.verdict())}};
  json["exit_code"] = run.has_exit_code() ? Json(run.exit_code()) : Json(nullptr);
  json["signal"] = run.has_signal() ? Json(run.signal()) : Json(nullptr);
  json["limit"] = nullptr;
  if (run.has_limit()) {
    json["limit"] = {{"name", run.limit().name()}, {"unit", run.limit().unit()}, {"allowed", run.limit().allowed()}};
    if (run.has_usage()) json["limit"]["observed"] = run.limit().observed();
  }
  json["usage"] = UsageJson(run);
  json["stdout"] = BytesJson(result.stdout());
  json["stderr"] = BytesJson(result.stderr());
  return json;
}

Json TestJson(const v1::TestResult& test) {
  Json json = {{"file", test.file()}, {"path", Json::array()}, {"outcome", NameOf(test.outcome())}};
  for (const std::string& title : test.path()) json["path"].push_back(title);
  json["duration_ms"] = test.has_duration() ? Json(ToJsonMilliseconds(test.duration())) : Json(nullptr);
  json["message"] = test.message();
  json["diff"] = test.diff();
  json["line"] = test.line();
  json["column"] = test.column();
  return json;
}

}  // namespace

std::string StartedJsonLine(const GradeReport& report) {
  return JsonLine({{"event", "started"},
                   {"suite", report.suite},
                   {"image", report.image},
                   {"policy", report.policy},
                   {"cases", report.cases.size()}});
}

std::string CaseJsonLine(const v1::CaseResult& result) {
  Json json = {{"event", "case"},
               {"index", result.index()},
               {"name", result.name()},
               {"group", result.group()},
               {"outcome", NameOf(result.outcome())},
               {"message", result.message()},
               {"points", result.points()},
               {"points_possible", result.points_possible()},
               {"attempts", result.attempts()},
               {"attempts_passed", result.attempts_passed()},
               {"mismatches", Json::array()},
               {"tests", Json::array()}};
  for (const v1::Mismatch& mismatch : result.mismatches()) {
    json["mismatches"].push_back({{"what", mismatch.what()},
                                  {"message", mismatch.message()},
                                  {"line", mismatch.line()},
                                  {"column", mismatch.column()},
                                  {"diff", mismatch.diff()}});
  }
  for (const v1::TestResult& test : result.tests()) json["tests"].push_back(TestJson(test));
  json["run"] = RunJson(result);
  return JsonLine(json);
}

std::string TotalJsonLine(const GradeReport& report) {
  const v1::GradeTotal& total = report.total;
  Json json = {{"event", "total"},
               {"passed", total.passed()},
               {"failed", total.failed()},
               {"flaky", total.flaky()},
               {"skipped", total.skipped()},
               {"errors", total.errors()},
               {"points", total.points()},
               {"points_possible", total.points_possible()},
               {"complete", total.complete()}};
  json["trouble"] = report.trouble.empty() ? Json(nullptr) : Json(report.trouble);
  const bool timed = !report.timeless && total.has_wall_time();
  json["wall_time_ms"] = timed ? Json(ToJsonMilliseconds(total.wall_time())) : Json(nullptr);
  json["cpu_time_ms"] = timed ? Json(ToJsonMilliseconds(total.cpu_time())) : Json(nullptr);
  return JsonLine(json);
}

std::string ToJsonLines(const GradeReport& report) {
  std::string lines = StartedJsonLine(report);
  for (const v1::CaseResult& result : report.cases) lines += CaseJsonLine(result);
  return lines + TotalJsonLine(report);
}

}  // namespace runner::ctl
