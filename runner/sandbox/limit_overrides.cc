#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/sandbox/policy.h"
#include "runner/sandbox/run_spec.h"
#include "runner/sandbox/units.h"

namespace runner {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// Values of any type in [minimum, maximum], or a violation.
template <typename T, typename Format>
bool InRange(const char* field, T value, T minimum, T maximum, Format format, std::vector<FieldViolation>& violations) {
  if (value >= minimum && value <= maximum) return true;
  violations.push_back(
      {.field = field,
       .description = format(value) + " is outside [" + format(minimum) + ", " + format(maximum) + "]"});
  return false;
}

void Apply(const char* field, std::optional<nanoseconds> asked, milliseconds minimum, milliseconds maximum,
           milliseconds& limit, std::vector<FieldViolation>& violations) {
  if (!asked || !InRange<nanoseconds>(field, *asked, minimum, maximum, FormatDuration, violations)) return;
  limit = std::chrono::ceil<milliseconds>(*asked);
}

template <typename T, typename Format>
void Apply(const char* field, std::optional<T> asked, T minimum, T maximum, Format format, T& limit,
           std::vector<FieldViolation>& violations) {
  if (!asked || !InRange(field, *asked, minimum, maximum, format, violations)) return;
  limit = *asked;
}

std::string FormatCount(std::uint32_t count) { return std::to_string(count); }

}  // namespace

Limits ApplyOverrides(const Policy& policy, const LimitOverrides& overrides, std::vector<FieldViolation>& violations) {
  const Limits& least = kMinimumLimits;
  const Limits& most = policy.maximum_limits;
  Limits limits = policy.default_limits;
  Apply("limits.wall_time", overrides.wall_time, least.wall_time, most.wall_time, limits.wall_time, violations);
  Apply("limits.cpu_time", overrides.cpu_time, least.cpu_time, most.cpu_time, limits.cpu_time, violations);
  Apply("limits.memory_bytes", overrides.memory_bytes, least.memory_bytes, most.memory_bytes, FormatSize,
        limits.memory_bytes, violations);
  Apply("limits.output_bytes", overrides.output_bytes, least.output_bytes, most.output_bytes, FormatSize,
        limits.output_bytes, violations);
  Apply("limits.threads", overrides.threads, least.threads, most.threads, FormatCount, limits.threads, violations);
  Apply("limits.workspace_bytes", overrides.workspace_bytes, least.workspace_bytes, most.workspace_bytes, FormatSize,
        limits.workspace_bytes, violations);
  return limits;
}

}  // namespace runner
