#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "runner/ctl/child_probe.h"
#include "runner/ctl/doctor_checks.h"

namespace runner::ctl {
namespace {

#ifndef CLONE_NEWTIME
constexpr int CLONE_NEWTIME = 0x00000080;
#endif

struct Kind {
  const char* name;
  int flag;
  const char* sysctl;  // /proc/sys/user/max_<this>_namespaces
  const char* use;
};

constexpr std::array<Kind, 8> kKinds = {{
    {"user_namespace", CLONE_NEWUSER, "user", "a run's uid means nothing outside"},
    {"mount_namespace", CLONE_NEWNS, "mnt", "a run sees its image and its workspace only"},
    {"pid_namespace", CLONE_NEWPID, "pid", "a run sees its own processes only, and they end with it"},
    {"network_namespace", CLONE_NEWNET, "net", "a run has no network"},
    {"ipc_namespace", CLONE_NEWIPC, "ipc", "a run shares no memory or queue"},
    {"uts_namespace", CLONE_NEWUTS, "uts", "a run does not learn the host's name"},
    {"cgroup_namespace", CLONE_NEWCGROUP, "cgroup", "a run does not learn its place in the host's cgroups"},
    {"time_namespace", CLONE_NEWTIME, "time", "a run does not learn the host's uptime"},
}};

bool WriteFile(const char* path, const char* text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool written = ::write(fd, text, std::strlen(text)) == static_cast<ssize_t>(std::strlen(text));
  const int error = errno;
  ::close(fd);
  errno = error;
  return written;
}

// Enters a user namespace in which the caller is root.
ProbeResult BecomeRootInside(int further_namespaces) {
  std::array<char, 32> uid_map{};
  std::array<char, 32> gid_map{};
  std::snprintf(uid_map.data(), uid_map.size(), "0 %u 1", ::geteuid());
  std::snprintf(gid_map.data(), gid_map.size(), "0 %u 1", ::getegid());
  if (::unshare(CLONE_NEWUSER | further_namespaces) != 0) return Tried("unshare", -1);
  if (!WriteFile("/proc/self/setgroups", "deny")) return Tried("write /proc/self/setgroups", -1);
  if (!WriteFile("/proc/self/uid_map", uid_map.data())) return Tried("write /proc/self/uid_map", -1);
  if (!WriteFile("/proc/self/gid_map", gid_map.data())) return Tried("write /proc/self/gid_map", -1);
  return {};
}

// Everybody may make a user namespace, if anybody may; the rest takes root, or to be root in a user namespace.
ProbeResult TryNamespace(int flag) {
  if (flag != CLONE_NEWUSER && ::geteuid() != 0) return Tried("unshare", ::unshare(CLONE_NEWUSER | flag));
  return Tried("unshare", ::unshare(flag));
}

std::string Remedy(const Kind& kind, int error) {
  if (error == ENOSPC) return std::string("Raise the sysctl user.max_") + kind.sysctl + "_namespaces.";
  if (error == EINVAL) return "This kernel is built without it.";
  if (kind.flag == CLONE_NEWUSER || ::geteuid() != 0) {
    return "Look at the sysctls kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns; in "
           "a "
           "container, run it privileged or with a seccomp profile that allows unshare.";
  }
  return "In a container, run it privileged, or with CAP_SYS_ADMIN and a seccomp profile that allows unshare.";
}

Check CheckNamespace(const Kind& kind) {
  const ProbeResult result = InChild([&] { return TryNamespace(kind.flag); });
  if (result.ok()) {
    return {.name = kind.name, .status = CheckStatus::kOk, .sentence = std::string("Available: ") + kind.use + "."};
  }
  // Uptime is no secret worth refusing to run for.
  const auto status = kind.flag == CLONE_NEWTIME ? CheckStatus::kWarning : CheckStatus::kMissing;
  return {.name = kind.name,
          .status = status,
          .sentence = "Not available (" + Describe(result) + "). " + Remedy(kind, result.error)};
}

// What the launcher does to an image's tree: a detached read-only clone of a mount.
ProbeResult TryMountApi() {
  const ProbeResult alone = ::geteuid() == 0 ? Tried("unshare", ::unshare(CLONE_NEWNS)) : BecomeRootInside(CLONE_NEWNS);
  if (!alone.ok()) return alone;
  const long tree = ::syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  if (tree < 0) return Tried("open_tree", tree);
  mount_attr read_only{};
  read_only.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  return Tried("mount_setattr", ::syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &read_only, sizeof read_only));
}

Check CheckMountApi() {
  const ProbeResult result = InChild(TryMountApi);
  if (result.ok()) {
    return {.name = "mount_api",
            .status = CheckStatus::kOk,
            .sentence = "Available: images are mounted read-only without a path in between."};
  }
  return {.name = "mount_api",
          .status = CheckStatus::kMissing,
          .sentence = "open_tree and mount_setattr do not work (" + Describe(result) +
                      "). They need Linux 5.12 and, in a container, a seccomp profile that allows them."};
}

// Runs as pid 1 of the new pid namespace.
ProbeResult MountOwnProc() {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return Tried("make mounts private", -1);
  if (::mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=1m,nr_inodes=16") != 0) {
    return Tried("mount a tmpfs", -1);
  }
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  return Tried("mount a proc with subset=pid", ::mount("proc", "/proc", "proc", kFlags, "subset=pid,hidepid=2"));
}

ProbeResult TryOwnProc() {
  const ProbeResult inside = BecomeRootInside(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS);
  return inside.ok() ? InChild(MountOwnProc) : inside;
}

Check CheckOwnProc() {
  const ProbeResult result = InChild(TryOwnProc);
  if (result.ok()) {
    return {.name = "proc",
            .status = CheckStatus::kOk,
            .sentence = "A sandbox can have a /proc of its own that shows nothing but its processes."};
  }
  return {.name = "proc",
          .status = CheckStatus::kMissing,
          .sentence = "A sandbox cannot have a /proc of its own (" + Describe(result) +
                      "). In a container, /proc must not be masked (docker: --security-opt systempaths=unconfined, or "
                      "--privileged)."};
}

}  // namespace

std::vector<Check> CheckNamespaces() {
  std::vector<Check> checks;
  for (const Kind& kind : kKinds) checks.push_back(CheckNamespace(kind));
  checks.push_back(CheckMountApi());
  checks.push_back(CheckOwnProc());
  return checks;
}

}  // namespace runner::ctl
