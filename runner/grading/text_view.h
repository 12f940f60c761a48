#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace runner {

// Text as a comparer's messages show it. What is not UTF-8 is taken byte by byte.

struct TextPosition {
  std::size_t line = 1;
  std::size_t column = 1;  // in characters
};

// Where the character is that the byte at `offset` belongs to; `offset` may be the end.
[[nodiscard]] TextPosition PositionOf(std::string_view text, std::size_t offset);

// The first byte of the character that the byte at `offset` belongs to.
[[nodiscard]] std::size_t CharacterStart(std::string_view text, std::size_t offset);

// What stands at `offset`, in quotes and at most some 80 characters of its line ("…" where it is cut); or "the end", or
// "a line end".
[[nodiscard]] std::string QuoteAt(std::string_view text, std::size_t offset);

// `line` for a diff: what is not printable UTF-8 as \xNN, and at most some 200 characters, those around the byte `focus`.
[[nodiscard]] std::string ShowLine(std::string_view line, std::size_t focus);

// Blanks: space, tab, CR, VT, FF.
[[nodiscard]] constexpr bool IsBlank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\v' || byte == '\f';
}
[[nodiscard]] constexpr bool IsSpace(char byte) { return byte == '\n' || IsBlank(byte); }
[[nodiscard]] std::string_view WithoutBlanksAtTheEnd(std::string_view line);

// Takes a text apart by lines.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}
  // Without its line feed; nullopt when there is no more. Text after the last line feed is a line if there is any.
  [[nodiscard]] std::optional<std::string_view> Next();
  // Where the next one begins.
  [[nodiscard]] std::size_t offset() const { return at_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace runner
