#include "runner/ctl/bench_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace runner::ctl {
namespace {

using Json = nlohmann::ordered_json;

struct Summary {
  double p50 = 0, p90 = 0, p99 = 0;
  double first_p50 = 0, first_p99 = 0;
  double runs_per_s = 0;
  double cpu_ms = 0;  // the mean
};

Summary Summarize(const Series& series) {
  std::vector<double> totals;
  std::vector<double> firsts;
  double cpu = 0;
  for (const Timing& timing : series.timings) {
    totals.push_back(timing.total.count());
    firsts.push_back(timing.first_output.count());
    cpu += timing.cpu.count();
  }
  const auto count = static_cast<double>(series.timings.size());
  return {.p50 = Percentile(totals, 50),
          .p90 = Percentile(totals, 90),
          .p99 = Percentile(totals, 99),
          .first_p50 = Percentile(firsts, 50),
          .first_p99 = Percentile(firsts, 99),
          .runs_per_s = series.elapsed.count() > 0 ? count / series.elapsed.count() : 0,
          .cpu_ms = count > 0 ? cpu / count : 0};
}

double Round(double value, double unit) { return std::round(value / unit) * unit; }

Json Ratio(double value, double base) { return base > 0 ? Json(Round(value / base, 0.001)) : Json(nullptr); }

std::string Row(const char* name, const Summary& summary) {
  std::array<char, 160> line{};
  (void)std::snprintf(line.data(), line.size(), "%-10s %9.2f %9.2f %9.2f %9.2f %9.1f %9.1f\n", name, summary.first_p50,
                      summary.p50, summary.p90, summary.p99, summary.runs_per_s, summary.cpu_ms);
  return line.data();
}

}  // namespace

double Percentile(std::vector<double> values, double percent) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * static_cast<double>(values.size())));
  return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

Json ToJson(const BenchReport& report) {
  const Summary service = Summarize(report.service);
  const Summary bare = report.bare ? Summarize(*report.bare) : Summary{};
  const auto or_null = [&](double value) { return report.bare ? Json(Round(value, 0.001)) : Json(nullptr); };
  Json json;
  json["runs"] = report.service.timings.size();
  json["concurrency"] = report.concurrency;
  json["p50_ms"] = Round(service.p50, 0.001);
  json["p90_ms"] = Round(service.p90, 0.001);
  json["p99_ms"] = Round(service.p99, 0.001);
  json["first_output_p50_ms"] = Round(service.first_p50, 0.001);
  json["first_output_p99_ms"] = Round(service.first_p99, 0.001);
  json["bare_p50_ms"] = or_null(bare.p50);
  json["bare_p90_ms"] = or_null(bare.p90);
  json["bare_p99_ms"] = or_null(bare.p99);
  json["ratio_p50"] = Ratio(service.p50, bare.p50);
  json["ratio_p99"] = Ratio(service.p99, bare.p99);
  json["ratio_first_output_p50"] = Ratio(service.first_p50, bare.p50);
  json["runs_per_s"] = Round(service.runs_per_s, 0.01);
  json["bare_runs_per_s"] = or_null(bare.runs_per_s);
  json["cpu_ms_per_run"] = Round(service.cpu_ms, 0.001);
  json["bare_cpu_ms_per_run"] = or_null(bare.cpu_ms);
  json["start"] = {{"cold", report.service.timings.size() - report.warm}, {"warm", report.warm}};
  return json;
}

std::string ToText(const BenchReport& report) {
  const Summary service = Summarize(report.service);
  std::string text = std::to_string(report.service.timings.size()) + " runs, " + std::to_string(report.concurrency) +
                     " at a time; " + std::to_string(report.warm) + " started warm\n";
  text += "           1st out ms    p50 ms    p90 ms    p99 ms    runs/s    CPU ms\n" + Row("service", service);
  if (!report.bare) return text;
  const Summary bare = Summarize(*report.bare);
  text += Row("bare node", bare);
  std::array<char, 160> line{};
  (void)std::snprintf(line.data(), line.size(), "%-10s %9.2f %9.2f %9.2f %9.2f %9.2f\n", "ratio",
                      service.first_p50 / bare.p50, service.p50 / bare.p50, service.p90 / bare.p90,
                      service.p99 / bare.p99, service.runs_per_s / bare.runs_per_s);
  return text + line.data() + "(the first output's ratio is to bare node's p50)\n";
}

}  // namespace runner::ctl
