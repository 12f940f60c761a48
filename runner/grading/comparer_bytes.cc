// Comparers that look at bytes: exact and contains.
#include <algorithm>
#include <cstring>
#include <utility>

#include "runner/grading/comparer.h"
#include "runner/grading/text_view.h"
#include "runner/grading/unified_diff.h"
#include "runner/sandbox/text.h"

namespace runner {
namespace {

using std::string_view;

class ExactComparer final : public Comparer {
 public:
  explicit ExactComparer(std::string expected) : expected_(std::move(expected)) {}

  [[nodiscard]] std::optional<Difference> Compare(string_view actual) const override {
    if (actual == expected_) return std::nullopt;
    const auto [from, to] = std::mismatch(expected_.begin(), expected_.end(), actual.begin(), actual.end());
    return DifferenceAt(expected_, static_cast<std::size_t>(from - expected_.begin()), actual,
                        static_cast<std::size_t>(to - actual.begin()), nullptr);
  }

 private:
  std::string expected_;
};

class ContainsComparer final : public Comparer {
 public:
  explicit ContainsComparer(std::string expected) : expected_(std::move(expected)) {}

  [[nodiscard]] std::optional<Difference> Compare(string_view actual) const override {
    // In linear time, which std::string_view::find does not promise.
    if (::memmem(actual.data(), actual.size(), expected_.data(), expected_.size()) != nullptr) return std::nullopt;
    return Difference{.message = Quote(expected_, kShown) + " does not occur", .diff = ""};
  }

 private:
  static constexpr std::size_t kShown = 200;
  std::string expected_;
};

}  // namespace

ComparerPtr MakeExactComparer(std::string expected) { return std::make_unique<ExactComparer>(std::move(expected)); }
ComparerPtr MakeContainsComparer(std::string expected) {
  return std::make_unique<ContainsComparer>(std::move(expected));
}

}  // namespace runner
