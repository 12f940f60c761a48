// Comparers that look at words: tokens and numbers.
#include <utility>

#include "runner/grading/comparer.h"
#include "runner/grading/decimal.h"
#include "runner/grading/text_view.h"
#include "runner/grading/unified_diff.h"
#include "runner/sandbox/text.h"

namespace runner {
namespace {

using std::string_view;

constexpr std::size_t kShownWord = 80;
// Longer words are no numbers that anybody prints.
constexpr std::size_t kLongestNumber = 4096;

class Words {
 public:
  explicit Words(string_view text) : text_(text) {}

  std::optional<string_view> Next() {
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
    begin_ = at_;
    while (at_ < text_.size() && !IsSpace(text_[at_])) ++at_;
    if (begin_ == at_) return std::nullopt;
    return text_.substr(begin_, at_ - begin_);
  }
  // Of the last one; the end where there was none.
  [[nodiscard]] std::size_t begin() const { return begin_; }

 private:
  string_view text_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
};

std::string Shown(const std::optional<string_view>& word) { return word ? Quote(*word, kShownWord) : "the end"; }

class WordsComparer final : public Comparer {
 public:
  // Without a tolerance numbers are words as others are.
  WordsComparer(std::string expected, std::optional<Tolerance> tolerance)
      : expected_(std::move(expected)), tolerance_(tolerance) {}

  [[nodiscard]] std::optional<Difference> Compare(string_view actual) const override {
    Words left(expected_);
    Words right(actual);
    for (std::size_t number = 1;; ++number) {
      const auto from = left.Next();
      const auto to = right.Next();
      if (!from && !to) return std::nullopt;
      if (from && to && AreEqual(*from, *to)) continue;
      const TextPosition position = PositionOf(actual, right.begin());
      return Difference{.message = "line " + std::to_string(position.line) + ", column " +
                                   std::to_string(position.column) + ", word " + std::to_string(number) +
                                   ": expected " + Shown(from) + ", got " + Shown(to),
                        .line = position.line,
                        .column = position.column,
                        // Of numbers a diff would show those, too, that are close enough.
                        .diff = tolerance_ ? "" : UnifiedDiff(expected_, actual, WithoutBlanksAtTheEnd)};
    }
  }

 private:
  [[nodiscard]] bool AreEqual(string_view from, string_view to) const {
    if (from == to) return true;
    if (!tolerance_ || from.size() > kLongestNumber || to.size() > kLongestNumber) return false;
    const auto expected = ParseNumber(from);
    const auto actual = expected ? ParseNumber(to) : std::nullopt;
    return actual && IsClose(*expected, *actual, *tolerance_);
  }

  std::string expected_;
  std::optional<Tolerance> tolerance_;
};

}  // namespace

ComparerPtr MakeTokensComparer(std::string expected) {
  return std::make_unique<WordsComparer>(std::move(expected), std::nullopt);
}
ComparerPtr MakeNumbersComparer(std::string expected, Tolerance tolerance) {
  return std::make_unique<WordsComparer>(std::move(expected), tolerance);
}

}  // namespace runner
