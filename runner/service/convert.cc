#include "runner/service/convert.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "runner/sandbox/protections.h"
#include "runner/sandbox/text.h"
#include "runner/service/convert_parts.h"
#include "runner/service/status.h"

namespace runner {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

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
  spec.files = ToFiles(std::move(*request.mutable_files()));
  spec.entry = std::move(*request.mutable_entry());
  spec.args = ToStrings(std::move(*request.mutable_args()));
  spec.env = ToPairs(request.env());
  spec.stdin_bytes = std::move(*request.mutable_stdin());
  spec.stdin_stays_open = stdin_stays_open;
  spec.labels = ToPairs(request.labels());
  spec.collect = ToStrings(std::move(*request.mutable_collect()));
  if (request.has_terminal()) spec.terminal = ToTerminal(std::move(*request.mutable_terminal()));
  spec.trace = request.trace();
  spec.cold_start = request.start() == v1::START_KIND_COLD;
  spec.determinism = ToDeterminism(request.determinism());
  CheckStart(request.start(), violations);

  Complete(spec, ToOverrides(request.limits(), violations), offer, violations);
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
  Set(*event.mutable_result(), result, names);
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
