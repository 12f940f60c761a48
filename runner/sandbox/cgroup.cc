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

Result<std::unique_ptr<CgroupTree>> CgroupTree::Make(const std::string& parent, std::uint32_t layers, std::uint32_t owner) {
  const auto hierarchies = FindCgroupHierarchies(parent);
  const std::string missing_v2 = Missing(hierarchies, 2);
  if (missing_v2.empty()) {
    const auto found = std::find_if(hierarchies.begin(), hierarchies.end(), [](const auto& entry) { return entry.version == 2; });
    return MakeCgroupTreeV2(*found, layers, owner);
  }
  const std::string missing_v1 = Missing(hierarchies, 1);
  if (missing_v1.empty()) return MakeCgroupTreeV1(hierarchies, layers, owner);
  return Error{.step = "this host's cgroups lack what limits need: on version 2 " + missing_v2 + ", on version 1 " + missing_v1};
}

}  // namespace runner
