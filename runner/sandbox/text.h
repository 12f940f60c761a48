#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace runner {

// Text that came from outside: telling whether it is sound, and showing it in a message without letting it take part.

// Decodes the UTF-8 character at `position` (which must be below text.size()) and moves past it. nullopt, and one byte
// further, where the bytes are not valid UTF-8: overlong forms, surrogates and values above U+10FFFF included.
[[nodiscard]] std::optional<std::uint32_t> DecodeUtf8(std::string_view text, std::size_t& position);

[[nodiscard]] bool IsValidUtf8(std::string_view text);

// C0 (line breaks and NUL included), DEL and C1: what moves a terminal's cursor or ends a line of a log.
[[nodiscard]] bool IsControlCharacter(std::uint32_t character);

// `text` in double quotes for a message: control characters, quotes and invalid bytes as C escapes, so that the result is
// valid UTF-8 on one line; shortened after `maximum` bytes, with the full length: "\"aaaa...\" (5000 bytes)".
[[nodiscard]] std::string Quote(std::string_view text, std::size_t maximum = 80);

}  // namespace runner
