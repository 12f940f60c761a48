#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "runner/ctl/cgroup_layout.h"
#include "runner/ctl/child_probe.h"
#include "runner/ctl/doctor_checks.h"

namespace runner::ctl {
namespace {

struct Controller {
  const char* name;
  const char* use;
  bool v2;  // cpuacct and freezer are part of every v2 cgroup.
};

constexpr std::array<Controller, 5> kControllers = {{{"memory", "limits a run's memory", true},
                                                     {"cpu", "shares the processors out", true},
                                                     {"pids", "limits a run's threads and processes", true},
                                                     {"cpuacct", "counts a run's CPU time", false},
                                                     {"freezer", "ends a run's processes all at once", false}}};

std::string ReadText(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Makes and removes a cgroup below `directory`.
ProbeResult TrySubCgroup(const std::string& directory) {
  const std::string path = directory + "/runnerctl-doctor-" + std::to_string(::getpid());
  if (::mkdir(path.c_str(), 0755) != 0) return Tried("mkdir", -1);
  return Tried("rmdir", ::rmdir(path.c_str()));
}

std::string SubCgroupRemedy(const std::string& directory) {
  if (::geteuid() != 0) {
    return " cannot be divided by this user; as root it may be (under systemd: a service with Delegate=yes).";
  }
  return " is read-only or not delegated. In a container, mount the cgroups writable (docker: --privileged or "
         "--cgroupns=private with a writable " +
         directory + ").";
}

Check CheckSubCgroup(const std::string& name, const std::string& use, const std::string& directory) {
  const ProbeResult result = TrySubCgroup(directory);
  if (result.ok()) return {.name = name, .status = CheckStatus::kOk, .sentence = use + "."};
  return {.name = name,
          .status = CheckStatus::kMissing,
          .sentence = directory + SubCgroupRemedy(directory) + " (" + Describe(result) + ")"};
}

std::set<std::string> ControllersOf(const std::string& directory) {
  std::istringstream names(ReadText(directory + "/cgroup.controllers"));
  return {std::istream_iterator<std::string>(names), {}};
}

// The topmost cgroup that can be seen from `directory`; what it has, the host can hand down.
std::string TopOf(std::string directory) {
  for (;;) {
    const std::string above = directory.substr(0, directory.rfind('/'));
    if (::access((above + "/cgroup.controllers").c_str(), F_OK) != 0) return directory;
    directory = above;
  }
}

Check CheckController(const Controller& controller, const std::string& directory) {
  const std::string name = std::string("cgroup_") + controller.name;
  if (ControllersOf(directory).contains(controller.name)) {
    return {.name = name, .status = CheckStatus::kOk, .sentence = std::string("Available: ") + controller.use + "."};
  }
  if (ControllersOf(TopOf(directory)).contains(controller.name)) {
    return {.name = name,
            .status = CheckStatus::kWarning,
            .sentence = "Not handed down to " + directory +
                        ", so runnerd cannot be started from here as it is: let ./dev serve start it, or a systemd "
                        "service with Delegate=yes."};
  }
  return {.name = name,
          .status = CheckStatus::kMissing,
          .sentence = std::string("This host has none: it ") + controller.use +
                      ". A container gets it from the cgroup that it is in; a host, from its kernel's command line "
                      "(no cgroup_disable=" +
                      controller.name + ")."};
}

std::vector<Check> CheckV2(const std::string& directory) {
  std::vector<Check> checks = {{.name = "cgroup", .status = CheckStatus::kOk, .sentence = "v2, at " + directory + "."}};
  for (const Controller& controller : kControllers) {
    if (controller.v2) checks.push_back(CheckController(controller, directory));
  }
  checks.push_back(CheckSubCgroup("cgroup_delegation", "Cgroups for runs can be made below " + directory, directory));
  return checks;
}

std::vector<Check> CheckV1(const CgroupLayout& layout) {
  std::vector<Check> checks = {{.name = "cgroup",
                                .status = CheckStatus::kOk,
                                .sentence = "v1; works, though v2 starts runs faster and ends them more surely."}};
  for (const Controller& controller : kControllers) {
    const std::string name = std::string("cgroup_") + controller.name;
    const auto found = layout.v1.find(controller.name);
    if (found == layout.v1.end()) {
      checks.push_back({.name = name,
                        .status = CheckStatus::kMissing,
                        .sentence = std::string("Not mounted: it ") + controller.use +
                                    ". Mount it: mount -t cgroup -o " + controller.name + " cgroup /sys/fs/cgroup/" +
                                    controller.name + "."});
    } else {
      checks.push_back(CheckSubCgroup(
          name, "v1, at " + found->second + ": it " + controller.use + ", and cgroups for runs can be made there",
          found->second));
    }
  }
  return checks;
}

}  // namespace

std::vector<Check> CheckCgroups() {
  const CgroupLayout layout = ParseCgroupLayout(ReadText("/proc/self/mountinfo"), ReadText("/proc/self/cgroup"));
  // Where v1 hierarchies hold the controllers, the v2 one beside them has none.
  if (layout.v2 && (layout.v1.empty() || ControllersOf(*layout.v2).contains("memory"))) return CheckV2(*layout.v2);
  if (!layout.v1.empty()) return CheckV1(layout);
  return {{.name = "cgroup",
           .status = CheckStatus::kMissing,
           .sentence = "No cgroups are mounted. Mount v2: mount -t cgroup2 cgroup2 /sys/fs/cgroup."}};
}

}  // namespace runner::ctl
