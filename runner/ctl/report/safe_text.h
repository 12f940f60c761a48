#pragma once

#include <string>
#include <string_view>

namespace runner::ctl {

// Any bytes as UTF-8 that XML, TAP, Markdown and a terminal can hold: what is not UTF-8 and every control character but tab
// and line feed is written as \xNN (of a character beyond ASCII, \u{NNNN}), CR LF is LF. So are characters that reorder text
// or that XML has no place for. Programs that nobody trusts wrote what goes through here.
[[nodiscard]] std::string SafeText(std::string_view bytes);

// The same on one line: line feeds and tabs are blanks.
[[nodiscard]] std::string SafeLine(std::string_view bytes);

// `text`, cut to at most `bytes` at a character's end, with a line that says how much is missing.
[[nodiscard]] std::string Shortened(std::string text, std::size_t bytes);

// `text` with every "##[" in it, by which GitHub Actions knows commands anywhere in a line, written as `instead`.
[[nodiscard]] std::string WithoutCommands(std::string text, std::string_view instead);

// 2.5, 3, 0.1: without a digit that says nothing.
[[nodiscard]] std::string FormatPoints(double points);

}  // namespace runner::ctl
