#include "tests/support/proc.h"

#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>
#include <system_error>

namespace runner::test {
namespace {

namespace fs = std::filesystem;

fs::path ProcPath(pid_t pid, const char* file) { return fs::path("/proc") / std::to_string(pid) / file; }

// Processes come and go while we look: whatever cannot be read was gone already.
bool ReadProcess(pid_t pid, ProcessInfo& info) {
  std::ifstream file(ProcPath(pid, "stat"));
  std::string line;
  if (!std::getline(file, line)) return false;
  const std::size_t open = line.find('(');
  const std::size_t close = line.rfind(')');  // the name may hold anything, brackets included
  if (open == std::string::npos || close == std::string::npos) return false;
  struct stat status {};
  if (::stat(ProcPath(pid, "").c_str(), &status) != 0) return false;
  info.pid = pid;
  info.name = line.substr(open + 1, close - open - 1);
  std::istringstream rest(line.substr(close + 1));
  rest >> info.state >> info.parent;
  // A process that is not dumpable has root's /proc directory; its own uid is in status.
  std::ifstream uids(ProcPath(pid, "status"));
  while (std::getline(uids, line)) {
    if (line.starts_with("Uid:")) std::istringstream(line.substr(4)) >> info.uid;
  }
  return true;
}

template <typename Visit>
void ForEachEntry(const fs::path& directory, Visit visit) {
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    visit(*entry);
  }
}

void CollectDirectories(const fs::path& directory, const std::string& prefix, bool inside,
                        std::vector<fs::path>& found) {
  ForEachEntry(directory, [&](const fs::directory_entry& entry) {
    std::error_code error;
    if (!entry.is_directory(error) || entry.is_symlink(error)) return;
    const bool matches = inside || entry.path().filename().string().starts_with(prefix);
    if (matches) found.push_back(entry.path());
    CollectDirectories(entry.path(), prefix, matches, found);
  });
}

}  // namespace

std::vector<ProcessInfo> AllProcesses() {
  std::vector<ProcessInfo> processes;
  ForEachEntry("/proc", [&](const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    pid_t pid = -1;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc{} || end != name.data() + name.size()) return;
    ProcessInfo info;
    if (ReadProcess(pid, info)) processes.push_back(info);
  });
  std::sort(processes.begin(), processes.end(), [](const auto& a, const auto& b) { return a.pid < b.pid; });
  return processes;
}

std::vector<ProcessInfo> DescendantsOf(pid_t pid) {
  const std::vector<ProcessInfo> all = AllProcesses();
  std::set<pid_t> family{pid};
  std::vector<ProcessInfo> descendants;
  // Pids wrap, so that a child's may be below its parent's: go over them until nobody new is found.
  for (bool grown = true; grown;) {
    grown = false;
    for (const ProcessInfo& info : all) {
      if (!family.contains(info.parent) || !family.insert(info.pid).second) continue;
      descendants.push_back(info);
      grown = true;
    }
  }
  return descendants;
}

std::vector<ProcessInfo> ProcessesOfUids(std::uint32_t first, std::uint32_t count) {
  std::vector<ProcessInfo> processes = AllProcesses();
  std::erase_if(processes, [&](const ProcessInfo& info) {
    return info.state == 'Z' || info.uid < first || info.uid - first >= count;
  });
  return processes;
}

std::vector<std::string> DescriptorsOf(pid_t pid) {
  std::vector<std::string> targets;
  ForEachEntry(ProcPath(pid, "fd"), [&](const fs::directory_entry& entry) {
    std::error_code error;
    const fs::path target = fs::read_symlink(entry.path(), error);
    if (!error) targets.push_back(target.string());
  });
  return targets;
}

std::size_t StatusBytes(pid_t pid, const std::string& key) {
  std::ifstream file(ProcPath(pid, "status"));
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with(key + ":")) continue;
    std::size_t kilobytes = 0;
    std::istringstream(line.substr(key.size() + 1)) >> kilobytes;
    return kilobytes * 1024;
  }
  return 0;
}

std::vector<std::string> MountsOf(pid_t pid) {
  std::vector<std::string> points;
  std::ifstream file(ProcPath(pid, "mountinfo"));
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string field;
    for (int i = 0; i < 5; ++i) fields >> field;  // proc_pid_mountinfo(5): the fifth is the mount point
    points.push_back(field);
  }
  return points;
}

std::optional<fs::path> CgroupAboveOurs() {
  const fs::path mount = "/sys/fs/cgroup";
  std::error_code error;
  if (!fs::exists(mount / "cgroup.controllers", error)) return std::nullopt;  // a directory of v1 mounts
  std::ifstream file("/proc/self/cgroup");
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("0::/")) return mount / fs::path(line.substr(4)).parent_path();
  }
  return std::nullopt;
}

std::vector<fs::path> CgroupsNamed(const std::string& prefix) {
  std::set<std::string> roots;
  std::ifstream file("/proc/self/mountinfo");
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t separator = line.find(" - ");
    if (separator == std::string::npos || !std::string_view(line).substr(separator + 3).starts_with("cgroup")) continue;
    std::istringstream fields(line);
    std::string field;
    for (int i = 0; i < 5; ++i) fields >> field;
    roots.insert(field);
  }
  std::vector<fs::path> found;
  for (const std::string& root : roots) CollectDirectories(root, prefix, false, found);
  return found;
}

}  // namespace runner::test
