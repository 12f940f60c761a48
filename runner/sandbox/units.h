#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace runner {

// Quantities as people write them in policies and configuration, and as messages print them back.

// "10s", "500ms", "2m", "1h", "1.5s". The unit is required and the value must be whole milliseconds; at most 1000 days.
// nullopt for anything else.
[[nodiscard]] std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);

// "4096", "64KiB", "16M", "1.5GiB". K, M, G and KiB, MiB, GiB are powers of 1024; KB, MB, GB are powers of 1000. The
// value must be whole bytes, below 2^63. nullopt for anything else.
[[nodiscard]] std::optional<std::uint64_t> ParseSize(std::string_view text);

// "1", "1.5": a decimal number of cores in thousandths, 1000 for one core. nullopt for anything else.
[[nodiscard]] std::optional<std::uint32_t> ParseMillicores(std::string_view text);

// Exact, in the largest unit that leaves no fraction: "10 s", "1500 ms", "256 MiB", "300000001 bytes".
[[nodiscard]] std::string FormatDuration(std::chrono::nanoseconds duration);
[[nodiscard]] std::string FormatSize(std::uint64_t bytes);

}  // namespace runner
