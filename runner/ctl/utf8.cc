#include "runner/ctl/utf8.h"

#include <algorithm>
#include <cstdint>

namespace runner::ctl {
namespace {

constexpr bool IsContinuation(unsigned char c) { return (c & 0xC0U) == 0x80U; }

// The length that a first byte announces; 0 for a byte that can begin nothing.
constexpr std::size_t SequenceLength(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  if (first >= 0xF0 && first <= 0xF4) return 4;
  return 0;
}

// The second byte carries the bounds that keep out overlong forms, surrogates and what is beyond U+10FFFF.
constexpr bool IsSecondByteOf(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xE0:
      return second >= 0xA0 && second <= 0xBF;
    case 0xED:
      return second >= 0x80 && second <= 0x9F;
    case 0xF0:
      return second >= 0x90 && second <= 0xBF;
    case 0xF4:
      return second >= 0x80 && second <= 0x8F;
    default:
      return IsContinuation(second);
  }
}

// Whether the `available` bytes from `at` are right as far as they go.
bool IsPrefixOfCharacter(std::string_view text, std::size_t at, std::size_t available) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (available >= 2 && !IsSecondByteOf(byte(0), byte(1))) return false;
  for (std::size_t i = 2; i < available; ++i) {
    if (!IsContinuation(byte(i))) return false;
  }
  return true;
}

}  // namespace

bool IsValidUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = SequenceLength(static_cast<unsigned char>(text[at]));
    if (length == 0 || length > text.size() - at || !IsPrefixOfCharacter(text, at, length)) return false;
    at += length;
  }
  return true;
}

std::size_t IncompleteTailLength(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const std::size_t at = text.size() - back;
    const auto first = static_cast<unsigned char>(text[at]);
    if (IsContinuation(first)) continue;
    const std::size_t length = SequenceLength(first);
    return length > back && IsPrefixOfCharacter(text, at, back) ? back : 0;
  }
  return 0;
}

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8U | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= count ? kAlphabet[group >> (18U - 6U * i) & 63U] : '=';
    }
  }
  return out;
}

}  // namespace runner::ctl
