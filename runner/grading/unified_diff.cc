#include "runner/grading/unified_diff.h"

#include <algorithm>
#include <deque>
#include <dtl/dtl.hpp>
#include <optional>
#include <vector>

#include "runner/grading/text_view.h"

namespace runner {
namespace {

using std::string_view;

// Lines a side that are aligned with each other. The time this takes grows with its square.
constexpr std::size_t kWindow = 300;
constexpr std::size_t kContext = 3;
constexpr std::size_t kMaxLines = 100;

struct Line {
  string_view key;
  string_view text;
  bool ends = true;  // with a line feed
  // dtl wants both.
  bool operator==(const Line& other) const { return key == other.key; }
  bool operator<(const Line& other) const { return key < other.key; }
};

// The part of one text that is looked at.
class Side {
 public:
  Side(string_view text, const LineKey& key) : text_(text), lines_(text), key_(key) {}

  std::optional<Line> Next() {
    const std::size_t begin = lines_.offset();
    const auto line = lines_.Next();
    if (!line) return std::nullopt;
    const string_view whole = text_.substr(begin, lines_.offset() - begin);
    return Line{key_ ? key_(*line) : whole, *line, whole.size() > line->size()};
  }
  void Fill(std::vector<Line>& window) {
    while (window.size() < kWindow) {
      const auto line = Next();
      if (!line) return;
      window.push_back(*line);
    }
    more = lines_.offset() < text_.size();
  }

  bool more = false;

 private:
  string_view text_;
  Lines lines_;
  const LineKey& key_;
};

class Text {
 public:
  // False when there is no room for more.
  bool Add(char mark, string_view line, std::size_t focus) {
    std::string shown = mark + ShowLine(line, focus) + "\n";
    if (++lines_ > kMaxLines || text_.size() + shown.size() > kMaxDiffBytes - kReserve) return false;
    text_ += shown;
    return true;
  }
  void AddHeader(const std::string& header) { text_ += header; }
  void Cut() { text_ += "\\ and more that differs\n"; }
  [[nodiscard]] std::string Take() { return std::move(text_); }

 private:
  static constexpr std::size_t kReserve = 200;  // a header and the last line
  std::string text_ = "--- expected\n+++ actual\n";
  std::size_t lines_ = 0;
};

// Where the first line that was taken out differs from the first that was put in.
std::size_t Focus(const std::vector<std::pair<Line, dtl::elemInfo>>& change) {
  string_view removed;
  string_view added;
  for (const auto& [line, info] : change) {
    if (info.type == dtl::SES_DELETE && removed.empty()) removed = line.text;
    if (info.type == dtl::SES_ADD && added.empty()) added = line.text;
  }
  const auto [from, to] = std::mismatch(removed.begin(), removed.end(), added.begin(), added.end());
  return removed.empty() || added.empty() ? 0 : static_cast<std::size_t>(from - removed.begin());
}

// As QuoteAt, where blanks at the end of a line are none.
std::string QuoteTrimmedAt(string_view text, std::size_t offset) {
  std::size_t end = offset;
  while (end < text.size() && IsBlank(text[end])) ++end;
  return QuoteAt(text, end < text.size() && text[end] != '\n' ? offset : end);
}

}  // namespace

std::string UnifiedDiff(string_view expected, string_view actual, const LineKey& key) {
  Side expected_side(expected, key);
  Side actual_side(actual, key);
  std::deque<std::pair<Line, Line>> context;
  std::vector<Line> from;
  std::vector<Line> to;
  std::size_t skipped = 0;
  for (;;) {
    const auto left = expected_side.Next();
    const auto right = actual_side.Next();
    if (!left && !right) return "";
    if (!left || !right || !(*left == *right)) {
      for (const auto& [before, now] : context) from.push_back(before), to.push_back(now);
      if (left) from.push_back(*left);
      if (right) to.push_back(*right);
      break;
    }
    context.emplace_back(*left, *right);
    if (context.size() > kContext) context.pop_front(), ++skipped;
  }
  expected_side.Fill(from);
  actual_side.Fill(to);

  dtl::Diff<Line, std::vector<Line>> diff(from, to);
  diff.compose();
  diff.composeUnifiedHunks();
  Text text;
  const bool cut = expected_side.more || actual_side.more;
  for (const auto& hunk : diff.getUniHunks()) {
    const auto offset = static_cast<long long>(skipped);
    text.AddHeader("@@ -" + std::to_string(hunk.a + offset) + "," + std::to_string(hunk.b) + " +" +
                   std::to_string(hunk.c + offset) + "," + std::to_string(hunk.d) + " @@\n");
    const std::size_t focus = Focus(hunk.change);
    for (const auto* part : {&hunk.common[0], &hunk.change, &hunk.common[1]}) {
      for (const auto& [line, info] : *part) {
        const char mark = info.type == dtl::SES_DELETE ? '-' : info.type == dtl::SES_ADD ? '+' : ' ';
        if (!text.Add(mark, line.text, focus)) {
          text.Cut();
          return text.Take();
        }
        if (!key && !line.ends) text.AddHeader("\\ No newline at end of file\n");
      }
    }
  }
  if (cut) text.Cut();
  return text.Take();
}

Difference DifferenceAt(string_view expected, std::size_t expected_at, string_view actual, std::size_t actual_at,
                        const LineKey& key) {
  // Both sides have the same bytes before, so that this is the same character's.
  const std::size_t start = CharacterStart(actual, actual_at);
  const std::size_t back = std::max(actual_at - start, expected_at - CharacterStart(expected, expected_at));
  const TextPosition position = PositionOf(actual, actual_at - back);
  const auto quote = key ? QuoteTrimmedAt : QuoteAt;
  return {.message = "line " + std::to_string(position.line) + ", column " + std::to_string(position.column) +
                     ": expected " + quote(expected, expected_at - back) + ", got " + quote(actual, actual_at - back),
          .line = position.line,
          .column = position.column,
          .diff = UnifiedDiff(expected, actual, key)};
}

std::string UnorderedDiff(const std::vector<string_view>& missing, const std::vector<string_view>& unexpected) {
  Text text;
  for (const auto& [mark, lines] : {std::pair{'-', &missing}, std::pair{'+', &unexpected}}) {
    for (const string_view line : *lines) {
      if (!text.Add(mark, line, 0)) {
        text.Cut();
        return text.Take();
      }
    }
  }
  return text.Take();
}

}  // namespace runner
