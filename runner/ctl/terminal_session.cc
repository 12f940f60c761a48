#include "runner/ctl/terminal_session.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include "runner/ctl/usage_error.h"

namespace runner::ctl {

TerminalSession::TerminalSession(const std::string& size, bool json) {
  const bool interactive = ::isatty(STDIN_FILENO) == 1;
  if (!size.empty()) {
    size_ = ParseWindowSize("--tty-size", size);
  } else if (const auto own = WindowSizeOf(STDIN_FILENO)) {
    size_ = *own;
  } else {
    throw UsageError(interactive ? "--tty: this terminal does not say how large it is; use --tty-size 80x24"
                                 : "--tty: standard input is not a terminal; --tty-size 80x24 does without one");
  }
  if (!interactive) return;
  raw_ = std::make_unique<RawTerminal>(STDIN_FILENO, json);
  if (!size.empty()) return;
  sigset_t window;
  ::sigemptyset(&window);
  ::sigaddset(&window, SIGWINCH);
  ::pthread_sigmask(SIG_BLOCK, &window, nullptr);
  resized_fd_ = ::signalfd(-1, &window, SFD_CLOEXEC | SFD_NONBLOCK);
  if (resized_fd_ < 0) throw std::system_error(errno, std::system_category(), "signalfd");
}

TerminalSession::~TerminalSession() {
  if (resized_fd_ >= 0) ::close(resized_fd_);
}

void TerminalSession::Describe(v1::RunRequest& request) const {
  v1::Terminal& terminal = *request.mutable_terminal();
  terminal.set_rows(size_.rows);
  terminal.set_columns(size_.columns);
  if (raw_ == nullptr) return;
  if (const char* const term = std::getenv("TERM")) terminal.set_term(term);  // NOLINT(concurrency-mt-unsafe)
  auto& env = *request.mutable_env();
  const bool decided = env.count("FORCE_COLOR") != 0 || env.count("NO_COLOR") != 0;
  for (const char* name : {"COLORTERM", "NO_COLOR"}) {
    const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    if (value != nullptr && *value != '\0' && !decided) env.insert({name, value});
  }
}

void TerminalSession::Begin() {
  if (raw_ != nullptr) raw_->Enter();
  begun_ = true;
}

void TerminalSession::End() {
  if (raw_ != nullptr) raw_->Restore();
}

std::optional<WindowSize> TerminalSession::TakeSize() {
  signalfd_siginfo info{};
  while (::read(resized_fd_, &info, sizeof(info)) > 0) {
  }
  const auto now = WindowSizeOf(STDIN_FILENO);
  if (!now || (now->rows == size_.rows && now->columns == size_.columns)) return std::nullopt;
  size_ = *now;
  return now;
}

std::string TerminalSession::Typed(const std::string& bytes) { return raw_ == nullptr ? bytes : escape_.Take(bytes); }

bool TerminalSession::Leave() {
  if (!escape_.found() || left_) return false;
  left_ = true;
  End();  // whatever becomes of the run, the user has the terminal again
  ::kill(::getpid(), SIGINT);
  return true;
}

}  // namespace runner::ctl
