#include "runner/engine/terminal.h"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace runner {

bool IsTerminal(int fd) { return ::isatty(fd) == 1; }

void SetTerminalSize(int master, TerminalSize size) {
  const winsize window{static_cast<unsigned short>(size.rows), static_cast<unsigned short>(size.columns), 0, 0};
  (void)::ioctl(master, TIOCSWINSZ, &window);
}

std::string EndOfTyping(int master, char typed_last) {
  constexpr char kCtrlD = 4;
  termios attributes{};
  // The master answers for the pair.
  if (::tcgetattr(master, &attributes) != 0) return "";
  if ((attributes.c_lflag & ICANON) == 0) return {kCtrlD};
  const char end = static_cast<char>(attributes.c_cc[VEOF]);
  const bool at_line_start = typed_last == 0 || typed_last == '\n' || typed_last == '\r' || typed_last == end;
  return std::string(at_line_start ? 1 : 2, end);
}

}  // namespace runner
