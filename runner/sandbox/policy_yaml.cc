#include "runner/sandbox/policy_yaml.h"

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "runner/sandbox/seccomp_yaml.h"
#include "runner/sandbox/text.h"
#include "runner/sandbox/units.h"
#include "runner/sandbox/yaml_reader.h"

namespace runner {
namespace {

using std::string_view;

constexpr std::array<string_view, 7> kPolicyKeys = {"name",    "description", "limits", "fixed",
                                                    "network", "start_node",  "seccomp"};
constexpr std::array<string_view, 2> kLimitSets = {"default", "maximum"};
constexpr std::array<string_view, 6> kLimitKeys = {"wall_time", "cpu_time", "memory", "output", "threads", "workspace"};
constexpr std::array<string_view, 4> kFixedKeys = {"cpu", "tmp", "inodes", "open_files"};
constexpr std::array<string_view, 2> kNetworks = {"none", "loopback"};

// What a policy may ask for at most: far beyond any sensible policy, and small enough that no sum overflows.
constexpr Limits kHighest = {.wall_time = std::chrono::hours(24),
                             .cpu_time = std::chrono::hours(24 * 64),
                             .memory_bytes = 1ULL << 40U,
                             .output_bytes = 1ULL << 40U,
                             .threads = 65'536,
                             .workspace_bytes = 1ULL << 40U};

std::chrono::milliseconds ReadDuration(const YAML::Node& node, std::chrono::milliseconds minimum,
                                       std::chrono::milliseconds maximum) {
  const auto value = node.IsScalar() ? ParseDuration(node.Scalar()) : std::nullopt;
  if (!value || *value < minimum || *value > maximum) {
    throw Unexpected(
        node, "a duration such as 10s or 500ms, in [" + FormatDuration(minimum) + ", " + FormatDuration(maximum) + "]");
  }
  return *value;
}

// `most` bounds each value from above: the maxima when the defaults are read.
Limits ReadLimits(const YAML::Node& node, const std::string& what, const Limits& most) {
  const YamlMap map(node, what, kLimitKeys);
  const Limits& least = kMinimumLimits;
  return {.wall_time = ReadDuration(map.At("wall_time"), least.wall_time, most.wall_time),
          .cpu_time = ReadDuration(map.At("cpu_time"), least.cpu_time, most.cpu_time),
          .memory_bytes = ReadSize(map.At("memory"), least.memory_bytes, most.memory_bytes),
          .output_bytes = ReadSize(map.At("output"), least.output_bytes, most.output_bytes),
          .threads = static_cast<std::uint32_t>(ReadNumber(map.At("threads"), least.threads, most.threads)),
          .workspace_bytes = ReadSize(map.At("workspace"), least.workspace_bytes, most.workspace_bytes)};
}

FixedLimits ReadFixed(const YAML::Node& node) {
  const YamlMap map(node, "the fixed limits", kFixedKeys);
  const YAML::Node& cpu = map.At("cpu");
  const auto millicores = cpu.IsScalar() ? ParseMillicores(cpu.Scalar()) : std::nullopt;
  if (!millicores || *millicores < 100 || *millicores > 64'000) {
    throw Unexpected(cpu, "a number of cores such as 1 or 1.5, in [0.1, 64]");
  }
  constexpr std::uint64_t kLeastTmp = 64ULL << 10U;
  return {.cpu_millicores = *millicores,
          .tmp_bytes = ReadSize(map.At("tmp"), kLeastTmp, 1ULL << 40U),
          .tmpfs_inodes = static_cast<std::uint32_t>(ReadNumber(map.At("inodes"), 16, 16'777'216)),
          // 64 gives EMFILE in ordinary programs.
          .open_files = static_cast<std::uint32_t>(ReadNumber(map.At("open_files"), 128, 1'048'576))};
}

void ReadPolicy(const YAML::Node& root, const std::filesystem::path& file, PolicySource& source) {
  const YamlMap map(root, "a policy", kPolicyKeys);
  Policy& policy = source.policy;
  policy.name = ReadString(map.At("name"), "a name");
  // Requests say the name and operators look for the file: one word for both.
  if (policy.name != file.stem().string()) {
    throw Unexpected(map.At("name"), "the name of the file, " + Quote(file.stem().string()));
  }
  policy.description = ReadString(map.At("description"), "a description");

  const YamlMap limits(map.At("limits"), "the limits", kLimitSets);
  policy.maximum_limits = ReadLimits(limits.At("maximum"), "the maximum limits", kHighest);
  policy.default_limits = ReadLimits(limits.At("default"), "the default limits", policy.maximum_limits);
  policy.fixed = ReadFixed(map.At("fixed"));
  policy.network = ReadChoice(map.At("network"), kNetworks) == 0 ? Policy::Network::kNone : Policy::Network::kLoopback;
  policy.may_start_node = ReadBool(map.At("start_node"));
  source.seccomp = ReadSeccomp(map.At("seccomp"), file.parent_path());
  source.seccomp.may_execute = policy.may_start_node;
}

}  // namespace

Result<PolicySource> ReadPolicySource(const std::filesystem::path& file) {
  PolicySource source;
  if (auto read = ReadYamlFile(file, [&](const YAML::Node& root) { ReadPolicy(root, file, source); }); !read) {
    return read.error();
  }
  return source;
}

}  // namespace runner
