#include "runner/ctl/units.h"

#include <array>
#include <cstdio>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::uint64_t kKibi = 1024;
constexpr std::uint64_t kKilo = 1000;

// The empty name is a number without a unit.
constexpr std::array<Unit, 7> kDurationUnits = {{
    {"ms", 1},
    {"s", 1000},
    {"sec", 1000},
    {"m", 60'000},
    {"min", 60'000},
    {"h", 3'600'000},
    {"", 1000},
}};

constexpr std::array<Unit, 14> kSizeUnits = {{
    {"", 1},
    {"B", 1},
    {"K", kKibi},
    {"KIB", kKibi},
    {"KB", kKilo},
    {"M", kKibi* kKibi},
    {"MIB", kKibi* kKibi},
    {"MB", kKilo* kKilo},
    {"G", kKibi* kKibi* kKibi},
    {"GIB", kKibi* kKibi* kKibi},
    {"GB", kKilo* kKilo* kKilo},
    {"T", kKibi* kKibi* kKibi* kKibi},
    {"TIB", kKibi* kKibi* kKibi* kKibi},
    {"TB", kKilo* kKilo* kKilo* kKilo},
}};

constexpr std::uint64_t kLongestDurationMs = 1000ULL * 24 * 3'600'000;
constexpr std::uint64_t kLargestSize = std::numeric_limits<std::int64_t>::max();

// Six decimals times the largest unit still fit 64 bits.
constexpr std::size_t kMostDecimals = 6;

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

constexpr char ToUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::optional<std::uint64_t> FactorOf(std::span<const Unit> units, std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

enum class Fault { kNone, kSyntax, kResolution, kTooLarge };

struct Parsed {
  Fault fault = Fault::kNone;
  std::uint64_t value = 0;
};

// `text` is digits, perhaps a point and more digits, then a unit. Exact: no floating point is involved.
Parsed Parse(std::string_view text, std::span<const Unit> units, bool fold_case, std::uint64_t maximum) {
  constexpr Parsed kSyntax = {.fault = Fault::kSyntax};
  constexpr Parsed kTooLarge = {.fault = Fault::kTooLarge};
  std::size_t at = 0;
  std::uint64_t whole = 0;
  bool overflow = false;
  for (; at < text.size() && IsDigit(text[at]); ++at) {
    overflow |= __builtin_mul_overflow(whole, std::uint64_t{10}, &whole);
    overflow |= __builtin_add_overflow(whole, static_cast<std::uint64_t>(text[at] - '0'), &whole);
  }
  if (at == 0) return kSyntax;
  std::uint64_t decimals = 0;
  std::uint64_t scale = 1;
  if (at < text.size() && text[at] == '.') {
    const std::size_t first = ++at;
    for (; at < text.size() && IsDigit(text[at]); ++at) {
      if (at - first >= kMostDecimals) return {.fault = Fault::kResolution};
      decimals = decimals * 10 + static_cast<std::uint64_t>(text[at] - '0');
      scale *= 10;
    }
    if (at == first) return kSyntax;
  }
  while (at < text.size() && text[at] == ' ') ++at;
  std::string unit(text.substr(at));
  if (fold_case) {
    for (char& c : unit) c = ToUpper(c);
  }
  const std::optional<std::uint64_t> factor = FactorOf(units, unit);
  if (!factor) return kSyntax;
  if (overflow) return kTooLarge;
  std::uint64_t value = 0;
  if (__builtin_mul_overflow(whole, *factor, &value)) return kTooLarge;
  if (decimals * *factor % scale != 0 && *factor <= kKilo) return {.fault = Fault::kResolution};
  if (__builtin_add_overflow(value, decimals * *factor / scale, &value) || value > maximum) return kTooLarge;
  return {.value = value};
}

[[noreturn]] void Refuse(std::string_view option, std::string_view text, std::string_view why) {
  throw UsageError(std::string(option) + ": '" + std::string(text) + "' " + std::string(why));
}

std::string Decimal(double value, int decimals, bool trim) {
  std::array<char, 48> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
  std::string text = buffer.data();
  if (trim && text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

std::string FormatSeconds(std::chrono::milliseconds duration, bool trim) {
  if (duration < std::chrono::seconds(1)) return std::to_string(duration.count()) + " ms";
  return Decimal(static_cast<double>(duration.count()) / 1000.0, 2, trim) + " s";
}

}  // namespace

std::chrono::milliseconds ParseDuration(std::string_view option, std::string_view text) {
  const Parsed parsed = Parse(text, kDurationUnits, /*fold_case=*/false, kLongestDurationMs);
  switch (parsed.fault) {
    case Fault::kNone:
      break;
    case Fault::kResolution:
      Refuse(option, text, "is finer than a millisecond; durations are whole milliseconds");
    case Fault::kTooLarge:
      Refuse(option, text, "is too long; the most is 24000h");
    case Fault::kSyntax:
      Refuse(option, text,
             "is not a duration; write a number with ms, s, m or h, such as 500ms, 2s or 1.5m (a number alone is "
             "seconds)");
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(parsed.value));
}

std::uint64_t ParseSize(std::string_view option, std::string_view text) {
  const Parsed parsed = Parse(text, kSizeUnits, /*fold_case=*/true, kLargestSize);
  switch (parsed.fault) {
    case Fault::kNone:
      break;
    case Fault::kResolution:
      Refuse(option, text, "has more decimals than bytes; write a whole number of bytes");
    case Fault::kTooLarge:
      Refuse(option, text, "is too large; the most is 9223372036854775807 bytes");
    case Fault::kSyntax:
      Refuse(option, text,
             "is not a size; write a number with K, M or G (powers of 1024, KiB, MiB and GiB too) or KB, MB, GB "
             "(powers of 1000), such as 64KiB or 128M (a number alone is bytes)");
  }
  return parsed.value;
}

std::string FormatDuration(std::chrono::milliseconds duration) { return FormatSeconds(duration, /*trim=*/true); }

std::string FormatMeasuredDuration(std::chrono::milliseconds duration) {
  return FormatSeconds(duration, /*trim=*/false);
}

std::string FormatSize(std::uint64_t bytes) {
  if (bytes == 1) return "1 byte";
  if (bytes < kKibi) return std::to_string(bytes) + " bytes";
  constexpr std::array<std::string_view, 6> kNames = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes) / static_cast<double>(kKibi);
  std::size_t name = 0;
  while (value >= static_cast<double>(kKibi) && name + 1 < kNames.size()) {
    value /= static_cast<double>(kKibi);
    ++name;
  }
  return Decimal(value, 1, /*trim=*/true) + " " + std::string(kNames.at(name));
}

}  // namespace runner::ctl
