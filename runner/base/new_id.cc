#include "runner/base/new_id.h"

#include <sys/random.h>

#include <array>
#include <stdexcept>

namespace runner {

std::string NewId() {
  std::array<unsigned char, 16> bytes{};
  // Up to 256 bytes come whole once the kernel's pool is ready, which it is long before a daemon.
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("getrandom failed");
  }
  constexpr char kDigits[] = "0123456789abcdef";
  std::string id;
  for (const unsigned char byte : bytes) {
    id += kDigits[byte >> 4U];
    id += kDigits[byte & 0xFU];
  }
  return id;
}

}  // namespace runner
