#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/launcher/protocol.h"

namespace runner {

// One layer of a sandbox: the bit the launcher knows it by, its name in configuration and results, and what it is for.
struct Protection {
  std::uint32_t bit;  // launcher::Layer
  std::string_view name;
  std::string_view description;
};

[[nodiscard]] std::span<const Protection> AllProtections();
[[nodiscard]] std::optional<std::uint32_t> ProtectionBit(std::string_view name);
// The names of the layers whose bits are set, in AllProtections order.
[[nodiscard]] std::vector<std::string> ProtectionNames(std::uint32_t layers);

}  // namespace runner
