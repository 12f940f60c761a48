#include "runner/grading/text_view.h"

#include <algorithm>

#include "runner/sandbox/text.h"

namespace runner {
namespace {

constexpr std::size_t kQuotedBytes = 80;
constexpr std::size_t kShownBytes = 200;

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80; }

struct Excerpt {
  std::string_view text;
  bool cut_before = false;
  bool cut_after = false;
};

// At most `maximum` bytes of `line` around `focus`, whole characters where they are.
Excerpt Around(std::string_view line, std::size_t focus, std::size_t maximum) {
  if (line.size() <= maximum) return {line};
  focus = std::min(focus, line.size());
  std::size_t begin = focus > maximum / 2 ? focus - maximum / 2 : 0;
  begin = CharacterStart(line, std::min(begin, line.size() - maximum));
  const std::size_t end = std::min(begin + maximum, line.size());
  return {line.substr(begin, CharacterStart(line, end) - begin), begin > 0, end < line.size()};
}

}  // namespace

std::size_t CharacterStart(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return text.size();
  // A character has at most three bytes after its first, and only valid ones hang together.
  for (std::size_t back = 0; back <= std::min<std::size_t>(3, offset); ++back) {
    if (IsContinuation(text[offset - back])) continue;
    std::size_t end = offset - back;
    const bool valid = DecodeUtf8(text, end).has_value();
    return valid && end > offset ? offset - back : offset;
  }
  return offset;
}

TextPosition PositionOf(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  TextPosition position;
  position.line +=
      static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
  const std::size_t feed = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  std::size_t at = feed == std::string_view::npos ? 0 : feed + 1;
  const std::size_t target = CharacterStart(text, offset);
  while (at < target) {
    (void)DecodeUtf8(text, at);
    ++position.column;
  }
  return position;
}

std::string QuoteAt(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return "the end";
  if (text[offset] == '\n') return "a line end";
  const std::size_t feed = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t begin = feed == std::string_view::npos ? 0 : feed + 1;
  const std::string_view line = text.substr(begin, text.find('\n', offset) - begin);
  const Excerpt excerpt = Around(line, offset - begin, kQuotedBytes);
  return (excerpt.cut_before ? "…" : "") + Quote(excerpt.text, kQuotedBytes) + (excerpt.cut_after ? "…" : "");
}

std::string ShowLine(std::string_view line, std::size_t focus) {
  const Excerpt excerpt = Around(line, focus, kShownBytes);
  constexpr char kHex[] = "0123456789abcdef";
  std::string shown = excerpt.cut_before ? "…" : "";
  for (std::size_t at = 0; at < excerpt.text.size();) {
    const std::size_t start = at;
    const auto character = DecodeUtf8(excerpt.text, at);
    if (character && (!IsControlCharacter(*character) || *character == '\t')) {
      shown += excerpt.text.substr(start, at - start);
      continue;
    }
    for (const char raw : excerpt.text.substr(start, at - start)) {
      const auto byte = static_cast<unsigned char>(raw);
      shown += "\\x";
      shown += kHex[byte >> 4U];
      shown += kHex[byte & 0xfU];
    }
  }
  return shown + (excerpt.cut_after ? "…" : "");
}

std::string_view WithoutBlanksAtTheEnd(std::string_view line) {
  while (!line.empty() && IsBlank(line.back())) line.remove_suffix(1);
  return line;
}

std::optional<std::string_view> Lines::Next() {
  if (at_ >= text_.size()) return std::nullopt;
  const std::size_t feed = text_.find('\n', at_);
  const std::string_view line = text_.substr(at_, feed - at_);
  at_ = feed == std::string_view::npos ? text_.size() : feed + 1;
  return line;
}

}  // namespace runner
