#include "runner/launcher/collect.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "runner/launcher/pass_descriptor.h"
#include "runner/launcher/protocol.h"
#include "runner/launcher/sys.h"

// Nothing in this file may allocate, lock or use more of libc than thin system call wrappers: this process is a clone.
// What it calls is allowed in init_filter.cc.

namespace runner::launcher {
namespace {

// Again until the kernel finds nobody to kill: who was left to init by a process that ended meanwhile is found next time.
void EndOthers() {
  while (::kill(-1, SIGKILL) == 0) {
    while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
    }
  }
}

// Opening cannot hang: nothing but init is left to hold a lease, and O_NONBLOCK is for FIFOs, which the daemon does not ask
// for. Neither can it do anything: the mount has no devices, and the open is for reading.
int Open(int workspace, const char* path, bool directory) {
  open_how how{};
  how.flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  if (directory) how.flags |= O_DIRECTORY;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  return sys::Openat2(workspace, path, how);
}

bool Answer(int control, const InitEvent& event, int descriptor) {
  return PassDescriptor(control, &event, sizeof(event), descriptor) == 0;
}

}  // namespace

void ServeFiles(int control, int workspace) {
  EndOthers();
  InitEvent quiet;
  quiet.type = InitEventType::kQuiet;
  if (!Answer(control, quiet, -1)) ::_exit(0);

  static char buffer[sizeof(InitRequest) + kMaxOpenPath + 1];
  for (;;) {
    const ssize_t got = ::recv(control, buffer, sizeof(buffer) - 1, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < static_cast<ssize_t>(sizeof(InitRequest))) ::_exit(0);
    InitRequest request;
    std::memcpy(&request, buffer, sizeof(request));
    if (request.type == InitMessage::kSignal) continue;  // too late for it
    if (request.type != InitMessage::kOpen || request.size != static_cast<std::size_t>(got) - sizeof(request))
      ::_exit(0);
    buffer[got] = '\0';
    const int descriptor = Open(workspace, buffer + sizeof(request), request.a != 0);
    InitEvent opened;
    opened.type = InitEventType::kOpened;
    opened.error_number = descriptor < 0 ? errno : 0;
    const bool sent = Answer(control, opened, descriptor);
    if (descriptor >= 0) ::close(descriptor);
    if (!sent) ::_exit(0);
  }
}

}  // namespace runner::launcher
