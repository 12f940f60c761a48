#include "tests/hostile/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <system_error>

namespace runner::test {
namespace {

void Check(int result, const char* what) {
  if (result != 0) throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

Listener Listener::Tcp() {
  Listener listener;
  listener.fd_ = UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = Loopback(0);
  socklen_t length = sizeof(address);
  Check(::bind(listener.fd_.get(), reinterpret_cast<const sockaddr*>(&address), length), "bind");
  Check(::listen(listener.fd_.get(), 16), "listen");
  Check(::getsockname(listener.fd_.get(), reinterpret_cast<sockaddr*>(&address), &length), "getsockname");
  listener.port_ = ntohs(address.sin_port);
  return listener;
}

Listener Listener::Abstract(const std::string& name) {
  Listener listener;
  listener.fd_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, sizeof(address.sun_path) - 1);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  Check(::bind(listener.fd_.get(), reinterpret_cast<const sockaddr*>(&address), length), "bind");
  Check(::listen(listener.fd_.get(), 16), "listen");
  return listener;
}

bool Reachable(std::uint16_t port) {
  const UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = Loopback(port);
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

}  // namespace runner::test
