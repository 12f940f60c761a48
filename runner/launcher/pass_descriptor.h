#pragma once

#include <cstddef>

namespace runner::launcher {

// Sends one packet over a SOCK_SEQPACKET socket, with `descriptor` as SCM_RIGHTS unless it is negative. 0, or -1 with
// errno. Allocates nothing.
int PassDescriptor(int socket, const void* data, std::size_t size, int descriptor);

}  // namespace runner::launcher
