#include "runner/ctl/report/safe_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "runner/ctl/units.h"
#include "runner/ctl/utf8.h"

namespace runner::ctl {
namespace {

constexpr std::size_t kLongestCharacter = 4;

// The length of the character that `text` begins with; 0: none.
std::size_t CharacterLength(std::string_view text) {
  for (std::size_t length = 1; length <= std::min(kLongestCharacter, text.size()); ++length) {
    if (IsValidUtf8(text.substr(0, length))) return length;
  }
  return 0;
}

std::uint32_t CodePoint(std::string_view character) {
  constexpr std::array<std::uint32_t, 5> kMasks = {0, 0x7F, 0x1F, 0x0F, 0x07};
  std::uint32_t value = static_cast<unsigned char>(character[0]) & kMasks.at(character.size());
  for (const char c : character.substr(1)) value = value << 6U | (static_cast<unsigned char>(c) & 0x3FU);
  return value;
}

// Controls, what turns the direction of text, the byte order mark, and what is no character in XML.
bool IsUnsafe(std::uint32_t c) {
  if (c < 0x20) return c != '\n' && c != '\t';
  return (c >= 0x7F && c < 0xA0) || (c >= 0x200E && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || (c & 0xFFFEU) == 0xFFFE;
}

}  // namespace

std::string SafeText(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  std::array<char, 16> escape{};
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = CharacterLength(bytes.substr(at, kLongestCharacter));
    const std::string_view character = bytes.substr(at, std::max<std::size_t>(length, 1));
    at += character.size();
    if (character == "\r" && at < bytes.size() && bytes[at] == '\n') continue;
    const std::uint32_t code = length == 0 ? static_cast<unsigned char>(character[0]) : CodePoint(character);
    if (length == 0 || (IsUnsafe(code) && length == 1)) {
      (void)std::snprintf(escape.data(), escape.size(), "\\x%02x", code);
      out += escape.data();
    } else if (IsUnsafe(code)) {
      (void)std::snprintf(escape.data(), escape.size(), "\\u{%04x}", code);
      out += escape.data();
    } else {
      out += character;
    }
  }
  return out;
}

std::string SafeLine(std::string_view bytes) {
  std::string line = SafeText(bytes);
  std::ranges::replace(line, '\n', ' ');
  std::ranges::replace(line, '\t', ' ');
  return line;
}

std::string Shortened(std::string text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  const std::size_t all = text.size();
  text.resize(bytes);
  text.resize(bytes - IncompleteTailLength(text));
  return text + "\n... " + FormatSize(all - text.size()) + " more";
}

std::string WithoutCommands(std::string text, std::string_view instead) {
  constexpr std::string_view kCommand = "##[";
  for (std::size_t at = 0; (at = text.find(kCommand, at)) != std::string::npos; at += instead.size()) {
    text.replace(at, kCommand.size(), instead);
  }
  return text;
}

std::string FormatPoints(double points) {
  std::array<char, 400> buffer{};
  // Sums of decimals are not exact: 0.1 + 0.2.
  (void)std::snprintf(buffer.data(), buffer.size(), "%.6f", points);
  std::string text = buffer.data();
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace runner::ctl
