#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace runner::ctl {

// "2s", "500ms", "1.5m", "1h"; a number alone is seconds. Exact to the millisecond.
// Throws UsageError that begins with `option` for anything else: a sign, NaN, an unknown unit, less than a
// millisecond's resolution, more than 1000 days.
[[nodiscard]] std::chrono::milliseconds ParseDuration(std::string_view option, std::string_view text);

// "64KiB", "128M", "1.5G", "10MB"; a number alone is bytes. K, M, G, T and KiB, MiB, GiB, TiB are powers of 1024; KB,
// MB, GB, TB are powers of 1000, as for dd and head. Upper or lower case. Throws UsageError as ParseDuration does; the
// most is 2^63 - 1.
[[nodiscard]] std::uint64_t ParseSize(std::string_view option, std::string_view text);

// For people: "300 ms", "1.5 s", "90 s". At most two decimals, none that says nothing.
[[nodiscard]] std::string FormatDuration(std::chrono::milliseconds duration);

// As FormatDuration, but always with two decimals from one second on, for a measured value: "1.00 s".
[[nodiscard]] std::string FormatMeasuredDuration(std::chrono::milliseconds duration);

// For people: "512 bytes", "64 KiB", "1.5 MiB". Powers of 1024, at most one decimal.
[[nodiscard]] std::string FormatSize(std::uint64_t bytes);

}  // namespace runner::ctl
