// The comparer that looks for a regular expression.
#include <re2/re2.h>

#include <utility>

#include "runner/grading/comparer.h"
#include "runner/sandbox/text.h"

namespace runner {
namespace {

// RE2 takes time in proportion to the text times, at worst, the program: these two bound it to seconds.
constexpr int kMaxProgram = 1000;
constexpr std::size_t kMaxText = std::size_t{4} << 20;

// Compiled when it is needed: a request can hold thousands.
RE2::Options Options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(4 << 20);
  return options;
}

class RegexComparer final : public Comparer {
 public:
  explicit RegexComparer(std::string pattern) : pattern_(std::move(pattern)) {}

  [[nodiscard]] std::optional<Difference> Compare(std::string_view actual) const override {
    if (actual.size() > kMaxText) {
      return Difference{.message = "is longer than 4 MiB, which is as much as a regular expression is tried on",
                        .diff = ""};
    }
    const RE2 expression(pattern_, Options());
    if (RE2::PartialMatch(re2::StringPiece(actual.data(), actual.size()), expression)) return std::nullopt;
    return Difference{.message = "nothing matches " + Quote(pattern_, 200), .diff = ""};
  }

 private:
  std::string pattern_;
};

}  // namespace

Result<ComparerPtr> MakeRegexComparer(const std::string& pattern) {
  if (pattern.size() > kMaxPatternBytes) {
    return Error{.step = "has " + std::to_string(pattern.size()) + " bytes, allowed are [0, 4096]"};
  }
  const RE2 expression(pattern, Options());
  if (!expression.ok()) return Error{.step = "is no regular expression of RE2: " + Quote(expression.error(), 200)};
  if (expression.ProgramSize() > kMaxProgram) {
    return Error{.step = "is too large: it compiles to " + std::to_string(expression.ProgramSize()) +
                         " instructions, allowed are [1, " + std::to_string(kMaxProgram) + "]"};
  }
  return ComparerPtr(std::make_unique<RegexComparer>(pattern));
}

}  // namespace runner
