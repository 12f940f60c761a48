#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/grading/comparer.h"

namespace runner {

inline constexpr std::size_t kMaxDiffBytes = 8 * 1024;

// What makes two lines equal: they have the same key. None: their bytes, line feeds included.
using LineKey = std::function<std::string_view(std::string_view line)>;

// The unified diff around the first line whose keys differ. Bounded, whatever the texts are: it looks at a few hundred lines
// from there on and no further, and says so in a last line that begins with "\". Empty where no keys differ.
[[nodiscard]] std::string UnifiedDiff(std::string_view expected, std::string_view actual, const LineKey& key);

// What a comparer of texts says where `expected` and `actual` first differ, each at an offset of its own.
[[nodiscard]] Difference DifferenceAt(std::string_view expected, std::size_t expected_at, std::string_view actual,
                                      std::size_t actual_at, const LineKey& key);

// A diff of lines without an order: what is missing, what is too much.
[[nodiscard]] std::string UnorderedDiff(const std::vector<std::string_view>& missing,
                                        const std::vector<std::string_view>& unexpected);

}  // namespace runner
