// What the kernel makes of the compiled programs: each case is a child process that loads one and makes the calls.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <map>
#include <string>
#include <vector>

#include "runner/base/unique_fd.h"
#include "runner/launcher/protocol.h"
#include "runner/sandbox/policy.h"
#include "runner/sandbox/seccomp_compiler.h"

namespace runner {
namespace {

constexpr std::uint64_t kHigh = 0xdeadbeef00000000;  // bits that the kernel does not look at where it reads an int

struct Call {
  long number;
  std::array<std::uint64_t, 6> arguments{};
};

std::vector<sock_filter> Program(const UniqueFd& fd) {
  struct stat status {};
  REQUIRE(fstat(fd.get(), &status) == 0);
  std::vector<sock_filter> program(static_cast<std::size_t>(status.st_size) / sizeof(sock_filter));
  REQUIRE(pread(fd.get(), program.data(), static_cast<std::size_t>(status.st_size), 0) == status.st_size);
  return program;
}

// Compiled once: there are many cases.
std::vector<sock_filter> ProgramOf(const std::string& policy) {
  static std::map<std::string, std::vector<sock_filter>> programs;
  std::vector<sock_filter>& program = programs[policy];
  if (program.empty()) {
    const auto loaded = LoadPolicy(std::string(RUNNER_SOURCE_DIR "/policies/") + policy + ".yaml");
    REQUIRE(loaded.has_value());
    program = Program(loaded->seccomp_program);
  }
  return program;
}

// Exit codes of the child, outside what an errno can be.
constexpr int kSucceeded = 200;
constexpr int kNotLoaded = 201;

// The outcome of one call under a policy, as words: "ok", "EPERM", "notify ptrace", "SIGSYS".
std::string Outcome(const std::string& policy, const Call& call) {
  std::vector<sock_filter> program = ProgramOf(policy);
  // The child reports the listener's number here; the pidfd then gets it out of the child.
  void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(page != MAP_FAILED);
  auto* const listener_number = static_cast<volatile int*>(page);
  *listener_number = -1;
  const pid_t child = fork();
  if (child == 0) {
    sock_fprog filter{.len = static_cast<unsigned short>(program.size()), .filter = program.data()};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) _exit(kNotLoaded);
    const long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
    if (listener < 0) _exit(kNotLoaded);
    *listener_number = static_cast<int>(listener);
    const auto& a = call.arguments;
    const long result = syscall(call.number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (result == 0 && call.number == SYS_clone) _exit(kSucceeded);  // the child of a clone that was allowed
    _exit(result >= 0 ? kSucceeded : errno);
  }
  REQUIRE(child > 0);
  const UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
  UniqueFd listener;
  std::string outcome;
  for (;;) {
    if (!listener && *listener_number >= 0) {
      listener.reset(static_cast<int>(syscall(SYS_pidfd_getfd, pidfd.get(), *listener_number, 0)));
    }
    std::array<pollfd, 2> fds = {
        {{.fd = pidfd.get(), .events = POLLIN, .revents = 0}, {.fd = listener.get(), .events = POLLIN, .revents = 0}}};
    if (poll(fds.data(), fds.size(), listener ? 10'000 : 1) < 0) continue;
    if ((fds[0].revents & POLLIN) != 0) break;
    if ((fds[1].revents & POLLIN) != 0) {
      seccomp_notif notification{};
      if (ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_RECV, &notification) != 0) continue;
      outcome = "notify " + SyscallName(notification.data.nr);
      kill(child, SIGKILL);
    }
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  munmap(page, 4096);
  if (!outcome.empty()) return outcome;
  if (WIFSIGNALED(status)) return std::string("SIG") + sigabbrev_np(WTERMSIG(status));
  if (WEXITSTATUS(status) == kSucceeded) return "ok";
  REQUIRE(WEXITSTATUS(status) != kNotLoaded);
  const char* const name = strerrorname_np(WEXITSTATUS(status));
  return name != nullptr ? name : std::to_string(WEXITSTATUS(status));
}

std::string Lesson(long number, std::array<std::uint64_t, 6> arguments = {}) {
  return Outcome("lesson", {number, arguments});
}
std::string Cluster(long number, std::array<std::uint64_t, 6> arguments = {}) {
  return Outcome("cluster", {number, arguments});
}

TEST_CASE("calls that libraries probe for are answered as by an older kernel") {
  CHECK(Lesson(SYS_clone3) == "ENOSYS");
  CHECK(Lesson(SYS_io_uring_setup) == "ENOSYS");
  CHECK(Lesson(SYS_io_uring_enter) == "ENOSYS");
  CHECK(Lesson(SYS_openat2) == "ENOSYS");
  CHECK(Lesson(kNewestKnownCall + 1) == "ENOSYS");
  CHECK(Lesson(462) == "ENOSYS");
  CHECK(Lesson(100'000) == "ENOSYS");
}

TEST_CASE("known calls that no lesson needs are refused with EPERM") {
  for (const long number :
       {SYS_memfd_create, SYS_execveat, SYS_splice, SYS_vmsplice, SYS_tee, SYS_personality, SYS_setuid, SYS_mknod,
        SYS_mknodat, SYS_fork, SYS_vfork, SYS_shmget, SYS_mq_open, SYS_seccomp, SYS_landlock_create_ruleset,
        SYS_setpriority, SYS_capset, SYS_memfd_secret, SYS_wait4}) {
    CAPTURE(SyscallName(static_cast<int>(number)));
    CHECK(Lesson(number) == "EPERM");
  }
}

TEST_CASE("calls that only an attack makes reach the listener with their number") {
  const auto number = GENERATE(SYS_ptrace, SYS_bpf, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_fsopen,
                               SYS_fsmount, SYS_move_mount, SYS_open_tree, SYS_mount_setattr, SYS_unshare, SYS_setns,
                               SYS_keyctl, SYS_add_key, SYS_request_key, SYS_process_vm_readv, SYS_process_vm_writev,
                               SYS_perf_event_open, SYS_userfaultfd, SYS_init_module, SYS_finit_module,
                               SYS_delete_module, SYS_kexec_load, SYS_pidfd_getfd, SYS_open_by_handle_at);
  const std::string expected = "notify " + SyscallName(static_cast<int>(number));
  CHECK(Lesson(number) == expected);
  CHECK(Cluster(number) == expected);
}

TEST_CASE("sockets are internet sockets, whatever the high bits say") {
  CHECK(Lesson(SYS_socket, {AF_INET, SOCK_STREAM}) == "ok");
  CHECK(Lesson(SYS_socket, {AF_INET6, SOCK_STREAM}) == "ok");
  for (const std::uint64_t family : {AF_UNSPEC, AF_UNIX, AF_NETLINK, AF_PACKET, AF_ALG, AF_VSOCK, AF_INET | 0x10}) {
    CAPTURE(family);
    CHECK(Lesson(SYS_socket, {family, SOCK_STREAM}) == "EAFNOSUPPORT");
    CHECK(Lesson(SYS_socket, {kHigh | family, SOCK_STREAM}) == "EAFNOSUPPORT");
  }
  CHECK(Lesson(SYS_socketpair, {AF_UNIX, SOCK_STREAM, 0, 0}) == "EFAULT");  // let through, and then there is no array
  CHECK(Lesson(SYS_socketpair, {AF_TIPC, SOCK_STREAM, 0, 0}) == "EAFNOSUPPORT");
}

TEST_CASE("ioctl cannot type into a terminal, whatever the high bits say") {
  constexpr std::uint64_t kNoFd = 9999;
  for (const std::uint64_t request : {TCGETS, TCSETS, TCSETSW, TIOCGWINSZ, FIONBIO, FIOCLEX}) {
    CHECK(Lesson(SYS_ioctl, {kNoFd, request}) == "EBADF");  // let through
    CHECK(Lesson(SYS_ioctl, {kNoFd, kHigh | request}) == "EBADF");
  }
  for (const std::uint64_t request : std::initializer_list<std::uint64_t>{
           TIOCSTI, TIOCLINUX, TIOCSETD, TIOCCONS, TIOCSWINSZ, FIONREAD, TIOCSCTTY, TIOCGPTPEER}) {
    CHECK(Lesson(SYS_ioctl, {kNoFd, request}) == "ENOTTY");
    CHECK(Lesson(SYS_ioctl, {kNoFd, kHigh | request}) == "ENOTTY");
  }
}

TEST_CASE("advice and process options outside the list are answered with EINVAL") {
  CHECK(Lesson(SYS_madvise, {0, 0, 4}) == "ok");
  CHECK(Lesson(SYS_madvise, {0, 0, kHigh | 8}) == "ok");
  CHECK(Lesson(SYS_madvise, {0, 0, 22}) == "EINVAL");  // MADV_POPULATE_READ, which the kernel has
  CHECK(Lesson(SYS_prctl, {PR_GET_NAME, 0}) == "EFAULT");
  CHECK(Lesson(SYS_prctl, {PR_GET_DUMPABLE}) == "EINVAL");
  CHECK(Lesson(SYS_prctl, {kHigh | PR_SET_DUMPABLE, 1}) == "EINVAL");
  CHECK(Lesson(SYS_sendfile) == "EINVAL");
}

TEST_CASE("clone makes threads only; a fork is EPERM, a namespace a tripwire") {
  // CLONE_THREAD and CLONE_SIGHAND without a stack: let through, and the child shares the memory; so only ask for refusals.
  CHECK(Lesson(SYS_clone, {SIGCHLD}) == "EPERM");
  CHECK(Lesson(SYS_clone, {0x1200011}) == "EPERM");  // fork of glibc
  CHECK(Lesson(SYS_clone, {0x4111}) == "EPERM");     // posix_spawn of glibc
  CHECK(Lesson(SYS_clone, {0x3d0f01}) == "EPERM");
  CHECK(Lesson(SYS_clone, {0x3d0e00}) == "EPERM");
  CHECK(Lesson(SYS_clone, {0}) == "EPERM");
  for (const std::uint64_t flag :
       {CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET}) {
    CAPTURE(flag);
    CHECK(Lesson(SYS_clone, {flag | SIGCHLD}) == "notify clone");
    CHECK(Lesson(SYS_clone, {kHigh | flag}) == "notify clone");
    CHECK(Cluster(SYS_clone, {flag | 0x1200011}) == "notify clone");
  }
}

TEST_CASE("cluster may fork and wait, and no more") {
  CHECK(Cluster(SYS_clone, {0x1200011}) == "ok");
  CHECK(Cluster(SYS_clone, {SIGCHLD}) == "EPERM");
  CHECK(Cluster(SYS_wait4, {~0ULL, 0, WNOHANG}) == "ECHILD");
  CHECK(Cluster(SYS_setsid) == "ok");
  CHECK(Cluster(SYS_socket, {AF_UNIX, SOCK_STREAM}) == "EAFNOSUPPORT");
  CHECK(Cluster(SYS_execve, {0}) == "EFAULT");  // let through
  CHECK(Cluster(SYS_clone3) == "ENOSYS");
}

TEST_CASE("execve passes with the path at init's address and with no other") {
  CHECK(Lesson(SYS_execve, {launcher::kExecPathAddress}) == "EFAULT");  // let through, and nothing is mapped there
  CHECK(Lesson(SYS_execve, {launcher::kExecPathAddress + 1}) == "EPERM");
  CHECK(Lesson(SYS_execve, {launcher::kExecPathAddress | 1ULL << 63U}) == "EPERM");
  CHECK(Lesson(SYS_execve, {launcher::kExecPathAddress | 1ULL << 32U}) == "EPERM");
  CHECK(Lesson(SYS_execve, {reinterpret_cast<std::uintptr_t>("/bin/true")}) == "EPERM");
}

TEST_CASE("foreign calling conventions end the process") {
  constexpr long kX32 = 0x40000000;
  CHECK(Lesson(kX32 | SYS_getpid) == "SIGSYS");
  CHECK(Cluster(kX32 | SYS_ptrace) == "SIGSYS");
}

TEST_CASE("what set-up still needs after the filter is allowed") {
  CHECK(Lesson(SYS_getpid) == "ok");
  CHECK(Lesson(SYS_close, {9999}) == "EBADF");
  CHECK(Lesson(SYS_sendmsg, {9999, 0, 0}) == "EBADF");
  CHECK(Lesson(SYS_write, {9999, 0, 0}) == "EBADF");
}

}  // namespace
}  // namespace runner
