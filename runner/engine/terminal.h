// The daemon's end of a run's terminal.
#pragma once

#include <string>
#include <string_view>

#include "runner/base/error.h"
#include "runner/base/unique_fd.h"
#include "runner/sandbox/terminal.h"

namespace runner {

// Whether `fd` can be the master that init was asked for: a terminal.
[[nodiscard]] bool IsTerminal(int fd);

// The program gets SIGWINCH, if the size is another.
void SetTerminalSize(int master, TerminalSize size);

// What a person types to end the input of the program that has the terminal: the end-of-file character, twice where a
// line has been begun, because the first then only hands over the line (termios(3)). In raw mode it is Ctrl-D for the
// program to understand. `typed_last`: the last byte that was typed, 0 for none.
[[nodiscard]] std::string EndOfTyping(int master, char typed_last);

}  // namespace runner
