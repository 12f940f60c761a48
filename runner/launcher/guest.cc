#include "runner/launcher/guest.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "runner/launcher/pass_descriptor.h"
#include "runner/launcher/steps.h"
#include "runner/launcher/sys.h"
#include "runner/launcher/terminal.h"

// Nothing in this file may allocate, lock or use more of libc than thin system call wrappers: this process is a clone.

namespace runner::launcher {
namespace {

// From the guest to init, over a socket that closes with the exec: the filter's listener, or the step that failed.
struct GuestReport {
  Step failed = Step::kNone;
  int error_number = 0;
};

int SetUpStdio(const Plan& plan) {
  // First: the socket may have one of the standard numbers.
  if (plan.park >= 0 && ::dup2(plan.park, kParkDescriptor) < 0) return -1;
  for (int i = 0; i < 3; ++i) {
    if (::dup2(plan.standard[i], i) < 0) return -1;
  }
  if (::setsid() < 0 || TakeTerminal(plan) != 0) return -1;
  // Node looks for a package.json where it starts, and remembers that there was none; the workspace is empty yet. The
  // preload goes there.
  return ::chdir(plan.park >= 0 ? "/" : "/workspace");
}

int SetRlimits(const Plan& plan) {
  if (!plan.Has(kRlimits)) return 0;
  struct Bound {
    int resource;
    rlim_t value;
  };
  // Never RLIMIT_AS: V8 and WebAssembly reserve far more than they use. The cgroup bounds memory.
  const Bound bounds[] = {
      {RLIMIT_NOFILE, plan.request.open_files},
      // Above what the tmpfs hold, so that filling one is ENOSPC as anywhere, and a sparse file of a terabyte is EFBIG.
      {RLIMIT_FSIZE, 2 * std::max(plan.request.tmp_bytes, plan.request.workspace_bytes)},
      {RLIMIT_CORE, 0},
      {RLIMIT_MEMLOCK, 0},
      {RLIMIT_MSGQUEUE, 0},
      {RLIMIT_RTPRIO, 0},
      {RLIMIT_NICE, 0},
      {RLIMIT_STACK, 8UL << 20},
  };
  for (const Bound& bound : bounds) {
    const rlimit limit{bound.value, bound.value};
    if (::setrlimit(static_cast<__rlimit_resource>(bound.resource), &limit) != 0) return -1;
  }
  return 0;
}

int ResetSignals() {
  // Ignored dispositions survive an exec: give Node what a shell would.
  for (int number = 1; number <= 64; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  return ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

const char* PlaceExecPath() {
  // A number, because the filter compares the pointer with it.
  void* const wanted = reinterpret_cast<void*>(kExecPathAddress);  // NOLINT(performance-no-int-to-ptr)
  void* const page =
      ::mmap(wanted, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (page == MAP_FAILED) return nullptr;
  std::memcpy(page, kNodePath, sizeof(kNodePath));
  return static_cast<const char*>(page);
}

int CloseOthers(const Plan& plan, int report) {
  if (!plan.Has(kClosedFds)) return 0;
  if (report > 3 && sys::CloseRange(3, static_cast<unsigned>(report) - 1) != 0) return -1;
  if (plan.park < 0) return sys::CloseRange(static_cast<unsigned>(report) + 1, ~0U);
  if (report + 1 >= kParkDescriptor) {
    errno = EMFILE;  // cannot be: init has a dozen descriptors below 200
    return -1;
  }
  if (sys::CloseRange(static_cast<unsigned>(report) + 1, kParkDescriptor - 1) != 0) return -1;
  return sys::CloseRange(kParkDescriptor + 1, ~0U);
}

int SendReport(int socket, const GuestReport& report, int descriptor) {
  return PassDescriptor(socket, &report, sizeof(report), descriptor);
}

struct Filter {
  static constexpr std::size_t kMaxInstructions = 4096;  // BPF_MAXINSNS
  sock_filter instructions[kMaxInstructions];
  sock_fprog program;
};

// Reads the compiled policy. Before the descriptors are closed.
int ReadFilter(const Plan& plan, Filter& filter) {
  if (!plan.Has(kSeccomp)) return 0;
  const ssize_t size = ::pread(plan.filter, filter.instructions, sizeof(filter.instructions), 0);
  if (size <= 0 || size % static_cast<ssize_t>(sizeof(sock_filter)) != 0) {
    if (size >= 0) errno = EINVAL;
    return -1;
  }
  filter.program.len = static_cast<unsigned short>(static_cast<std::size_t>(size) / sizeof(sock_filter));
  filter.program.filter = filter.instructions;
  return 0;
}

// The last layer, since it forbids what the others need. Its listener goes to init, which is told by the kernel which call
// was stopped.
int LoadFilter(const Plan& plan, const Filter& filter, int report) {
  if (!plan.Has(kSeccomp)) return 0;
  const long listener =
      ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter.program);
  if (listener < 0) return -1;
  const int result = SendReport(report, GuestReport{}, static_cast<int>(listener));
  const int saved = errno;
  ::close(static_cast<int>(listener));
  errno = saved;
  return result;
}

[[noreturn]] void RunGuest(const Plan& plan, const Program& program, int report) {
  static Filter filter;
  const auto check = [report](Step step, bool ok) {
    if (ok) return;
    const GuestReport failure{step, errno};
    (void)SendReport(report, failure, -1);
    ::_exit(1);
  };
  const char* const path = PlaceExecPath();
  check(Step::kExecNode, path != nullptr);
  check(Step::kStdio, SetUpStdio(plan) == 0);
  check(Step::kRlimits, SetRlimits(plan) == 0);
  check(Step::kSeccomp, ReadFilter(plan, filter) == 0);
  check(Step::kLandlock, RestrictWithLandlock(plan) == 0);
  check(Step::kCloseFds, CloseOthers(plan, report) == 0);
  check(Step::kStdio, ResetSignals() == 0);
  check(Step::kSeccomp, LoadFilter(plan, filter, report) == 0);
  ::execve(path, program.argv, program.envp);
  check(Step::kExecNode, false);
  ::_exit(1);
}

// One report, or the end of the socket: the exec has closed it, or the process has died.
// 1: `report` and perhaps `listener` are set. 0: end. -1: errno.
int ReceiveReport(int socket, GuestReport& report, int& listener) {
  iovec data{&report, sizeof(report)};
  alignas(cmsghdr) char ancillary[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = ancillary;
  message.msg_controllen = sizeof(ancillary);
  ssize_t got = 0;
  do {
    got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return got == 0 ? 0 : -1;
  if (got != static_cast<ssize_t>(sizeof(report))) {
    errno = EPROTO;
    return -1;
  }
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) std::memcpy(&listener, CMSG_DATA(header), sizeof(int));
  return 1;
}

Guest Failed(Step step, int error_number) {
  Guest guest;
  guest.failed = step;
  guest.error_number = error_number;
  return guest;
}

}  // namespace

Guest StartGuest(const Plan& plan, const Program& program) {
  int sockets[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) return Failed(Step::kForkNode, errno);
  clone_args args{};
  args.exit_signal = SIGCHLD;
  const pid_t pid = sys::Clone3(args);
  if (pid < 0) return Failed(Step::kForkNode, errno);
  if (pid == 0) {
    // Out of the way of the standard descriptors, which init does not have.
    const int report = ::fcntl(sockets[1], F_DUPFD_CLOEXEC, 3);
    if (report < 0) ::_exit(1);
    RunGuest(plan, program, report);
  }
  ::close(sockets[1]);
  Guest guest;
  guest.pid = pid;
  GuestReport report;
  int more = 0;
  while ((more = ReceiveReport(sockets[0], report, guest.listener)) == 1 && report.failed == Step::kNone) {
  }
  if (more < 0) return Failed(Step::kForkNode, errno);
  if (report.failed != Step::kNone) return Failed(report.failed, report.error_number);
  ::close(sockets[0]);
  // The end of the socket without the listener: the process died on the way.
  if (plan.Has(kSeccomp) && guest.listener < 0) return Failed(Step::kExecNode, EPROTO);
  return guest;
}

}  // namespace runner::launcher
