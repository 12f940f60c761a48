#include "runner/service/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUnixPrefix = "unix:";
constexpr int kBacklog = 1024;

UniqueFd OpenSocket(int family) { return UniqueFd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)); }

// Makes the missing directories above a socket, each the owner's.
Result<void> MakeDirectory(const fs::path& directory, const SocketOwner& owner) {
  std::error_code error;
  if (directory.empty() || fs::is_directory(directory, error)) return {};
  if (auto above = MakeDirectory(directory.parent_path(), owner); !above) return above;
  if (::mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) return ErrnoError("make " + directory.string());
  // lchown: what is there now may be somebody's link.
  if (::geteuid() == 0 && ::lchown(directory.c_str(), owner.uid, owner.uid) != 0) {
    return ErrnoError("give away " + directory.string());
  }
  return {};
}

Result<void> RemoveStaleSocket(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return ErrnoError("look for " + path);
  }
  if (!S_ISSOCK(status.st_mode)) return Error{.step = path + " is there already and is not a socket"};
  const UniqueFd probe = OpenSocket(AF_UNIX);
  if (!probe) return ErrnoError("make a socket");
  const int connected = ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  // EAGAIN: its backlog is full, which takes somebody who listens.
  if (connected == 0 || errno == EAGAIN) return Error{.step = "another runnerd is listening on unix:" + path};
  if (errno != ECONNREFUSED) return ErrnoError("ask who is listening on unix:" + path);
  if (::unlink(path.c_str()) != 0) return ErrnoError("remove the stale socket " + path);
  return {};
}

Result<Listener> ListenUnix(const std::string& path, const SocketOwner& owner) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return Error{.step = "unix:" + path + ": a socket's path has 1 to 107 bytes"};
  }
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  if (auto made = MakeDirectory(fs::path(path).parent_path(), owner); !made) return made.error();
  if (auto removed = RemoveStaleSocket(path, address); !removed) return removed.error();

  UniqueFd socket = OpenSocket(AF_UNIX);
  if (!socket) return ErrnoError("make a socket");
  // Nobody may connect before the mode is what it should be.
  const mode_t previous = ::umask(0777);
  const int bound = ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  ::umask(previous);
  if (bound != 0) return ErrnoError("listen on unix:" + path);
  constexpr std::uint32_t kLeaveIt = ~0U;  // to chown(2)
  const uid_t uid = ::geteuid() == 0 ? owner.uid : kLeaveIt;
  if (::lchown(path.c_str(), uid, owner.group.value_or(kLeaveIt)) != 0) {
    return ErrnoError("give away the socket " + path);
  }
  if (::chmod(path.c_str(), owner.mode) != 0) return ErrnoError("set the mode of the socket " + path);
  if (::listen(socket.get(), kBacklog) != 0) return ErrnoError("listen on unix:" + path);
  Listener listener{.address = std::string(kUnixPrefix) + path, .path = path, .sockets = {}};
  listener.sockets.push_back(std::move(socket));
  return listener;
}

in_port_t* PortOf(sockaddr* address) {
  return address->sa_family == AF_INET6 ? &reinterpret_cast<sockaddr_in6*>(address)->sin6_port
                                        : &reinterpret_cast<sockaddr_in*>(address)->sin_port;
}

// Binds one of a host's addresses. `port`, in network order, is 0 for a free one and then becomes the one bound.
Result<UniqueFd> BindTcp(const addrinfo& info, in_port_t& port, const std::string& address) {
  UniqueFd socket = OpenSocket(info.ai_family);
  if (!socket) return ErrnoError("make a socket for " + address);
  // A restarted daemon need not wait for the connections of the last one to time out. Two daemons still cannot share it.
  const int on = 1;
  (void)::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_storage bound{};
  std::memcpy(&bound, info.ai_addr, info.ai_addrlen);
  auto* const name = reinterpret_cast<sockaddr*>(&bound);
  if (port != 0) *PortOf(name) = port;
  socklen_t size = info.ai_addrlen;
  if (::bind(socket.get(), name, size) != 0 || ::listen(socket.get(), kBacklog) != 0 ||
      ::getsockname(socket.get(), name, &size) != 0) {
    return ErrnoError("listen on " + address);
  }
  port = *PortOf(name);
  return socket;
}

Result<Listener> ListenTcp(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return Error{.step = address + " is not HOST:PORT"};
  std::string host = address.substr(0, colon);
  const std::string service = address.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);

  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(host.c_str(), service.c_str(), &hints, &found); code != 0) {
    return Error{.step = "listen on " + address + ": " + ::gai_strerror(code)};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  Listener listener;
  in_port_t port = 0;
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    auto socket = BindTcp(*info, port, address);
    if (socket) {
      listener.sockets.push_back(std::move(*socket));
      continue;
    }
    // A host without IPv6 still has a "localhost" with ::1; every other failure is one of the whole address.
    const bool family_missing =
        socket.error().error_number == EADDRNOTAVAIL || socket.error().error_number == EAFNOSUPPORT;
    const bool last_hope = info->ai_next == nullptr && listener.sockets.empty();
    if (last_hope || !family_missing) return socket.error();
  }
  if (listener.sockets.empty()) return Error{.step = "listen on " + address, .error_number = EADDRNOTAVAIL};
  listener.address = address.substr(0, colon) + ":" + std::to_string(ntohs(port));
  return listener;
}

}  // namespace

Result<Listener> Listen(const std::string& address, const SocketOwner& owner) {
  if (address.starts_with(kUnixPrefix)) return ListenUnix(address.substr(kUnixPrefix.size()), owner);
  return ListenTcp(address);
}

}  // namespace runner
