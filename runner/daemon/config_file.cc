#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>

#include "runner/daemon/config.h"
#include "runner/daemon/config_values.h"
#include "runner/sandbox/protections.h"
#include "runner/sandbox/units.h"
#include "runner/sandbox/yaml_reader.h"

namespace runner {
namespace {

namespace fs = std::filesystem;
using std::string_view;

constexpr std::array<string_view, 18> kKeys = {
    "listen",      "metrics",       "socket_mode",   "socket_group",   "images",     "policies",
    "launcher",    "cgroup_parent", "default_image", "default_policy", "log_level",  "uids",
    "max_running", "max_queued",    "max_message",   "warm",           "huge_pages", "without"};
constexpr std::array<string_view, 2> kUidKeys = {"first", "count"};
constexpr std::array<string_view, 3> kWarmKeys = {"per_image", "max", "max_idle"};

std::uint32_t ReadCount(const YAML::Node& node, std::uint32_t minimum, std::uint32_t maximum) {
  return static_cast<std::uint32_t>(ReadNumber(node, minimum, maximum));
}

// A path in the file means the same wherever the daemon is started.
fs::path ReadPath(const YAML::Node& node, const fs::path& directory) {
  return (directory / ReadString(node, "a path")).lexically_normal();
}

mode_t ReadSocketMode(const YAML::Node& node) {
  const std::optional<mode_t> mode = node.IsScalar() ? ParseSocketMode(node.Scalar()) : std::nullopt;
  if (!mode) throw Unexpected(node, kSocketModes);
  return *mode;
}

gid_t ReadGroup(const YAML::Node& node) {
  const std::optional<gid_t> group = node.IsScalar() ? FindGroup(node.Scalar()) : std::nullopt;
  if (!group) throw Unexpected(node, kGroups);
  return *group;
}

std::chrono::milliseconds ReadDuration(const YAML::Node& node, std::chrono::milliseconds least,
                                       std::chrono::milliseconds most) {
  const auto duration = node.IsScalar() ? ParseDuration(node.Scalar()) : std::nullopt;
  if (!duration || *duration < least || *duration > most) {
    throw Unexpected(node, "a duration in [" + FormatDuration(least) + ", " + FormatDuration(most) + "]");
  }
  return *duration;
}

std::vector<std::string> ReadAddresses(const YAML::Node& node) {
  std::vector<std::string> addresses;
  for (const YAML::Node& element : ReadList(node, kAddressForms)) {
    if (!element.IsScalar() || !IsAddress(element.Scalar())) throw Unexpected(element, kAddressForms);
    addresses.push_back(element.Scalar());
  }
  return addresses;
}

std::uint32_t ReadLayers(const YAML::Node& node) {
  std::uint32_t layers = 0;
  // The empty list is how a file says that nothing is accepted to be off.
  if (node.IsSequence() && node.size() == 0) return layers;
  for (const YAML::Node& element : ReadList(node, "layers: " + LayerNames())) {
    const std::optional<std::uint32_t> bit = element.IsScalar() ? ProtectionBit(element.Scalar()) : std::nullopt;
    if (!bit) throw Unexpected(element, "a layer: " + LayerNames());
    layers |= *bit;
  }
  return layers;
}

std::string ReadMetricsAddress(const YAML::Node& node) {
  if (!node.IsScalar() || !IsMetricsAddress(node.Scalar())) throw Unexpected(node, kMetricsAddressForm);
  return node.Scalar();
}

void ReadUids(const YAML::Node& node, Config& config) {
  const YamlMap map(node, "uids", kUidKeys);
  config.first_uid = ReadCount(map.At("first"), kLeastUid, kMostUid - kLeastUidCount);
  config.uid_count = ReadCount(map.At("count"), kLeastUidCount, std::min(kMostUidCount, kMostUid - config.first_uid));
}

void ReadWarm(const YAML::Node& node, Config& config) {
  const YamlMap map(node, "warm", kWarmKeys);
  if (map.Has("per_image")) config.warm_per_image = ReadCount(map.At("per_image"), 0, kMostWarm);
  if (map.Has("max")) config.warm_max = ReadCount(map.At("max"), 0, kMostWarm);
  if (map.Has("max_idle")) {
    config.warm_max_idle_ms =
        static_cast<std::uint32_t>(ReadDuration(map.At("max_idle"), kLeastWarmIdle, kMostWarmIdle).count());
  }
}

void ReadConfig(const YAML::Node& root, const fs::path& directory, Config& config) {
  if (root.IsNull()) return;  // a file of comments: the defaults
  const YamlMap map(root, "the configuration", kKeys);
  if (map.Has("listen")) config.listen = ReadAddresses(map.At("listen"));
  if (map.Has("metrics")) config.metrics = ReadMetricsAddress(map.At("metrics"));
  if (map.Has("socket_mode")) config.socket_mode = ReadSocketMode(map.At("socket_mode"));
  if (map.Has("socket_group")) config.socket_group = ReadGroup(map.At("socket_group"));
  if (map.Has("images")) config.images = ReadPath(map.At("images"), directory);
  if (map.Has("policies")) config.policies = ReadPath(map.At("policies"), directory);
  if (map.Has("launcher")) config.launcher = ReadPath(map.At("launcher"), directory);
  if (map.Has("cgroup_parent")) config.cgroup_parent = ReadPath(map.At("cgroup_parent"), directory);
  if (map.Has("default_image")) config.default_image = ReadString(map.At("default_image"), "the name of an image");
  if (map.Has("default_policy")) config.default_policy = ReadString(map.At("default_policy"), "the name of a policy");
  if (map.Has("log_level")) config.log_level = kLogLevels.at(ReadChoice(map.At("log_level"), kLogLevels));
  if (map.Has("uids")) ReadUids(map.At("uids"), config);
  if (map.Has("max_running")) config.max_running = ReadCount(map.At("max_running"), 1, kMostRunning);
  if (map.Has("max_queued")) config.max_queued = ReadCount(map.At("max_queued"), 0, kMostQueued);
  if (map.Has("max_message")) config.max_message_bytes = ReadSize(map.At("max_message"), kLeastMessage, kMostMessage);
  if (map.Has("warm")) ReadWarm(map.At("warm"), config);
  if (map.Has("huge_pages")) config.huge_pages = kHugePages.at(ReadChoice(map.At("huge_pages"), kHugePages));
  if (map.Has("without")) config.without = ReadLayers(map.At("without"));
}

}  // namespace

Result<void> ReadConfigFile(const fs::path& file, Config& config) {
  const fs::path directory = file.parent_path();
  return ReadYamlFile(file, [&](const YAML::Node& root) { ReadConfig(root, directory, config); });
}

std::string ToYaml(const Config& config) {
  YAML::Emitter out;
  out << YAML::BeginMap << YAML::Key << "listen" << YAML::Value << config.listen;
  const auto add = [&out](const char* key, const auto& value) { out << YAML::Key << key << YAML::Value << value; };
  if (!config.metrics.empty()) add("metrics", config.metrics);
  add("socket_mode", FormatSocketMode(config.socket_mode));
  if (config.socket_group) add("socket_group", *config.socket_group);
  // Absolute, because the file may end up anywhere.
  add("images", fs::absolute(config.images).string());
  add("policies", fs::absolute(config.policies).string());
  add("launcher", fs::absolute(config.launcher).string());
  if (!config.cgroup_parent.empty()) add("cgroup_parent", fs::absolute(config.cgroup_parent).string());
  add("default_image", config.default_image);
  add("default_policy", config.default_policy);
  add("log_level", config.log_level);
  out << YAML::Key << "uids" << YAML::Value << YAML::Flow << YAML::BeginMap;
  add("first", config.first_uid);
  add("count", config.uid_count);
  out << YAML::EndMap;
  add("max_running", config.max_running);
  add("max_queued", config.max_queued);
  add("max_message", config.max_message_bytes);
  out << YAML::Key << "warm" << YAML::Value << YAML::Flow << YAML::BeginMap;
  add("per_image", config.warm_per_image);
  add("max", config.warm_max);
  add("max_idle", std::to_string(config.warm_max_idle_ms) + "ms");
  out << YAML::EndMap;
  add("huge_pages", config.huge_pages);
  out << YAML::Key << "without" << YAML::Value << YAML::Flow << ProtectionNames(config.without) << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace runner
