#include "runner/launcher/pass_descriptor.h"

#include <sys/socket.h>
#include <sys/types.h>

#include <cerrno>
#include <cstring>

namespace runner::launcher {

int PassDescriptor(int socket, const void* data, std::size_t size, int descriptor) {
  iovec part{const_cast<void*>(data), size};
  alignas(cmsghdr) char ancillary[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptor >= 0) {
    message.msg_control = ancillary;
    message.msg_controllen = sizeof(ancillary);
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
  }
  const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  if (sent >= 0 && sent != static_cast<ssize_t>(size)) errno = EMSGSIZE;
  return sent == static_cast<ssize_t>(size) ? 0 : -1;
}

}  // namespace runner::launcher
