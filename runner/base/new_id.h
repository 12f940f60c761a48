#pragma once

#include <string>

namespace runner {

// 128 random bits in hex: for what a caller has given no identifier of its own.
[[nodiscard]] std::string NewId();

}  // namespace runner
