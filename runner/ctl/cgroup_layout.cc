#include "runner/ctl/cgroup_layout.h"

#include <sstream>
#include <string_view>
#include <vector>

namespace runner::ctl {
namespace {

struct CgroupMount {
  std::string root;  // What of the hierarchy is mounted.
  std::string point;
  std::string type;
  std::vector<std::string> options;
};

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

// A line of mountinfo: id parent major:minor root point options [optional fields...] - type source super-options
std::optional<CgroupMount> ParseMount(const std::string& line) {
  constexpr std::string_view kSeparator = " - ";
  const std::size_t separator = line.find(kSeparator);
  if (separator == std::string::npos) return std::nullopt;
  const std::vector<std::string> before = Split(line.substr(0, separator), ' ');
  const std::vector<std::string> after = Split(line.substr(separator + kSeparator.size()), ' ');
  if (before.size() < 6 || after.size() < 3 || (after[0] != "cgroup" && after[0] != "cgroup2")) return std::nullopt;
  return CgroupMount{.root = before[3], .point = before[4], .type = after[0], .options = Split(after[2], ',')};
}

// The directory of the cgroup `path` in a hierarchy of which `mount` shows a part.
std::string DirectoryOf(const CgroupMount& mount, const std::string& path) {
  if (path == "/" || path.starts_with("/..")) return mount.point;
  if (mount.root == "/") return mount.point + path;
  if (path == mount.root) return mount.point;
  if (path.starts_with(mount.root + "/")) return mount.point + path.substr(mount.root.size());
  return mount.point;
}

}  // namespace

CgroupLayout ParseCgroupLayout(const std::string& mountinfo, const std::string& own_cgroups) {
  std::map<std::string, std::string> paths;  // Of the own cgroup by v1 controller; "" is v2.
  for (const std::string& line : Split(own_cgroups, '\n')) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string path = line.substr(second + 1);
    const std::vector<std::string> controllers = Split(line.substr(first + 1, second - first - 1), ',');
    if (controllers.empty()) paths[""] = path;
    for (const std::string& controller : controllers) paths[controller] = path;
  }
  CgroupLayout layout;
  for (const std::string& line : Split(mountinfo, '\n')) {
    const std::optional<CgroupMount> mount = ParseMount(line);
    if (!mount) continue;
    if (mount->type == "cgroup2") {
      if (!layout.v2 && paths.contains("")) layout.v2 = DirectoryOf(*mount, paths.at(""));
      continue;
    }
    for (const std::string& option : mount->options) {
      if (paths.contains(option)) layout.v1.try_emplace(option, DirectoryOf(*mount, paths.at(option)));
    }
  }
  return layout;
}

}  // namespace runner::ctl
