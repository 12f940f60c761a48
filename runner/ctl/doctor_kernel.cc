#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <climits>
#include <string>
#include <utility>

#include "runner/ctl/child_probe.h"
#include "runner/ctl/doctor_checks.h"

// System calls newer than Debian 12's glibc wrappers are made by number throughout.
namespace runner::ctl {
namespace {

using Version = std::pair<int, int>;

constexpr Version kOldest = {5, 12};    // mount_setattr
constexpr Version kComplete = {5, 14};  // cgroup.kill

Version ParseVersion(const std::string& release) {
  Version version;
  const char* end = release.data() + release.size();
  const auto major = std::from_chars(release.data(), end, version.first);
  if (major.ec == std::errc() && major.ptr != end) std::from_chars(major.ptr + 1, end, version.second);
  return version;
}

std::string ToString(Version version) { return std::to_string(version.first) + "." + std::to_string(version.second); }

Check CheckVersion(const utsname& host) {
  const std::string found = std::string("Linux ") + host.release;
  const Version version = ParseVersion(host.release);
  if (version < kOldest) {
    return {.name = "kernel",
            .status = CheckStatus::kMissing,
            .sentence = found + " is too old: runner needs " + ToString(kOldest) + " or later (Debian 12 has 6.1)."};
  }
  if (version < kComplete) {
    return {.name = "kernel",
            .status = CheckStatus::kWarning,
            .sentence = found + " works, but " + ToString(kComplete) + " or later ends a run's processes all at once."};
  }
  return {.name = "kernel", .status = CheckStatus::kOk, .sentence = found + " is new enough."};
}

Check CheckArchitecture(const utsname& host) {
  const std::string machine = host.machine;
  if (machine == "x86_64") return {.name = "architecture", .status = CheckStatus::kOk, .sentence = "x86-64."};
  return {.name = "architecture",
          .status = CheckStatus::kMissing,
          .sentence = "This is " + machine + "; images and system call filters are for x86-64."};
}

Check CheckCall(const char* name, const char* use, const ProbeResult& result) {
  if (result.ok()) {
    return {.name = name, .status = CheckStatus::kOk, .sentence = std::string("Available: ") + use + "."};
  }
  return {.name = name,
          .status = CheckStatus::kMissing,
          .sentence = std::string("Not available (") + Describe(result) + "): needed to " + use +
                      ". Use a newer kernel, or a container runtime whose filter lets it through."};
}

ProbeResult TryOpenat2() {
  open_how how = {.flags = O_PATH | O_CLOEXEC, .mode = 0, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
  const long fd = ::syscall(SYS_openat2, AT_FDCWD, ".", &how, sizeof how);
  const ProbeResult result = Tried("openat2", fd);
  if (result.ok()) ::close(static_cast<int>(fd));
  return result;
}

// A call with no arguments to speak of fails with EINVAL where it exists.
ProbeResult TryClone3() {
  const ProbeResult result = Tried("clone3", ::syscall(SYS_clone3, nullptr, 0));
  return result.error == EINVAL ? ProbeResult{} : result;
}

ProbeResult TryPidfd() {
  const long fd = ::syscall(SYS_pidfd_open, ::getpid(), 0);
  ProbeResult result = Tried("pidfd_open", fd);
  if (!result.ok()) return result;
  result = Tried("pidfd_send_signal", ::syscall(SYS_pidfd_send_signal, fd, 0, nullptr, 0));
  ::close(static_cast<int>(fd));
  return result;
}

ProbeResult TrySeccomp(unsigned action) {
  return Tried("seccomp", ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
}

Check CheckLandlock() {
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi > 0) {
    return {.name = "landlock",
            .status = CheckStatus::kOk,
            .sentence = "Available, ABI " + std::to_string(abi) + ": a second file-system layer."};
  }
  const std::string why = errno == EOPNOTSUPP ? "is built in but switched off; add landlock to the lsm= boot parameter"
                                              : "is not in this kernel (5.13 or later with CONFIG_SECURITY_LANDLOCK)";
  return {.name = "landlock",
          .status = CheckStatus::kWarning,
          .sentence = "Landlock " + why + ". The mount namespace still confines; runnerd must be told to accept this."};
}

}  // namespace

std::vector<Check> CheckKernel() {
  utsname host{};
  ::uname(&host);
  return {
      CheckVersion(host),
      CheckArchitecture(host),
      CheckCall("openat2", "write a workspace without following links out of it", InChild(TryOpenat2)),
      CheckCall("close_range", "leave a program no file of the daemon's",
                InChild([] { return Tried("close_range", ::syscall(SYS_close_range, UINT_MAX, UINT_MAX, 0)); })),
      CheckCall("clone3", "start a sandbox in its namespaces and cgroup at once", InChild(TryClone3)),
      CheckCall("pidfd", "end a sandbox without a race for its pid", InChild(TryPidfd)),
      CheckCall("seccomp", "filter a program's system calls",
                InChild([] { return TrySeccomp(SECCOMP_RET_KILL_PROCESS); })),
      CheckCall("seccomp_notify", "name the system call that broke a policy",
                InChild([] { return TrySeccomp(SECCOMP_RET_USER_NOTIF); })),
      CheckLandlock(),
  };
}

}  // namespace runner::ctl
