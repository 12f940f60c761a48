// Comparers that look at lines: trim and lines.
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "runner/grading/comparer.h"
#include "runner/grading/text_view.h"
#include "runner/grading/unified_diff.h"
#include "runner/sandbox/text.h"

namespace runner {
namespace {

using std::string_view;

// The lines of a text, without blanks at their ends.
class TrimmedLines {
 public:
  explicit TrimmedLines(string_view text) : lines_(text) {}

  // The next one; past the last, for good, an empty one that begins at the end.
  string_view Next() {
    begin_ = lines_.offset();
    const auto line = lines_.Next();
    over_ = !line.has_value();
    return line ? WithoutBlanksAtTheEnd(*line) : string_view();
  }
  // Of what Next returned last.
  [[nodiscard]] bool over() const { return over_; }
  [[nodiscard]] std::size_t begin() const { return begin_; }

 private:
  Lines lines_;
  std::size_t begin_ = 0;
  bool over_ = false;
};

string_view WithoutEmptyLinesAtTheEnd(string_view text) {
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

class TrimComparer final : public Comparer {
 public:
  explicit TrimComparer(std::string expected) : expected_(std::move(expected)) {}

  [[nodiscard]] std::optional<Difference> Compare(string_view actual) const override {
    const string_view wanted = WithoutEmptyLinesAtTheEnd(expected_);
    const string_view came = WithoutEmptyLinesAtTheEnd(actual);
    TrimmedLines left(wanted);
    TrimmedLines right(came);
    for (;;) {
      const string_view from = left.Next();
      const string_view to = right.Next();
      if (left.over() && right.over()) return std::nullopt;
      if (left.over() == right.over() && from == to) continue;
      const auto same = std::mismatch(from.begin(), from.end(), to.begin(), to.end()).first - from.begin();
      return DifferenceAt(wanted, left.begin() + static_cast<std::size_t>(same), came,
                          right.begin() + static_cast<std::size_t>(same), WithoutBlanksAtTheEnd);
    }
  }

 private:
  std::string expected_;
};

// No hash table: the keys are the program's, which could give all of them one hash.
using Counts = std::map<string_view, std::ptrdiff_t>;

std::vector<string_view> NonEmptyLines(string_view text) {
  std::vector<string_view> found;
  Lines lines(text);
  while (const auto line = lines.Next()) {
    const string_view trimmed = WithoutBlanksAtTheEnd(*line);
    if (!trimmed.empty()) found.push_back(trimmed);
  }
  return found;
}

class LinesComparer final : public Comparer {
 public:
  explicit LinesComparer(std::string expected) : expected_(std::move(expected)) {}

  [[nodiscard]] std::optional<Difference> Compare(string_view actual) const override {
    const std::vector<string_view> wanted = NonEmptyLines(expected_);
    const std::vector<string_view> came = NonEmptyLines(actual);
    Counts open;
    for (const string_view line : wanted) ++open[line];
    std::vector<string_view> unexpected;
    for (const string_view line : came) {
      if (--open[line] < 0) unexpected.push_back(line);
    }
    std::vector<string_view> missing;
    for (const string_view line : wanted) {
      std::ptrdiff_t& left = open[line];
      if (left > 0) --left, missing.push_back(line);
    }
    if (unexpected.empty() && missing.empty()) return std::nullopt;
    Difference difference{.message = "", .diff = UnorderedDiff(missing, unexpected)};
    if (!missing.empty()) difference.message = "there is no line " + Quote(missing.front());
    if (!unexpected.empty()) {
      const auto offset = static_cast<std::size_t>(unexpected.front().data() - actual.data());
      difference.line = PositionOf(actual, offset).line;
      difference.column = 1;
      difference.message += std::string(missing.empty() ? "" : ", but ") + "line " + std::to_string(difference.line) +
                            " is " + Quote(unexpected.front()) + (missing.empty() ? ", which is not expected" : "");
    }
    return difference;
  }

 private:
  std::string expected_;
};

}  // namespace

ComparerPtr MakeTrimComparer(std::string expected) { return std::make_unique<TrimComparer>(std::move(expected)); }
ComparerPtr MakeLinesComparer(std::string expected) { return std::make_unique<LinesComparer>(std::move(expected)); }

}  // namespace runner
