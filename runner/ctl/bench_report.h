#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "runner/ctl/bare_process.h"

namespace runner::ctl {

// What a series of runs of one kind came to.
struct Series {
  std::vector<Timing> timings;
  std::chrono::duration<double> elapsed{};  // of the batches, the pauses between them not counted
};

struct BenchReport {
  unsigned concurrency = 1;
  Series service;
  std::size_t warm = 0;  // of service.timings
  std::optional<Series> bare;
};

// The value below which `percent` of `values` lie, by the nearest rank; 0 for none.
[[nodiscard]] double Percentile(std::vector<double> values, double percent);

[[nodiscard]] nlohmann::ordered_json ToJson(const BenchReport& report);
[[nodiscard]] std::string ToText(const BenchReport& report);

}  // namespace runner::ctl
