// runner-launcher: the only privileged program. The daemon starts it before it has a thread of its own, with a
// SOCK_SEQPACKET socket as descriptor 3, and asks it for sandboxes (protocol.h). It has one thread, sees nothing of the host
// but the images, parses no text and never sees a snippet. It ends, and every sandbox with it, when the socket closes.
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

#include "runner/launcher/farewell.h"
#include "runner/launcher/huge_pages.h"
#include "runner/launcher/launcher_root.h"
#include "runner/launcher/pass_descriptor.h"
#include "runner/launcher/protocol.h"
#include "runner/launcher/spawn.h"

namespace runner::launcher {
namespace {

constexpr int kSocket = 3;
constexpr unsigned kMaxFds = 32;

// One message with its descriptors, which are closed with it.
struct Packet {
  alignas(8) char bytes[256];
  ssize_t size = -1;
  int fds[kMaxFds];
  unsigned fd_count = 0;

  Packet() = default;
  Packet(const Packet&) = delete;
  Packet& operator=(const Packet&) = delete;
  ~Packet() {
    for (unsigned i = 0; i < fd_count; ++i) {
      if (fds[i] >= 0) ::close(fds[i]);
    }
  }

  // Keeps one descriptor open beyond the packet.
  int Take(unsigned index) { return std::exchange(fds[index], -1); }

  // False: end of the socket, or an error.
  bool Receive() {
    iovec data{bytes, sizeof(bytes)};
    alignas(cmsghdr) char ancillary[CMSG_SPACE(sizeof(int) * kMaxFds)];
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = ancillary;
    message.msg_controllen = sizeof(ancillary);
    do {
      size = ::recvmsg(kSocket, &message, 0);
    } while (size < 0 && errno == EINTR);
    if (size <= 0) return false;
    const cmsghdr* const header = CMSG_FIRSTHDR(&message);
    if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
      fd_count = static_cast<unsigned>((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
      std::memcpy(fds, CMSG_DATA(header), sizeof(int) * fd_count);
    }
    return (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
  }

  template <typename Message>
  bool Read(Message& message, LauncherMessage type) const {
    if (size != static_cast<ssize_t>(sizeof(message))) return false;
    std::memcpy(static_cast<void*>(&message), bytes, sizeof(message));
    return message.type == type;
  }
};

template <typename Message>
bool Send(const Message& reply, int descriptor) {
  return PassDescriptor(kSocket, &reply, sizeof(reply), descriptor) == 0;
}

bool Start(LauncherState& state) {
  Packet packet;
  StartReply reply;
  if (!packet.Receive()) return false;
  if (!packet.Read(state.start, LauncherMessage::kStart) || state.start.version != kProtocolVersion) {
    reply = {.step = Step::kProtocol, .error_number = EPROTO};
  } else if (state.start.image_count == 0 || state.start.image_count > kMaxImages ||
             state.start.image_count + state.start.cgroup_parent_count != packet.fd_count ||
             state.start.cgroup_parent_count > kMaxCgroupFds ||
             state.start.cgroup_name[sizeof(state.start.cgroup_name) - 1] != 0 || state.start.first_uid == 0 ||
             state.start.uid_count == 0 || state.start.uid_count > kMaxUids) {
    reply = {.step = Step::kCheckRequest, .error_number = EINVAL};
  } else {
    reply.step = BuildLauncherRoot(packet.fds, state.start.image_count, state.start.layers);
    if (reply.step != Step::kNone) reply.error_number = errno == 0 ? EIO : errno;
    for (unsigned i = 0; i < state.start.cgroup_parent_count; ++i)
      state.cgroup_parents[i] = packet.Take(state.start.image_count + i);
    if (reply.step == Step::kNone) PutNodesInHugePages(state.start, reply);
  }
  return Send(reply, -1) && reply.step == Step::kNone;
}

bool Serve(LauncherState& state) {
  Packet packet;
  if (!packet.Receive()) return false;
  ReapInits(state);  // before the check that the uid is free
  LaunchRequest request;
  if (!packet.Read(request, LauncherMessage::kLaunch)) return false;  // the daemon is not what it should be
  const Spawned spawned = Spawn(state, request, packet.fds, packet.fd_count);
  const bool sent = Send(spawned.reply, spawned.pidfd);
  if (spawned.pidfd >= 0) ::close(spawned.pidfd);
  return sent;
}

int Run() {
  static LauncherState state;
  state.daemon = ::getppid();
  ::signal(SIGPIPE, SIG_IGN);
  // A Ctrl-C in the daemon's terminal goes to its whole group; how sandboxes end then is the daemon's to say.
  if (::setpgid(0, 0) != 0) return 70;
  if (!Start(state)) return 70;

  sigset_t children;
  ::sigemptyset(&children);
  ::sigaddset(&children, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &children, nullptr);
  const int signals = ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) return 70;
  for (;;) {
    pollfd watched[] = {{kSocket, POLLIN, 0}, {signals, POLLIN, 0}};
    if (::poll(watched, 2, -1) < 0) continue;
    if (watched[1].revents != 0) {
      signalfd_siginfo info;
      (void)!::read(signals, &info, sizeof(info));
      ReapInits(state);
    }
    if (watched[0].revents != 0 && !Serve(state)) break;
  }
  EndSandboxes(state);
  RemoveCgroups(state);
  return 0;
}

}  // namespace
}  // namespace runner::launcher

int main(int argc, char** /*argv*/) {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  if (argc != 1 || ::getsockname(3, reinterpret_cast<sockaddr*>(&address), &length) != 0 ||
      address.ss_family != AF_UNIX) {
    (void)std::fputs("runner-launcher is started by runnerd and is of no use by itself; see runnerd --help\n", stderr);
    return 64;
  }
  return runner::launcher::Run();
}
