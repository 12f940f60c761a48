#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace runner {

// This process's own figures by the names that every Prometheus client library gives them (process_cpu_seconds_total and
// so on), from /proc/self (proc(5)). What cannot be read is left out. Any thread.
[[nodiscard]] std::vector<prometheus::MetricFamily> ProcessMetrics();

}  // namespace runner
