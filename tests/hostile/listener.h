// Servers of the test's own, for attacks that must not reach them.
#pragma once

#include <cstdint>
#include <string>

#include "runner/base/unique_fd.h"

namespace runner::test {

class Listener {
 public:
  // On 127.0.0.1 and a free port.
  [[nodiscard]] static Listener Tcp();
  // On a socket with a name of no file.
  [[nodiscard]] static Listener Abstract(const std::string& name);

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  UniqueFd fd_;
  std::uint16_t port_ = 0;
};

// Whether anything on this host's 127.0.0.1 accepts connections there.
[[nodiscard]] bool Reachable(std::uint16_t port);

}  // namespace runner::test
