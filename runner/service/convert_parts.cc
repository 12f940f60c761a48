#include "runner/service/convert_parts.h"

#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "runner/sandbox/text.h"

namespace runner {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

v1::Verdict ToProto(Verdict verdict) {
  switch (verdict) {
    case Verdict::kExited:
      return v1::EXITED;
    case Verdict::kSignaled:
      return v1::SIGNALED;
    case Verdict::kWallTimeLimit:
      return v1::WALL_TIME_LIMIT;
    case Verdict::kCpuTimeLimit:
      return v1::CPU_TIME_LIMIT;
    case Verdict::kMemoryLimit:
      return v1::MEMORY_LIMIT;
    case Verdict::kOutputLimit:
      return v1::OUTPUT_LIMIT;
    case Verdict::kPolicyViolation:
      return v1::POLICY_VIOLATION;
    case Verdict::kCancelled:
      return v1::CANCELLED;
    case Verdict::kSetupFailed:
      return v1::SETUP_FAILED;
  }
  return v1::VERDICT_UNSPECIFIED;
}

v1::StartKind ToProto(StartKind start) { return start == StartKind::kWarm ? v1::START_KIND_WARM : v1::START_KIND_COLD; }

void Set(google::protobuf::Duration& to, microseconds from) {
  to.set_seconds(from.count() / 1'000'000);
  to.set_nanos(static_cast<std::int32_t>(from.count() % 1'000'000 * 1000));
}

void Set(v1::Limits& to, const Limits& from) {
  Set(*to.mutable_wall_time(), from.wall_time);
  Set(*to.mutable_cpu_time(), from.cpu_time);
  to.set_memory_bytes(from.memory_bytes);
  to.set_output_bytes(from.output_bytes);
  to.set_threads(from.threads);
  to.set_workspace_bytes(from.workspace_bytes);
}

void Set(v1::Collected& to, const Collected& from) {
  to.set_files(from.files);
  to.set_bytes(from.bytes);
  for (const RefusedFile& refused : from.refused) {
    v1::RefusedFile& file = *to.add_refused();
    file.set_path(refused.path);
    file.set_reason(refused.reason);
  }
  to.set_refused_count(from.refused_count);
  to.mutable_unmatched()->Assign(from.unmatched.begin(), from.unmatched.end());
  to.set_incomplete(from.incomplete);
}

void Set(v1::RunResult& to, const RunResult& result, const RunNames& names) {
  to.set_verdict(ToProto(result.verdict));
  if (result.exit_code.has_value()) to.set_exit_code(*result.exit_code);
  if (result.signal.has_value()) to.set_signal(*result.signal);
  if (result.limit.has_value()) {
    to.mutable_limit()->set_name(result.limit->name);
    to.mutable_limit()->set_unit(result.limit->unit);
    to.mutable_limit()->set_allowed(result.limit->allowed);
    to.mutable_limit()->set_observed(result.limit->observed);
  }
  to.set_syscall(result.syscall);
  to.set_message(result.message);
  to.set_hint(result.hint);
  v1::Usage& usage = *to.mutable_usage();
  Set(*usage.mutable_wall_time(), result.usage.wall_time);
  Set(*usage.mutable_cpu_time(), result.usage.cpu_time);
  usage.set_memory_peak_bytes(result.usage.memory_peak_bytes);
  usage.set_processes_peak(result.usage.processes_peak);
  usage.set_stdout_bytes(result.usage.stdout_bytes);
  usage.set_stderr_bytes(result.usage.stderr_bytes);
  to.set_stdout_truncated(result.stdout_truncated);
  to.set_stderr_truncated(result.stderr_truncated);
  to.set_start(ToProto(result.start));
  Set(*to.mutable_queue_time(), result.queue_time);
  to.set_run_id(names.run_id);
  to.set_image(names.image);
  to.set_policy(names.policy);
  to.mutable_protections()->Assign(result.protections.begin(), result.protections.end());
  if (result.collected.has_value()) Set(*to.mutable_collected(), *result.collected);
  for (const Phase& phase : result.phases) {
    v1::Phase& copy = *to.add_phases();
    copy.set_name(phase.name);
    Set(*copy.mutable_at(), phase.at);
  }
}

namespace {

// nullopt, with a violation, where the message is no duration at all. Saturates beyond 292 years.
std::optional<nanoseconds> ToNanoseconds(const google::protobuf::Duration& duration, const std::string& field,
                                         std::vector<FieldViolation>& violations) {
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  constexpr std::int64_t kMaxSeconds = std::numeric_limits<std::int64_t>::max() / kNanosPerSecond - 1;
  const std::int64_t seconds = duration.seconds();
  const std::int64_t nanos = duration.nanos();
  const bool signs_differ = (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0);
  if (signs_differ || nanos >= kNanosPerSecond || nanos <= -kNanosPerSecond) {
    violations.push_back({field, "seconds " + std::to_string(seconds) + " with nanos " + std::to_string(nanos) +
                                     " is not a duration: nanos is below 10^9 and has the sign of seconds"});
    return std::nullopt;
  }
  if (seconds > kMaxSeconds) return nanoseconds::max();
  if (seconds < -kMaxSeconds) return nanoseconds::min();
  return nanoseconds(seconds * kNanosPerSecond + nanos);
}

}  // namespace

LimitOverrides ToOverrides(const v1::Limits& limits, std::vector<FieldViolation>& violations) {
  LimitOverrides overrides;
  if (limits.has_wall_time()) {
    overrides.wall_time = ToNanoseconds(limits.wall_time(), "limits.wall_time", violations);
  }
  if (limits.has_cpu_time()) {
    overrides.cpu_time = ToNanoseconds(limits.cpu_time(), "limits.cpu_time", violations);
  }
  if (limits.has_memory_bytes()) overrides.memory_bytes = limits.memory_bytes();
  if (limits.has_output_bytes()) overrides.output_bytes = limits.output_bytes();
  if (limits.has_threads()) overrides.threads = limits.threads();
  if (limits.has_workspace_bytes()) overrides.workspace_bytes = limits.workspace_bytes();
  return overrides;
}

namespace {

// The entry called `name`, or nullptr and a violation that lists the names there are.
template <typename T>
const T* Find(const std::map<std::string, T>& offered, const std::string& name, const std::string& field,
              std::vector<FieldViolation>& violations) {
  if (const auto found = offered.find(name); found != offered.end()) return &found->second;
  std::string names;
  for (const auto& [key, value] : offered) names += (names.empty() ? "" : ", ") + key;
  violations.push_back({field, "there is no " + field + " " + Quote(name) + "; there is: " + names});
  return nullptr;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> ToPairs(const google::protobuf::Map<std::string, std::string>& from) {
  // A proto map has no order; sorted, the same request is the same run.
  const std::map<std::string, std::string> sorted(from.begin(), from.end());
  return {sorted.begin(), sorted.end()};
}

std::vector<std::string> ToStrings(google::protobuf::RepeatedPtrField<std::string>&& from) {
  return {std::make_move_iterator(from.begin()), std::make_move_iterator(from.end())};
}

std::vector<WorkspaceFile> ToFiles(google::protobuf::RepeatedPtrField<v1::File>&& from) {
  std::vector<WorkspaceFile> files;
  files.reserve(static_cast<std::size_t>(from.size()));
  for (v1::File& file : from) {
    files.push_back({.path = std::move(*file.mutable_path()),
                     .content = std::move(*file.mutable_content()),
                     .executable = file.executable()});
  }
  return files;
}

void CheckStart(v1::StartKind start, std::vector<FieldViolation>& violations) {
  if (start == v1::START_KIND_UNSPECIFIED || start == v1::START_KIND_COLD) return;
  violations.push_back({"start", std::to_string(start) +
                                     " cannot be asked for, expected START_KIND_COLD (1) or none: whether a warm "
                                     "sandbox waits is up to the server"});
}

std::optional<DeterminismSpec> ToDeterminism(const v1::Determinism& from) {
  if (!from.enabled()) return std::nullopt;
  DeterminismSpec determinism{.seed = from.seed()};
  if (from.has_start_time_ms()) determinism.start_time_ms = from.start_time_ms();
  return determinism;
}

void Complete(RunSpec& spec, const LimitOverrides& overrides, const Offer& offer,
              std::vector<FieldViolation>& violations) {
  const Image* image = Find(offer.images, spec.image, "image", violations);
  if (image != nullptr && spec.determinism && !image->deterministic) {
    violations.push_back({.field = "determinism", .description = "the image " + spec.image + " cannot do this"});
  }
  if (image != nullptr && spec.test_harness && !image->runs_tests) {
    violations.push_back(
        {.field = "image", .description = "the image " + spec.image + " has no harness for test files"});
  }
  const Policy* policy = Find(offer.policies, spec.policy, "policy", violations);
  if (policy != nullptr) {
    spec.limits = ApplyOverrides(*policy, overrides, violations);
    for (FieldViolation& violation : ValidateRunSpec(spec, *policy)) violations.push_back(std::move(violation));
  }
}

}  // namespace runner
