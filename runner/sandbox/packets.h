#pragma once

#include <cstddef>
#include <vector>

#include "runner/base/error.h"
#include "runner/base/unique_fd.h"

namespace runner {

// One SOCK_SEQPACKET packet with descriptors as SCM_RIGHTS (unix(7)). Blocking or not as the socket is: with a
// non-blocking socket the Error's number is EAGAIN. Neither raises SIGPIPE.
[[nodiscard]] Result<void> SendPacket(int socket, const void* data, std::size_t size, const std::vector<int>& fds);

// Receives into `data`; the number of bytes, 0 at the end of the socket. Descriptors are appended, close-on-exec.
// A packet larger than `size` is an Error with EMSGSIZE.
[[nodiscard]] Result<std::size_t> ReceivePacket(int socket, void* data, std::size_t size, std::vector<UniqueFd>& fds);

}  // namespace runner
