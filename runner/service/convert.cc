#include "runner/service/convert.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "runner/sandbox/protections.h"
#include "runner/sandbox/text.h"
#include "runner/service/status.h"

namespace runner {
namespace {

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

std::vector<std::pair<std::string, std::string>> ToPairs(const google::protobuf::Map<std::string, std::string>& from) {
  // A proto map has no order; sorted, the same request is the same run.
  const std::map<std::string, std::string> sorted(from.begin(), from.end());
  return {sorted.begin(), sorted.end()};
}

TerminalSpec ToTerminal(v1::Terminal&& terminal) {
  TerminalSpec spec;
  if (terminal.rows() != 0) spec.size.rows = terminal.rows();
  if (terminal.columns() != 0) spec.size.columns = terminal.columns();
  spec.term = std::move(*terminal.mutable_term());
  return spec;
}

}  // namespace

std::variant<RunSpec, std::vector<FieldViolation>> ToRunSpec(v1::RunRequest&& request, const Offer& offer,
                                                             bool stdin_stays_open) {
  std::vector<FieldViolation> violations;
  RunSpec spec;
  spec.run_id = std::move(*request.mutable_run_id());
  spec.tenant = std::move(*request.mutable_tenant());
  spec.image = request.image().empty() ? offer.default_image : request.image();
  spec.policy = request.policy().empty() ? offer.default_policy : request.policy();
  spec.files.reserve(static_cast<std::size_t>(request.files_size()));
  for (v1::File& file : *request.mutable_files()) {
    spec.files.push_back({.path = std::move(*file.mutable_path()),
                          .content = std::move(*file.mutable_content()),
                          .executable = file.executable()});
  }
  spec.entry = std::move(*request.mutable_entry());
  for (std::string& argument : *request.mutable_args()) spec.args.push_back(std::move(argument));
  spec.env = ToPairs(request.env());
  spec.stdin_bytes = std::move(*request.mutable_stdin());
  spec.stdin_stays_open = stdin_stays_open;
  spec.labels = ToPairs(request.labels());
  for (std::string& glob : *request.mutable_collect()) spec.collect.push_back(std::move(glob));
  if (request.has_terminal()) spec.terminal = ToTerminal(std::move(*request.mutable_terminal()));
  spec.trace = request.trace();
  spec.cold_start = request.start() == v1::START_KIND_COLD;
  if (request.start() != v1::START_KIND_UNSPECIFIED && !spec.cold_start) {
    violations.push_back({"start", std::to_string(request.start()) +
                                       " cannot be asked for, expected START_KIND_COLD (1) or none: whether a warm "
                                       "sandbox waits is up to the server"});
  }

  (void)Find(offer.images, spec.image, "image", violations);
  const Policy* policy = Find(offer.policies, spec.policy, "policy", violations);
  const LimitOverrides overrides = ToOverrides(request.limits(), violations);
  if (policy != nullptr) {
    spec.limits = ApplyOverrides(*policy, overrides, violations);
    for (FieldViolation& violation : ValidateRunSpec(spec, *policy)) violations.push_back(std::move(violation));
  }
  if (!violations.empty()) return violations;
  return spec;
}

v1::RunEvent QueuedEvent(std::uint32_t position) {
  v1::RunEvent event;
  event.mutable_offset();
  event.mutable_queued()->set_position(position);
  return event;
}

v1::RunEvent StartedEvent(const StartedInfo& info, const RunNames& names) {
  v1::RunEvent event;
  event.mutable_offset();
  v1::Started& started = *event.mutable_started();
  started.set_run_id(names.run_id);
  started.set_image(names.image);
  started.set_policy(names.policy);
  started.set_start(ToProto(info.start));
  Set(*started.mutable_queue_time(), info.queue_time);
  return event;
}

v1::RunEvent OutputEvent(OutputStream stream, std::string bytes, microseconds offset) {
  v1::RunEvent event;
  Set(*event.mutable_offset(), offset);
  *(stream == OutputStream::kStdout ? event.mutable_stdout() : event.mutable_stderr()) = std::move(bytes);
  return event;
}

v1::RunEvent FileEvent(FilePiece piece, microseconds offset) {
  v1::RunEvent event;
  Set(*event.mutable_offset(), offset);
  v1::FilePart& to = *event.mutable_file();
  to.set_path(std::move(piece.path));
  to.set_size(piece.size);
  to.set_mode(piece.mode);
  to.set_offset(piece.offset);
  to.set_content(std::move(piece.content));
  to.set_last(piece.last);
  return event;
}

v1::RunEvent ResultEvent(const RunResult& result, const RunNames& names) {
  v1::RunEvent event;
  Set(*event.mutable_offset(), result.usage.wall_time);
  v1::RunResult& to = *event.mutable_result();
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
  return event;
}

grpc::Status RefusalStatus(const Refusal& refusal) {
  if (refusal.reason == Refusal::Reason::kQueueFull) {
    return ResourceExhausted(refusal.message, "queue", refusal.retry_after);
  }
  return Unavailable(refusal.message, refusal.retry_after);
}

v1::ServerInfo ToServerInfo(const Offer& offer, const ServerFacts& facts) {
  v1::ServerInfo info;
  info.set_version(facts.version);
  for (const auto& [name, image] : offer.images) {
    v1::ImageInfo& to = *info.add_images();
    to.set_name(name);
    to.set_node_version(image.node_version);
    to.mutable_packages()->Assign(image.packages.begin(), image.packages.end());
    to.set_tree_hash(image.tree_hash);
  }
  for (const auto& [name, policy] : offer.policies) {
    v1::PolicyInfo& to = *info.add_policies();
    to.set_name(name);
    to.set_description(policy.description);
    Set(*to.mutable_default_limits(), policy.default_limits);
    Set(*to.mutable_maximum_limits(), policy.maximum_limits);
    to.set_network(policy.network == Policy::Network::kLoopback ? "loopback" : "none");
    to.set_may_start_node(policy.may_start_node);
  }
  info.set_default_image(offer.default_image);
  info.set_default_policy(offer.default_policy);
  for (const Protection& protection : AllProtections()) {
    v1::Protection& to = *info.add_protections();
    to.set_name(std::string(protection.name));
    to.set_active((facts.layers & protection.bit) != 0);
    to.set_description(std::string(protection.description));
  }
  v1::PoolInfo& pool = *info.mutable_pool();
  pool.set_running(facts.status.running);
  pool.set_running_maximum(facts.status.running_maximum);
  pool.set_queued(facts.status.queued);
  pool.set_queued_maximum(facts.status.queued_maximum);
  pool.set_runs_total(facts.status.runs_total);
  const PoolStatus& warm = facts.status.pool;
  pool.set_parked(warm.parked);
  pool.set_parked_maximum(warm.maximum);
  pool.set_prepared(warm.prepared);
  pool.set_starting(warm.starting);
  pool.set_warm_total(warm.warm_total);
  pool.set_cold_total(warm.cold_total);
  pool.set_failures_total(warm.failures_total);
  pool.set_last_failure(warm.last_failure);
  info.set_cgroup_version(static_cast<std::uint32_t>(facts.cgroup_version));
  Set(*info.mutable_uptime(), facts.uptime);
  return info;
}

const std::string& VerdictName(Verdict verdict) { return v1::Verdict_Name(ToProto(verdict)); }

}  // namespace runner
