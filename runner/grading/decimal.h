#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runner/grading/comparer.h"

namespace runner {

// A number as text: an optional sign, digits with at most one point among them, an optional exponent; or NaN, Infinity or
// inf, in any case, with an optional sign.
struct Number {
  std::string decimal;  // "-123e-2": no leading or trailing zeros, one form for each value; empty: not finite
  double value = 0;     // the nearest; an infinity where a finite one is too large for it
};

// nullopt where the whole of `text` is no number.
[[nodiscard]] std::optional<Number> ParseNumber(std::string_view text);

// Whether `actual` is as close to `expected` as it has to be.
[[nodiscard]] bool IsClose(const Number& expected, const Number& actual, const Tolerance& tolerance);

}  // namespace runner
