#include <nlohmann/json.hpp>

#include "runner/ctl/durations.h"
#include "runner/ctl/info_command.h"

namespace runner::ctl {
namespace {

using Json = nlohmann::ordered_json;

Json LimitsJson(const v1::Limits& limits) {
  return {{"wall_time_ms", ToJsonMilliseconds(limits.wall_time())},
          {"cpu_time_ms", ToJsonMilliseconds(limits.cpu_time())},
          {"memory_bytes", limits.memory_bytes()},
          {"output_bytes", limits.output_bytes()},
          {"threads", limits.threads()},
          {"workspace_bytes", limits.workspace_bytes()}};
}

Json ImageJson(const v1::ImageInfo& image) {
  Json json = {{"name", image.name()}, {"node_version", image.node_version()}};
  json["packages"] = Json::array();
  for (const std::string& package : image.packages()) json["packages"].push_back(package);
  json["tree_hash"] = image.tree_hash();
  return json;
}

Json PolicyJson(const v1::PolicyInfo& policy) {
  return {{"name", policy.name()},
          {"description", policy.description()},
          {"default_limits", LimitsJson(policy.default_limits())},
          {"maximum_limits", LimitsJson(policy.maximum_limits())},
          {"network", policy.network()},
          {"may_start_node", policy.may_start_node()}};
}

Json ProtectionJson(const v1::Protection& protection) {
  return {{"name", protection.name()}, {"active", protection.active()}, {"description", protection.description()}};
}

template <typename Items, typename Encode>
Json ArrayOf(const Items& items, Encode encode) {
  Json json = Json::array();
  for (const auto& item : items) json.push_back(encode(item));
  return json;
}

}  // namespace

Json ToJson(const v1::ServerInfo& info) {
  const v1::PoolInfo& pool = info.pool();
  Json json;
  json["version"] = info.version();
  json["uptime_ms"] = ToJsonMilliseconds(info.uptime());
  json["cgroup_version"] = info.cgroup_version();
  json["default_image"] = info.default_image();
  json["default_policy"] = info.default_policy();
  json["images"] = ArrayOf(info.images(), ImageJson);
  json["policies"] = ArrayOf(info.policies(), PolicyJson);
  json["protections"] = ArrayOf(info.protections(), ProtectionJson);
  json["pool"] = {{"running", pool.running()},
                  {"running_maximum", pool.running_maximum()},
                  {"queued", pool.queued()},
                  {"queued_maximum", pool.queued_maximum()},
                  {"runs_total", pool.runs_total()},
                  {"parked", pool.parked()},
                  {"parked_maximum", pool.parked_maximum()},
                  {"prepared", pool.prepared()},
                  {"starting", pool.starting()},
                  {"warm_total", pool.warm_total()},
                  {"cold_total", pool.cold_total()},
                  {"failures_total", pool.failures_total()},
                  {"last_failure", pool.last_failure()}};
  return json;
}

}  // namespace runner::ctl
