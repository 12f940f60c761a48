#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "runner/ctl/raw_terminal.h"
#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// `runnerctl run --tty`: the terminal of the program, and this process's own where there is one behind standard input.
//
// Until the program starts, the terminal is the user's: Ctrl-C cancels as always. From Begin() to End() it is raw, and
// belongs to the program. Where standard input is no terminal, what it holds is typed as it comes.
class TerminalSession {
 public:
  // Blocks SIGWINCH in this thread and those it makes, so before any. `size`: what --tty-size said; the window's
  // own size where it said nothing, and then followed. Throws UsageError when there is neither.
  TerminalSession(const std::string& size, bool json);
  ~TerminalSession();
  TerminalSession(const TerminalSession&) = delete;
  TerminalSession& operator=(const TerminalSession&) = delete;

  // Asks for the terminal, and passes on what this process's environment says about it: TERM, COLORTERM, NO_COLOR.
  void Describe(v1::RunRequest& request) const;

  // The program has started / its result is there, or there will be none. Any thread; End may be repeated.
  void Begin();
  void End();

  // Whether what is typed is to be read yet.
  [[nodiscard]] bool reads() const { return begun_ || raw_ == nullptr; }
  // Readable when the window has another size; -1 where nobody looks after that.
  [[nodiscard]] int resized_fd() const { return resized_fd_; }
  // Takes the news from resized_fd; the size, if there is a new one.
  [[nodiscard]] std::optional<WindowSize> TakeSize();
  // What of the bytes typed is for the program.
  [[nodiscard]] std::string Typed(const std::string& bytes);
  // If the escape, "~.", was among them, does what Ctrl-C does without --tty: sends this process SIGINT, once. False: nothing
  // was done.
  bool Leave();

 private:
  WindowSize size_;
  std::unique_ptr<RawTerminal> raw_;  // where standard input is a terminal
  EscapeSequence escape_;
  bool left_ = false;
  std::atomic<bool> begun_ = false;
  int resized_fd_ = -1;
};

}  // namespace runner::ctl
