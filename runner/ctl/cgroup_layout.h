#pragma once

#include <map>
#include <optional>
#include <string>

namespace runner::ctl {

// Where this process is in the host's cgroups, as directories.
struct CgroupLayout {
  // v1 controllers ("memory", "cpu", …) and the directory of the own cgroup in each one's hierarchy.
  std::map<std::string, std::string> v1;
  // The own cgroup in the v2 hierarchy, if that is mounted.
  std::optional<std::string> v2;
};

// From the text of /proc/self/mountinfo and /proc/self/cgroup. A cgroup that is outside what is mounted (in a cgroup
// namespace, say) counts as the mount's root. Pure.
[[nodiscard]] CgroupLayout ParseCgroupLayout(const std::string& mountinfo, const std::string& own_cgroups);

}  // namespace runner::ctl
