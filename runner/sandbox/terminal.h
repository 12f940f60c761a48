#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace runner {

struct FieldViolation;

struct TerminalSize {
  std::uint32_t rows = 24;
  std::uint32_t columns = 80;
};

// A terminal in place of three pipes.
struct TerminalSpec {
  TerminalSize size;
  std::string term;  // the variable TERM; empty: kDefaultTerm
};

inline constexpr std::uint32_t kMaxTerminalSide = 4096;
inline constexpr std::size_t kMaxTermBytes = 64;
inline constexpr char kDefaultTerm[] = "xterm-256color";

// Adds what is wrong with a size, under "PREFIX.rows" and "PREFIX.columns".
void CheckTerminalSize(TerminalSize size, const std::string& prefix, std::vector<FieldViolation>& violations);

// The same of all of a terminal, under "terminal".
void CheckTerminal(const std::optional<TerminalSpec>& terminal, std::vector<FieldViolation>& violations);

}  // namespace runner
