#include "runner/sandbox/terminal.h"

#include <algorithm>
#include <string_view>

#include "runner/sandbox/run_spec.h"
#include "runner/sandbox/text.h"

namespace runner {

void CheckTerminalSize(TerminalSize size, const std::string& prefix, std::vector<FieldViolation>& violations) {
  const auto check = [&](const char* field, std::uint32_t value) {
    if (value >= 1 && value <= kMaxTerminalSide) return;
    violations.push_back(
        {.field = prefix + "." + field,
         .description = std::to_string(value) + " is outside [1, " + std::to_string(kMaxTerminalSide) + "]"});
  };
  check("rows", size.rows);
  check("columns", size.columns);
}

void CheckTerminal(const std::optional<TerminalSpec>& terminal, std::vector<FieldViolation>& violations) {
  if (!terminal) return;
  CheckTerminalSize(terminal->size, "terminal", violations);
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-";
  if (terminal->term.size() > kMaxTermBytes || terminal->term.find_first_not_of(kAllowed) != std::string::npos) {
    violations.push_back(
        {.field = "terminal.term", .description = Quote(terminal->term) + " does not match [A-Za-z0-9._+-]{0,64}"});
  }
}

}  // namespace runner
