#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "runner/base/error.h"
#include "runner/base/unique_fd.h"

namespace runner {

// An address and the sockets that listen on it. gRPC could bind for itself, but only once the daemon has given up root:
// then it could not make a socket in a directory of root's, and it takes a socket's path away from a daemon that lives.
struct Listener {
  std::string address;            // as clients write it: "unix:PATH", "HOST:PORT" with the port that was bound
  std::string path;               // of a unix socket; else empty
  std::vector<UniqueFd> sockets;  // more than one where a host name has several addresses
};

// What a unix socket gets.
struct SocketOwner {
  uid_t uid = 0;  // owns the socket, and the directories that had to be made for it; only a root caller can give it
  mode_t mode = 0660;               // who may connect
  std::optional<gid_t> group = {};  // none: the directory's where that is set-gid, else the caller's
};

// Binds "unix:PATH" or "HOST:PORT" and listens, non-blocking and close-on-exec. A unix socket whose daemon is gone is
// replaced; one that answers is an error, as is a file that is no socket. Changes the umask for a moment: call it before
// there are threads.
[[nodiscard]] Result<Listener> Listen(const std::string& address, const SocketOwner& owner);

}  // namespace runner
