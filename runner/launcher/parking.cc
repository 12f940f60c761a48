#include "runner/launcher/parking.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

// Nothing in this file may allocate, lock or use more of libc than thin system call wrappers: this process is a clone.

namespace runner::launcher {
namespace {

int SendAll(int socket, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t sent = ::send(socket, at, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return -1;
    at += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return 0;
}

}  // namespace

int MakeParkSocket(Plan& plan, int& ours) {
  int sockets[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) return -1;
  plan.park = sockets[0];
  ours = sockets[1];
  return 0;
}

bool IsWaiting(int ours) {
  char byte = 0;
  return ::recv(ours, &byte, 1, MSG_DONTWAIT) == 1;
}

int HandOver(int ours, const Program& program) {
  const std::uint32_t counts[] = {program.argc, program.envc};
  if (SendAll(ours, counts, sizeof(counts)) != 0) return -1;
  if (SendAll(ours, program.strings, program.used) != 0) return -1;
  return ::close(ours);
}

}  // namespace runner::launcher
