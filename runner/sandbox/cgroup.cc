#include "runner/sandbox/cgroup.h"

#include <algorithm>

#include "runner/sandbox/cgroup_files.h"
#include "runner/sandbox/cgroup_v1.h"
#include "runner/sandbox/cgroup_v2.h"

namespace runner {
namespace {

bool Offers(const std::vector<CgroupHierarchy>& hierarchies, int version, const std::string& controller) {
  return std::any_of(hierarchies.begin(), hierarchies.end(), [&](const CgroupHierarchy& hierarchy) {
    const auto& names = hierarchy.controllers;
    return hierarchy.version == version && std::find(names.begin(), names.end(), controller) != names.end();
  });
}

// v2 has no separate cpuacct: cpu.stat is in every cgroup.
std::string Missing(const std::vector<CgroupHierarchy>& hierarchies, int version) {
  std::vector<std::string> needed{"memory", "pids", "cpu"};
  if (version == 1) needed.emplace_back("cpuacct");
  std::string missing;
  for (const std::string& controller : needed) {
    if (!Offers(hierarchies, version, controller)) missing += (missing.empty() ? "" : ", ") + controller;
  }
  return missing;
}

}  // namespace

Result<std::unique_ptr<CgroupTree>> CgroupTree::Make(const std::string& parent, std::uint32_t layers,
                                                     std::uint32_t owner) {
  const auto hierarchies = FindCgroupHierarchies(parent);
  const auto v2 =
      std::find_if(hierarchies.begin(), hierarchies.end(), [](const auto& entry) { return entry.version == 2; });
  const std::string missing_v2 = Missing(hierarchies, 2);
  if (missing_v2.empty()) return MakeCgroupTreeV2(*v2, layers, owner);
  const std::string missing_v1 = Missing(hierarchies, 1);
  if (missing_v1.empty()) return MakeCgroupTreeV1(hierarchies, layers, owner);
  // Of a mixed host, what is missing on v1 is what there is to know: v2 cannot have what v1 holds.
  const bool has_v1 =
      std::any_of(hierarchies.begin(), hierarchies.end(), [](const auto& entry) { return entry.version == 1; });
  if (has_v1 || v2 == hierarchies.end()) {
    return Error{.step = "this host's cgroups lack controllers that limits need: " + missing_v1 + " on version 1, " +
                         missing_v2 + " on version 2"};
  }
  std::error_code ignored;
  if (!std::filesystem::exists(v2->own, ignored)) return Error{.step = "there is no cgroup " + v2->own.string()};
  return Error{
      .step = "the cgroup " + v2->own.string() + " was given no " + missing_v2 +
              " controller, which limits need; start runnerd where they are handed down (a systemd service with "
              "Delegate=yes, or systemd-run --scope -p Delegate=yes), or write them to cgroup.subtree_control of every "
              "cgroup above, or name another with cgroup_parent"};
}

}  // namespace runner
