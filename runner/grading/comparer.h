#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runner/base/error.h"

namespace runner {

// Where what came differs from what should have come.
struct Difference {
  std::string message;     // one sentence: `line 3, column 5: expected "7", got "8"`
  std::size_t line = 0;    // in what came, from 1; 0: none to point at
  std::size_t column = 0;  // in characters, from 1; a byte that is no part of one counts as one
  std::string diff;        // unified, expected against actual, at most kMaxDiffBytes of UTF-8; may be empty
};

// How what came is compared with what should have come. Immutable, so that any thread may compare.
//
// What is compared was written by somebody hostile: every comparer takes time and memory in proportion to it (the JSON
// and regular expression ones with limits of their own on its size), whatever it is.
class Comparer {
 public:
  Comparer() = default;
  Comparer(const Comparer&) = delete;
  Comparer& operator=(const Comparer&) = delete;
  virtual ~Comparer() = default;

  // nullopt: as it should be.
  [[nodiscard]] virtual std::optional<Difference> Compare(std::string_view actual) const = 0;
};

using ComparerPtr = std::unique_ptr<const Comparer>;

// How far two numbers may differ: by the larger of `absolute` and `relative` times the expected one. Both finite and at
// least 0. With both 0 numbers are compared as exact decimals: 1.0 is 1, and 0.30000000000000004 is not 0.3.
struct Tolerance {
  double absolute = 0;
  double relative = 0;

  [[nodiscard]] bool none() const { return absolute == 0 && relative == 0; }
};

// Byte for byte.
[[nodiscard]] ComparerPtr MakeExactComparer(std::string expected);
// CR LF is LF; blanks (space, tab, CR, VT, FF) at the ends of lines and empty lines at the end do not count.
[[nodiscard]] ComparerPtr MakeTrimComparer(std::string expected);
// The same lines, as for trim, in any order and each as often; empty lines do not count.
[[nodiscard]] ComparerPtr MakeLinesComparer(std::string expected);
// The same words in the same order. White space is space, tab, LF, CR, VT and FF.
[[nodiscard]] ComparerPtr MakeTokensComparer(std::string expected);
// As tokens, but where both words are numbers (decimal, with or without an exponent and a sign; NaN; Infinity or inf) they
// may differ by the tolerance. NaN is NaN, an infinity itself.
[[nodiscard]] ComparerPtr MakeNumbersComparer(std::string expected, Tolerance tolerance);
// The bytes occur somewhere. Not empty.
[[nodiscard]] ComparerPtr MakeContainsComparer(std::string expected);

inline constexpr std::size_t kMaxPatternBytes = 4096;
// An RE2 pattern that matches somewhere. An Error says what is wrong with it: the syntax, or that it is too large.
[[nodiscard]] Result<ComparerPtr> MakeRegexComparer(const std::string& pattern);

// The same JSON value. An Error says what is wrong with the expected one, `options` included.
struct JsonOptions {
  Tolerance tolerance;
  bool unordered = false;  // arrays are bags
};
[[nodiscard]] Result<ComparerPtr> MakeJsonComparer(const std::string& expected, JsonOptions options);

}  // namespace runner
