#include "runner/launcher/init_filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

namespace runner::launcher {
namespace {

// Everything init.cc calls from here on, kept in step with Supervise() there; then what collect.cc calls besides.
constexpr unsigned kAllowed[] = {
    SYS_poll, SYS_restart_syscall, SYS_recvfrom, SYS_sendto,     SYS_read,    SYS_wait4,
    SYS_kill, SYS_ioctl,           SYS_close,    SYS_exit_group, SYS_openat2, SYS_sendmsg,
};
constexpr unsigned kMost = sizeof(kAllowed) / sizeof(kAllowed[0]);
constexpr unsigned kForCollecting = 2;

}  // namespace

int LoadInitFilter(bool collects) {
  static sock_filter filter[kMost + 6];
  const unsigned count = collects ? kMost : kMost - kForCollecting;
  unsigned at = 0;
  filter[at++] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch));
  filter[at++] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
  filter[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  filter[at++] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
  for (unsigned i = 0; i < count; ++i) {
    // To the ALLOW behind the KILL, past the comparisons that are left. x32 numbers have bit 30 set and match none.
    filter[at++] = BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kAllowed[i], static_cast<unsigned char>(count - i), 0);
  }
  filter[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
  filter[at++] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  const sock_fprog program{static_cast<unsigned short>(at), filter};
  return static_cast<int>(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
}

}  // namespace runner::launcher
