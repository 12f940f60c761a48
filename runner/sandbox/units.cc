#include "runner/sandbox/units.h"

#include <array>
#include <limits>

namespace runner {
namespace {

struct Unit {
  std::string_view suffix;
  std::uint64_t factor;
};

constexpr std::uint64_t kKilo = 1000;
constexpr std::uint64_t kKibi = 1024;

constexpr std::array<Unit, 4> kDurationUnits = {{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};

constexpr std::array<Unit, 10> kSizeUnits = {{{"", 1},
                                              {"K", kKibi},
                                              {"KiB", kKibi},
                                              {"KB", kKilo},
                                              {"M", kKibi* kKibi},
                                              {"MiB", kKibi* kKibi},
                                              {"MB", kKilo* kKilo},
                                              {"G", kKibi* kKibi* kKibi},
                                              {"GiB", kKibi* kKibi* kKibi},
                                              {"GB", kKilo* kKilo* kKilo}}};

// A decimal number as digits / 10^scale. Integers throughout: 0.1 has no exact binary form, and a limit must be exact.
struct Decimal {
  std::uint64_t digits = 0;
  std::uint64_t divisor = 1;
};

// Takes the number off the front of `text`. At most 18 digits, so that nothing here can overflow.
std::optional<Decimal> TakeDecimal(std::string_view& text) {
  constexpr int kMaxDigits = 18;
  Decimal decimal;
  int count = 0;
  int before_point = 0;
  bool point = false;
  while (!text.empty()) {
    const char c = text.front();
    if (c == '.' && !point && before_point > 0) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      if (++count > kMaxDigits) return std::nullopt;
      decimal.digits = decimal.digits * 10 + static_cast<std::uint64_t>(c - '0');
      if (point) decimal.divisor *= 10;
      if (!point) ++before_point;
    } else {
      break;
    }
    text.remove_prefix(1);
  }
  if (count == 0 || (point && decimal.divisor == 1)) return std::nullopt;
  return decimal;
}

std::optional<std::uint64_t> Scale(Decimal decimal, std::uint64_t factor, std::uint64_t maximum) {
  std::uint64_t product = 0;
  if (__builtin_mul_overflow(decimal.digits, factor, &product) || product % decimal.divisor != 0) return std::nullopt;
  const std::uint64_t value = product / decimal.divisor;
  if (value > maximum) return std::nullopt;
  return value;
}

template <std::size_t N>
std::optional<std::uint64_t> Parse(std::string_view text, const std::array<Unit, N>& units, std::uint64_t maximum) {
  const std::optional<Decimal> decimal = TakeDecimal(text);
  if (!decimal) return std::nullopt;
  for (const Unit& unit : units) {
    if (text == unit.suffix) return Scale(*decimal, unit.factor, maximum);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  constexpr std::uint64_t kThousandDays = 1000ULL * 24 * 3'600'000;
  const std::optional<std::uint64_t> value = Parse(text, kDurationUnits, kThousandDays);
  if (!value) return std::nullopt;
  return std::chrono::milliseconds(*value);
}

std::optional<std::uint64_t> ParseSize(std::string_view text) {
  return Parse(text, kSizeUnits, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
}

std::optional<std::uint32_t> ParseMillicores(std::string_view text) {
  constexpr std::array<Unit, 1> kCores = {{{"", 1000}}};
  const std::optional<std::uint64_t> value = Parse(text, kCores, std::numeric_limits<std::uint32_t>::max());
  if (!value) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::string FormatDuration(std::chrono::nanoseconds duration) {
  struct Step {
    std::int64_t nanoseconds;
    const char* name;
  };
  constexpr std::array<Step, 3> kSteps = {{{1'000'000'000, " s"}, {1'000'000, " ms"}, {1'000, " us"}}};
  const std::int64_t count = duration.count();
  for (const Step& step : kSteps) {
    if (count % step.nanoseconds == 0) return std::to_string(count / step.nanoseconds) + step.name;
  }
  return std::to_string(count) + " ns";
}

std::string FormatSize(std::uint64_t bytes) {
  constexpr std::array<const char*, 4> kNames = {" bytes", " KiB", " MiB", " GiB"};
  std::size_t name = 0;
  while (bytes != 0 && bytes % kKibi == 0 && name + 1 < kNames.size()) {
    bytes /= kKibi;
    ++name;
  }
  return std::to_string(bytes) + kNames.at(name);
}

}  // namespace runner
