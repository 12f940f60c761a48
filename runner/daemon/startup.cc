#include "runner/daemon/startup.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#include "runner/daemon/uid_range.h"
#include "runner/launcher/protocol.h"
#include "runner/sandbox/privileges.h"
#include "runner/sandbox/protections.h"
#include "runner/sandbox/text.h"

namespace runner {
namespace {

// Layers that nobody but root can give a sandbox.
constexpr std::uint32_t kRootLayers =
    launcher::kOwnUid | launcher::kMemoryCgroup | launcher::kPidsCgroup | launcher::kCpuCgroup;

// What a run takes of the daemon: on cgroup v1 and with an open stdin it is 11 while the program runs and 14 while it is
// started, files of the cgroup that are read in passing not counted; and its client has a connection.
constexpr std::uint64_t kDescriptorsOfRun = 20;
// gRPC's, Asio's, the listeners', and some for clients that wait. Policies and images have one each besides.
constexpr std::uint64_t kOwnDescriptors = 128;

std::string Join(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined;
}

Result<void> CheckRoot(std::uint32_t layers) {
  if (::geteuid() == 0 || (layers & kRootLayers) == 0) return {};
  return Error{.step =
                   "runnerd has to be started as root: it makes cgroups and gives every run a uid of its own, and then "
                   "gives root up for good. Start it with \"sudo ./dev serve\" or the systemd unit runnerd.service; or "
                   "accept to do without these layers: " +
                   Join(ProtectionNames(layers & kRootLayers))};
}

template <typename T>
Result<void> CheckDefault(const std::map<std::string, T>& offered, const std::string& name, const char* what,
                          const std::filesystem::path& directory) {
  if (offered.contains(name)) return {};
  std::vector<std::string> names;
  for (const auto& [key, value] : offered) names.push_back(key);
  return Error{.step = std::string("the default ") + what + " " + Quote(name) + " is not in " + directory.string() +
                       "; there is: " + Join(names)};
}

// As many descriptors as the process may have: shells and service managers start programs with 1024. A daemon that has too
// few would fail runs now and then, and only under load. So it is found out now.
Result<void> RaiseDescriptorLimit(const Config& config, const Prepared& prepared) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return ErrnoError("read the limit of open files");
  const std::string remedy = "; raise the limit (ulimit -Hn, or LimitNOFILE of the systemd unit)";
  const std::uint64_t needed = kOwnDescriptors + prepared.policies.size() + prepared.images.size() +
                               kDescriptorsOfRun * (config.max_running + 2 * config.warm_max);
  if (limit.rlim_max < needed) {
    return Error{.step = std::to_string(config.max_running) + " runs at one time and " +
                         std::to_string(config.warm_max) + " warm sandboxes take " + std::to_string(needed) +
                         " open files, and this process may have " + std::to_string(limit.rlim_max) + remedy +
                         ", or lower max_running or warm.max"};
  }
  // Sandboxes inherit the limit, and nothing in them has the right to go beyond it.
  for (const auto& [name, policy] : prepared.policies) {
    if ((prepared.layers & launcher::kRlimits) == 0 || limit.rlim_max >= policy.fixed.open_files) continue;
    return Error{.step = "the policy " + name + " gives a run " + std::to_string(policy.fixed.open_files) +
                         " open files, and this process may have " + std::to_string(limit.rlim_max) + remedy +
                         ", or lower open_files in the policy"};
  }
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return ErrnoError("raise the limit of open files");
  return {};
}

Result<void> LoadFiles(const Config& config, Prepared& prepared) {
  auto policies = LoadPolicies(config.policies);
  if (!policies) return policies.error();
  prepared.policies = std::move(*policies);
  auto images = LoadImages(config.images);
  if (!images) return images.error();
  prepared.images = std::move(*images);
  if (auto found = CheckDefault(prepared.policies, config.default_policy, "policy", config.policies); !found)
    return found;
  return CheckDefault(prepared.images, config.default_image, "image", config.images);
}

Result<void> StartSandboxes(const Config& config, Prepared& prepared) {
  auto cgroups = CgroupTree::Make(config.cgroup_parent.string(), prepared.layers, config.first_uid);
  if (!cgroups) return cgroups.error();
  prepared.cgroups = std::move(*cgroups);
  std::vector<LauncherImage> images;
  for (const auto& [name, image] : prepared.images) {
    const bool huge = config.huge_pages == "all" || (config.huge_pages == "default" && name == config.default_image);
    images.push_back({image.root.get(), huge});
  }
  auto launcher = StartLauncher(config.launcher, prepared.layers, config.first_uid + 1, prepared.run_uids, images,
                                *prepared.cgroups);
  if (!launcher) return launcher.error();
  if (launcher->huge_error) {
    spdlog::warn("{}; runs start a little slower without (huge_pages: none in the configuration accepts that)",
                 launcher->huge_error->ToString());
  }
  prepared.launcher = std::move(*launcher);
  return {};
}

Result<void> Bind(const Config& config, Prepared& prepared) {
  for (const std::string& address : config.listen) {
    auto listener =
        Listen(address, {.uid = config.first_uid, .mode = config.socket_mode, .group = config.socket_group});
    if (!listener) return listener.error();
    prepared.listeners.push_back(std::move(*listener));
  }
  return {};
}

}  // namespace

std::variant<Prepared, StartError> Prepare(const Config& config) {
  Prepared prepared;
  prepared.layers = launcher::kAllLayers & ~config.without;
  prepared.run_uids = config.uid_count - 1;
  if (auto root = CheckRoot(prepared.layers); !root) return StartError{kExitConfig, root.error()};
  for (const std::string& sharer : SharersOfUids(config.first_uid, config.uid_count)) {
    spdlog::warn("uids {} to {} are not this daemon's alone: {}; give it others (uids in the configuration)",
                 config.first_uid, config.first_uid + config.uid_count - 1, sharer);
  }
  if (auto loaded = LoadFiles(config, prepared); !loaded) return StartError{kExitConfig, loaded.error()};
  if (auto raised = RaiseDescriptorLimit(config, prepared); !raised) return StartError{kExitConfig, raised.error()};
  // Before the sandboxes: a second daemon that was started by mistake should find out before it does anything.
  if (auto bound = Bind(config, prepared); !bound) return StartError{kExitConfig, bound.error()};
  if (auto started = StartSandboxes(config, prepared); !started) return StartError{kExitSoftware, started.error()};
  if (auto dropped = DropPrivileges(config.first_uid); !dropped) return StartError{kExitSoftware, dropped.error()};
  return prepared;
}

}  // namespace runner
