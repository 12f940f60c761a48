// Who the sandbox is: its cgroup, its uid, its names and, in the end, that it has no power left.
#include <linux/capability.h>
#include <linux/if.h>
#include <linux/securebits.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "runner/launcher/steps.h"
#include "runner/launcher/sys.h"

namespace runner::launcher {
namespace {

struct Capabilities {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
};

int GetCapabilities(Capabilities& caps) {
  return sys::Result(::syscall(SYS_capget, &caps.header, static_cast<__user_cap_data_struct*>(caps.data)));
}
int SetCapabilities(Capabilities& caps) {
  return sys::Result(::syscall(SYS_capset, &caps.header, static_cast<const __user_cap_data_struct*>(caps.data)));
}

// The highest capability the running kernel knows, which may be more than the headers do: PR_CAPBSET_READ answers EINVAL
// past it (capabilities(7)).
int CapabilityCount() {
  int count = 0;
  while (count < 64 && ::prctl(PR_CAPBSET_READ, count, 0, 0, 0) >= 0) ++count;
  return count;
}

int Fail(int error_number) {
  errno = error_number;
  return -1;
}

}  // namespace

// v2 was born in its cgroup (CLONE_INTO_CGROUP). On v1 "0" means the writer. The files were opened by root, and v1 checks
// the opener's credentials (kernel/cgroup/cgroup-v1.c, cgroup1_procs_write), so this needs no privilege of init's own.
int JoinCgroup(const Plan& plan) {
  for (int i = 0; i < plan.cgroup_procs_count; ++i) {
    if (::write(plan.cgroup_procs[i], "0", 1) != 1) return -1;
  }
  return 0;
}

int AwaitIdMap(const Plan& plan) {
  if (!plan.Has(kUserNamespace)) return 0;
  char byte = 0;
  const ssize_t got = ::read(plan.id_map_written, &byte, 1);
  if (got == 1) return 0;
  return got == 0 ? Fail(EPIPE) : -1;
}

// The uid first, then the mounts: what init makes belongs to the run. The capabilities of the user namespace are kept
// over the change and given up at the end.
int BecomeUid(const Plan& plan) {
  if (::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return -1;
  if (::syscall(SYS_setgroups, 0, nullptr) != 0) return -1;
  if (::syscall(SYS_setresgid, plan.uid, plan.uid, plan.uid) != 0) return -1;
  if (::syscall(SYS_setresuid, plan.uid, plan.uid, plan.uid) != 0) return -1;
  Capabilities caps;
  if (GetCapabilities(caps) != 0) return -1;
  for (auto& word : caps.data) word.effective = word.permitted;
  if (SetCapabilities(caps) != 0) return -1;
  // After the change of uid, which would clear it (prctl(2)). And nobody of the same uid may look into init.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return -1;
  return ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// Only now: a cgroup namespace is rooted at the cgroup of its maker at the time (cgroup_namespaces(7)).
int EnterCgroupNamespace(const Plan& plan) { return plan.Has(kCgroupNamespace) ? ::unshare(CLONE_NEWCGROUP) : 0; }

int SetHostname(const Plan& plan) {
  constexpr char kName[] = "runner";
  return plan.Has(kUtsNamespace) ? ::sethostname(kName, sizeof(kName) - 1) : 0;
}

int BringLoopbackUp(const Plan& plan) {
  if (plan.request.loopback == 0 || !plan.Has(kNetworkNamespace)) return 0;
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  const int result = ::ioctl(fd, SIOCSIFFLAGS, &request);
  ::close(fd);
  return result;
}

int DropCapabilities(const Plan& plan) {
  if (!plan.Has(kCapabilities)) return 0;
  const int count = CapabilityCount();
  for (int capability = 0; capability < count; ++capability) {
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return -1;
  }
  if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return -1;
  // While CAP_SETPCAP is still there: uid 0 means nothing any more, and that cannot be undone (capabilities(7)).
  constexpr unsigned kLocked = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                               SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
                               SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
  if (::prctl(PR_SET_SECUREBITS, kLocked, 0, 0, 0) != 0) return -1;
  Capabilities none;
  return SetCapabilities(none);
}

// Drop, then look: a drop that silently did nothing must not go unnoticed.
int VerifyDropped(const Plan& plan) {
  uid_t uid[3];
  gid_t gid[3];
  if (::getresuid(&uid[0], &uid[1], &uid[2]) != 0 || ::getresgid(&gid[0], &gid[1], &gid[2]) != 0) return -1;
  for (int i = 0; i < 3; ++i) {
    if (uid[i] != plan.uid || gid[i] != plan.uid) return Fail(EPERM);
  }
  if (::getgroups(0, nullptr) != 0) return Fail(EPERM);
  if (!plan.Has(kCapabilities)) return 0;
  Capabilities caps;
  if (GetCapabilities(caps) != 0) return -1;
  for (const auto& word : caps.data) {
    if ((word.effective | word.permitted | word.inheritable) != 0) return Fail(EPERM);
  }
  const int count = CapabilityCount();
  for (int capability = 0; capability < count; ++capability) {
    if (::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) != 0) return Fail(EPERM);
  }
  return 0;
}

int SetNoNewPrivs(const Plan& plan) {
  if (!plan.Has(kNoNewPrivs)) return 0;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : Fail(EPERM);
}

}  // namespace runner::launcher
