#include <algorithm>
#include <iterator>
#include <map>
#include <system_error>

#include "tests/support/daemon.h"
#include "tests/support/eventually.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

// "socket:[4711]" -> "socket": which one it is says nothing, how many there are does.
std::string Kind(const std::string& target) {
  const std::size_t number = target.find(":[");
  return number == std::string::npos ? target : target.substr(0, number);
}

void AddDescriptors(const std::string& owner, pid_t pid, std::vector<std::string>& items) {
  std::map<std::string, int> seen;
  for (const std::string& target : DescriptorsOf(pid)) {
    const std::string kind = Kind(target);
    items.push_back("descriptor " + std::to_string(++seen[kind]) + " of " + owner + " for " + kind);
  }
}

void AddMounts(const std::string& owner, pid_t pid, std::vector<std::string>& items) {
  for (const std::string& mount : MountsOf(pid)) items.push_back("mount of " + owner + ": " + mount);
}

void AddSandboxes(const Daemon& daemon, std::vector<std::string>& items) {
  for (const ProcessInfo& info : DescendantsOf(daemon.pid())) {
    items.push_back("process " + std::to_string(info.pid) + " " + info.name + (info.state == 'Z' ? " (zombie)" : ""));
  }
  for (const ProcessInfo& info : daemon.sandbox_processes()) {
    items.push_back("process " + std::to_string(info.pid) + " of uid " + std::to_string(info.uid));
  }
  for (const fs::path& path : CgroupsNamed("runnerd-" + std::to_string(daemon.pid()) + "-")) {
    items.push_back("cgroup " + path.string());
  }
  AddDescriptors("runnerd", daemon.pid(), items);
  AddDescriptors("the launcher", daemon.launcher_pid(), items);
}

}  // namespace

Footprint TakeFootprint(const Daemon& daemon) {
  std::vector<std::string> items;
  // A pool makes and replaces sandboxes when it likes. What is left of those the daemon's end tells.
  if (!StartsWarm()) AddSandboxes(daemon, items);
  AddMounts("runnerd", daemon.pid(), items);
  AddMounts("the launcher", daemon.launcher_pid(), items);
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(daemon.directory(), error)) {
    items.push_back("file " + entry.path().string());
  }
  std::sort(items.begin(), items.end());
  return {items};
}

std::string Leaks(const Footprint& before, const Footprint& after) {
  std::vector<std::string> added;
  std::set_difference(after.items.begin(), after.items.end(), before.items.begin(), before.items.end(),
                      std::back_inserter(added));
  std::string lines;
  for (const std::string& item : added) lines += item + "\n";
  return lines;
}

std::string LeaksAfter(const Footprint& before, const Daemon& daemon, std::chrono::milliseconds timeout) {
  std::string leaks;
  (void)Eventually(timeout, [&] { return (leaks = Leaks(before, TakeFootprint(daemon))).empty(); });
  return leaks;
}

}  // namespace runner::test
