#include "runner/launcher/init.h"

#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "runner/launcher/collect.h"
#include "runner/launcher/guest.h"
#include "runner/launcher/init_filter.h"
#include "runner/launcher/parking.h"
#include "runner/launcher/steps.h"
#include "runner/launcher/sys.h"
#include "runner/launcher/terminal.h"
#include "runner/launcher/workspace.h"

// Nothing in this file may allocate, lock or use more of libc than thin system call wrappers: this process is a clone.

namespace runner::launcher {
namespace {

// The containment, in order. What init sets up holds for Node, which it forks afterwards; guest.cc adds what is Node's
// alone (rlimits, Landlock, the filter).
// clang-format off
constexpr NamedStep kContainment[] = {
    {Step::kJoinCgroup, JoinCgroup},
    {Step::kAwaitIdMap, AwaitIdMap},
    {Step::kBecomeUid, BecomeUid},
    {Step::kEnterCgroupNamespace, EnterCgroupNamespace},
    {Step::kHostname, SetHostname},
    {Step::kLoopback, BringLoopbackUp},
    {Step::kMountRoot, MountRoot},
    {Step::kMountDev, MountDev},
    {Step::kMountProc, MountProc},
    {Step::kMountTmp, MountTmp},
    {Step::kMountWorkspace, MountWorkspace},
    {Step::kTerminal, OpenTerminal},
    {Step::kPivotRoot, PivotRoot},
    {Step::kDropCapabilities, DropCapabilities},
    {Step::kVerifyDropped, VerifyDropped},
    {Step::kNoNewPrivs, SetNoNewPrivs},
};
// clang-format on

void Send(int control, const InitEvent& event) {
  // A daemon that is gone needs no report; init ends either way.
  (void)::send(control, &event, sizeof(event), MSG_NOSIGNAL);
}

void SendPlain(int control, InitEventType type) {
  InitEvent event;
  event.type = type;
  Send(control, event);
}

[[noreturn]] void Fail(int control, Step step, int error_number) {
  InitEvent event;
  event.type = InitEventType::kFailed;
  event.step = step;
  event.error_number = error_number;
  Send(control, event);
  ::_exit(1);
}

// Gives init's descriptors fixed numbers and closes everything else that the clone brought along.
void KeepOwnDescriptors(Plan& plan) {
  constexpr int kFirst = 200;  // above anything the launcher has open; checked in spawn.cc
  int next = kFirst;
  int* const slots[] = {&plan.control,     &plan.standard[0], &plan.standard[1],
                        &plan.standard[2], &plan.filter,      &plan.id_map_written};
  for (int* slot : slots) {
    if (*slot < 0) {
      // A number that the terminal will have.
      if (plan.HasTerminal()) *slot = next++;
      continue;
    }
    if (::dup2(*slot, next) < 0) ::_exit(1);
    *slot = next++;
  }
  for (int i = 0; i < plan.cgroup_procs_count; ++i) {
    if (::dup2(plan.cgroup_procs[i], next) < 0) ::_exit(1);
    plan.cgroup_procs[i] = next++;
  }
  if (sys::CloseRange(0, kFirst - 1) != 0 || sys::CloseRange(static_cast<unsigned>(next), ~0U) != 0) ::_exit(1);
}

void CloseSetUpDescriptors(const Plan& plan) {
  if (plan.id_map_written >= 0) ::close(plan.id_map_written);
  for (int i = 0; i < plan.cgroup_procs_count; ++i) ::close(plan.cgroup_procs[i]);
}

void CloseGuestDescriptors(const Plan& plan) {
  for (const int fd : plan.standard) ::close(fd);
  if (plan.park >= 0) ::close(plan.park);
  if (plan.filter >= 0) ::close(plan.filter);
}

// The daemon's orders while Node runs: signals, and the end.
void HandleOrder(int control, pid_t node) {
  InitRequest request;
  const ssize_t got = ::recv(control, &request, sizeof(request), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got != static_cast<ssize_t>(sizeof(request))) ::_exit(0);
  if (request.type == InitMessage::kSignal && request.a > 0 && request.a <= 64)
    ::kill(node, static_cast<int>(request.a));
}

// Reaps everything; reports and ends once Node itself is reaped, or serves what is in the workspace then (>= 0).
void Reap(int control, pid_t node, int workspace) {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return;
    if (pid != node) continue;
    InitEvent event;
    event.type = InitEventType::kExited;
    event.wait_status = status;
    Send(control, event);
    if (workspace >= 0) ServeFiles(control, workspace);
    ::_exit(0);
  }
}

// The filter stopped a call that only an attack makes. The kernel says which. Init's end closes the listener before it
// kills anybody, and that lets a stopped caller go on for a moment: so the caller is killed while it is still stopped.
void ReportViolation(int control, int listener) {
  static char buffer[512];  // struct seccomp_notif, with room for a later kernel's
  std::memset(buffer, 0, sizeof(buffer));
  if (::ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, buffer) != 0) return;  // the caller was killed meanwhile
  seccomp_notif notification;
  std::memcpy(&notification, buffer, sizeof(notification));
  ::kill(static_cast<pid_t>(notification.pid), SIGKILL);
  InitEvent event;
  event.type = InitEventType::kViolation;
  event.system_call = notification.data.nr;
  event.architecture = notification.data.arch;
  Send(control, event);
  ::_exit(0);
}

// Until the daemon sends the program. Tells it once Node waits for that, and when Node has ended instead.
void AwaitProgram(int control, int signals, int node_socket, pid_t node) {
  pollfd watched[] = {{control, POLLIN, 0}, {signals, POLLIN, 0}, {node_socket, POLLIN, 0}};
  for (;;) {
    if (::poll(watched, 3, -1) < 0) continue;
    if ((watched[1].revents & POLLIN) != 0) {
      signalfd_siginfo info;
      (void)!::read(signals, &info, sizeof(info));
      Reap(control, node, -1);
    }
    if (watched[2].revents != 0) {
      if (IsWaiting(node_socket)) SendPlain(control, InitEventType::kParked);
      watched[2].fd = -1;  // it has nothing more to say, and its end is a signal
    }
    if (watched[0].revents != 0) return;
  }
}

[[noreturn]] void Supervise(int control, int signals, const Guest& guest, int workspace) {
  const int listener = guest.listener;
  pollfd watched[] = {{control, POLLIN, 0}, {signals, POLLIN, 0}, {listener, POLLIN, 0}};
  for (;;) {
    if (::poll(watched, listener >= 0 ? 3 : 2, -1) < 0) continue;
    // The violation first: the daemon's order to end may be its consequence, and must not hide it.
    if (listener >= 0 && (watched[2].revents & POLLIN) != 0) ReportViolation(control, listener);
    if ((watched[2].revents & (POLLHUP | POLLERR)) != 0) watched[2].fd = -1;  // nobody is left under the filter
    if ((watched[1].revents & POLLIN) != 0) {
      signalfd_siginfo info;
      (void)!::read(signals, &info, sizeof(info));
      Reap(control, guest.pid, workspace);
    }
    if (watched[0].revents != 0) HandleOrder(control, guest.pid);
  }
}

}  // namespace

void RunInit(Plan plan) {
  KeepOwnDescriptors(plan);
  const int control = plan.control;

  const Step failed = RunSteps(kContainment, plan);
  if (failed != Step::kNone) Fail(control, failed, errno);
  CloseSetUpDescriptors(plan);

  SendPlain(control, InitEventType::kReady);

  static Program program;
  const auto receive = [control] {
    const Step received = ReceiveWorkspace(control, program);
    if (received != Step::kNone) Fail(control, received, errno);
  };
  receive();

  sigset_t children;
  ::sigemptyset(&children);
  ::sigaddset(&children, SIGCHLD);
  ::sigprocmask(SIG_SETMASK, &children, nullptr);
  const int signals = ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) Fail(control, Step::kForkNode, errno);

  int node_socket = -1;
  if (program.park && MakeParkSocket(plan, node_socket) != 0) Fail(control, Step::kForkNode, errno);
  const Guest guest = StartGuest(plan, program);
  if (guest.failed != Step::kNone) Fail(control, guest.failed, guest.error_number);
  CloseGuestDescriptors(plan);

  if (program.park) {
    AwaitProgram(control, signals, node_socket, guest.pid);
    receive();
  }
  // Without a pid namespace init could not end the others without ending who is none of its business: it ends instead.
  const int workspace = plan.Has(kPidNamespace) ? program.workspace : -1;
  if (plan.Has(kSeccomp) && LoadInitFilter(workspace >= 0) != 0) Fail(control, Step::kSeccomp, errno);
  if (node_socket >= 0 && HandOver(node_socket, program) != 0) Fail(control, Step::kHandOver, errno);
  SendPlain(control, InitEventType::kStarted);
  Supervise(control, signals, guest, workspace);
}

}  // namespace runner::launcher
