#pragma once

#include <prometheus/metric_family.h>

#include <string>

namespace runner {

// A family of one metric without labels, for figures that are looked up when somebody asks.
[[nodiscard]] inline prometheus::MetricFamily GaugeFamily(std::string name, std::string help, double value) {
  prometheus::ClientMetric metric;
  metric.gauge.value = value;
  return {std::move(name), std::move(help), prometheus::MetricType::Gauge, {std::move(metric)}};
}

[[nodiscard]] inline prometheus::MetricFamily CounterFamily(std::string name, std::string help, double value) {
  prometheus::ClientMetric metric;
  metric.counter.value = value;
  return {std::move(name), std::move(help), prometheus::MetricType::Counter, {std::move(metric)}};
}

}  // namespace runner
