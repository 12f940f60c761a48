#include "runner/sandbox/packets.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>

namespace runner {
namespace {

constexpr std::size_t kMaxFds = 32;

}  // namespace

Result<void> SendPacket(int socket, const void* data, std::size_t size, const std::vector<int>& fds) {
  if (fds.size() > kMaxFds) return Error{.step = "send a packet", .error_number = E2BIG};
  iovec part{const_cast<void*>(data), size};
  alignas(cmsghdr) char ancillary[CMSG_SPACE(sizeof(int) * kMaxFds)] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!fds.empty()) {
    const std::size_t bytes = sizeof(int) * fds.size();
    message.msg_control = ancillary;
    message.msg_controllen = CMSG_SPACE(bytes);
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(bytes);
    std::memcpy(CMSG_DATA(header), fds.data(), bytes);
  }
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return ErrnoError("send a packet");
  return {};
}

Result<std::size_t> ReceivePacket(int socket, void* data, std::size_t size, std::vector<UniqueFd>& fds) {
  iovec part{data, size};
  alignas(cmsghdr) char ancillary[CMSG_SPACE(sizeof(int) * kMaxFds)];
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = ancillary;
  message.msg_controllen = sizeof(ancillary);
  ssize_t got = 0;
  do {
    got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return ErrnoError("receive a packet");
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
      fds.emplace_back(fd);
    }
  }
  // MSG_CTRUNC says that this process is out of descriptors; then fewer have come than were sent, and callers count.
  if ((message.msg_flags & MSG_TRUNC) != 0) return Error{.step = "receive a packet", .error_number = EMSGSIZE};
  return static_cast<std::size_t>(got);
}

}  // namespace runner
