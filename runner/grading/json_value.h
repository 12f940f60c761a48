#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runner/grading/decimal.h"

namespace runner {

// A JSON value as comparers look at it.
struct JsonValue {
  enum class Kind { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  std::string text{};               // of a number as it was written, as far as that is known; of a string
  std::vector<std::string> keys{};  // of an object, sorted
  std::vector<JsonValue> items{};   // of an array; of an object, by key
  std::size_t id = 0;               // for who compares
  std::optional<Number> number{};   // of a number, for who compares with a tolerance
};

// Why a text is no value, and at which byte of it.
struct JsonMistake {
  std::string message;
  std::size_t offset = 0;
};

inline constexpr std::size_t kMaxJsonBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxJsonDepth = 200;
inline constexpr std::size_t kMaxJsonValues = 500'000;

// RFC 8259, and stricter: a key that an object has twice, a number beyond what a double can hold, and what is deeper or more
// than the constants above are mistakes. `values` counts them.
[[nodiscard]] std::variant<JsonValue, JsonMistake> ParseJson(std::string_view text, std::size_t& values);

// For people: a scalar as it is, "an array of 3", "an object of 2".
[[nodiscard]] std::string Describe(const JsonValue& value);

}  // namespace runner
