#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace runner::ctl {

// Whether all of `text` is well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF).
[[nodiscard]] bool IsValidUtf8(std::string_view text);

// How many bytes at the end of `text` (0 to 3) are the beginning of a character whose rest may still come.
[[nodiscard]] std::size_t IncompleteTailLength(std::string_view text);

// RFC 4648 base64, with padding.
[[nodiscard]] std::string Base64(std::string_view bytes);

}  // namespace runner::ctl
