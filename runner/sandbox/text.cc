#include "runner/sandbox/text.h"

namespace runner {
namespace {

void AppendEscaped(std::string& out, unsigned char byte) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (byte) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    default:
      out += "\\x";
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xfU];
  }
}

}  // namespace

std::optional<std::uint32_t> DecodeUtf8(std::string_view text, std::size_t& position) {
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned char lead = byte(position);
  const std::size_t start = position++;
  if (lead < 0x80) return lead;

  std::size_t length = 0;
  std::uint32_t smallest = 0;
  if ((lead & 0xe0U) == 0xc0) {
    length = 2;
    smallest = 0x80;
  } else if ((lead & 0xf0U) == 0xe0) {
    length = 3;
    smallest = 0x800;
  } else if ((lead & 0xf8U) == 0xf0) {
    length = 4;
    smallest = 0x10000;
  } else {
    return std::nullopt;
  }
  if (text.size() - start < length) return std::nullopt;
  std::uint32_t character = lead & (0x7fU >> length);
  for (std::size_t i = start + 1; i < start + length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return std::nullopt;
    character = (character << 6U) | (byte(i) & 0x3fU);
  }
  if (character < smallest || character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff)) return std::nullopt;
  position = start + length;
  return character;
}

bool IsValidUtf8(std::string_view text) {
  for (std::size_t position = 0; position < text.size();) {
    if (!DecodeUtf8(text, position)) return false;
  }
  return true;
}

bool IsControlCharacter(std::uint32_t character) {
  return character < 0x20 || (character >= 0x7f && character <= 0x9f);
}

std::string Quote(std::string_view text, std::size_t maximum) {
  std::string out = "\"";
  std::size_t position = 0;
  while (position < text.size() && position < maximum) {
    const std::size_t start = position;
    const std::optional<std::uint32_t> character = DecodeUtf8(text, position);
    const bool plain = character && !IsControlCharacter(*character) && *character != '"' && *character != '\\';
    for (std::size_t i = start; i < position; ++i) {
      if (plain) {
        out += text[i];
      } else {
        AppendEscaped(out, static_cast<unsigned char>(text[i]));
      }
    }
  }
  if (position < text.size()) return out + "...\" (" + std::to_string(text.size()) + " bytes)";
  return out + "\"";
}

}  // namespace runner
