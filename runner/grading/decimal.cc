#include "runner/grading/decimal.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

namespace runner {
namespace {

using std::string_view;

std::size_t Digits(string_view text) {
  const auto end = std::ranges::find_if(text, [](char byte) { return byte < '0' || byte > '9'; });
  return static_cast<std::size_t>(end - text.begin());
}

std::optional<double> NotFinite(string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char byte) { return static_cast<char>(std::tolower(byte)); });
  if (lower == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (lower == "infinity" || lower == "inf") return std::numeric_limits<double>::infinity();
  return std::nullopt;
}

// One form for each value. nullopt: no number, or an exponent beyond 18 digits.
std::optional<std::string> Decimal(string_view text) {
  const std::size_t whole = Digits(text);
  std::string digits(text.substr(0, whole));
  text.remove_prefix(whole);
  long long exponent = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::size_t fraction = Digits(text);
    digits += text.substr(0, fraction);
    exponent = -static_cast<long long>(fraction);
    text.remove_prefix(fraction);
  }
  if (digits.empty()) return std::nullopt;
  if (!text.empty()) {
    if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
    text.remove_prefix(1);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t length = Digits(text);
    if (length == 0 || length != text.size() || length > 18) return std::nullopt;
    long long power = 0;
    std::from_chars(text.data(), text.data() + text.size(), power);
    exponent += negative ? -power : power;
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return "0";
  const std::size_t last = digits.find_last_not_of('0');
  exponent += static_cast<long long>(digits.size() - 1 - last);
  digits.resize(last + 1);
  return digits + "e" + std::to_string(exponent);
}

}  // namespace

std::optional<Number> ParseNumber(string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  Number number;
  if (const auto special = NotFinite(text.size() <= 8 ? text : string_view())) {
    number.value = negative ? -*special : *special;
    return number;
  }
  const auto decimal = Decimal(text);
  if (!decimal) return std::nullopt;
  number.decimal = (negative && *decimal != "0" ? "-" : "") + *decimal;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number.value);
  if (parsed.ec == std::errc::result_out_of_range) {
    // Too large, or too small to be told from 0.
    // By the place of the first digit: that of "99….5" is far from the point, too.
    const std::size_t digits = decimal->find('e');
    const bool small = std::stoll(decimal->substr(digits + 1)) + static_cast<long long>(digits) <= 0;
    number.value = small ? 0 : std::numeric_limits<double>::infinity();
  }
  if (negative) number.value = -number.value;
  return number;
}

bool IsClose(const Number& expected, const Number& actual, const Tolerance& tolerance) {
  if (expected.decimal.empty() || actual.decimal.empty()) {
    if (expected.decimal.empty() != actual.decimal.empty()) return false;
    return std::isnan(expected.value) ? std::isnan(actual.value) : expected.value == actual.value;
  }
  if (expected.decimal == actual.decimal) return true;
  if (tolerance.none() || !std::isfinite(expected.value) || !std::isfinite(actual.value)) return false;
  // What doubles cannot hold is not the program's fault: 1.1 is within 0.1 of 1.
  constexpr double kSlack = std::numeric_limits<double>::epsilon();
  const double allowed = std::max(tolerance.absolute, tolerance.relative * std::abs(expected.value));
  const double rounding = kSlack * (std::max(std::abs(expected.value), std::abs(actual.value)) + allowed);
  return std::abs(expected.value - actual.value) <= allowed + rounding;
}

}  // namespace runner
