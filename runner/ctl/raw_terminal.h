#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace runner::ctl {

struct WindowSize {
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
};

// Of the terminal behind `fd`; nothing where there is none, or where it does not say.
[[nodiscard]] std::optional<WindowSize> WindowSizeOf(int fd);

// "80x24", columns first, as terminals write it. Throws UsageError naming `option` for anything else, and for a number
// outside [1, 4096].
[[nodiscard]] WindowSize ParseWindowSize(const std::string& option, const std::string& text);

// The terminal that this process has for standard input, in raw mode while a program in a sandbox has the use of it: what
// is typed goes on byte by byte, Ctrl-C included. One at a time.
//
// It comes out of raw mode by Restore(), by the destructor, and when a signal ends or stops the process, except SIGKILL.
class RawTerminal {
 public:
  // `fd` stays the caller's. `process_output`: lines that this process prints itself still end in "\r\n".
  RawTerminal(int fd, bool process_output);
  ~RawTerminal();
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

  // Any thread; may be repeated.
  void Enter();
  void Restore();

 private:
  int fd_;
  bool process_output_;
};

// What Restore() does, for signal handlers and for whoever is about to leave by _exit. Without effect where nothing is raw.
void RestoreTerminal() noexcept;

// Looks for "~." at the beginning of a line in what is typed, as ssh does: the way out of a program that answers to
// nothing. "~~" there stands for one "~".
class EscapeSequence {
 public:
  // What of `typed` is for the program. Nothing after the escape is.
  [[nodiscard]] std::string Take(std::string_view typed);
  // Whether the escape has been typed.
  [[nodiscard]] bool found() const { return found_; }

 private:
  enum class At { kLineStart, kTilde, kWithin };
  At at_ = At::kLineStart;
  bool found_ = false;
};

}  // namespace runner::ctl
