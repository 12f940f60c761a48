#include "runner/ctl/raw_terminal.h"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <system_error>

#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

constexpr std::uint32_t kMaxSide = 4096;  // the service's

// What signal handlers need. The attributes are written before `raw_fd` says that there are any.
std::atomic<int> raw_fd = -1;
termios cooked{};
termios raw{};

void OnEnd(int number) {
  RestoreTerminal();
  std::signal(number, SIG_DFL);
  (void)std::raise(number);  // delivered when this handler returns
}

void OnStop(int /*number*/) {
  const int saved = errno;
  const int fd = raw_fd.load();
  RestoreTerminal();
  (void)std::raise(SIGSTOP);
  // Continued. In the background this stops the process again, until it has the terminal.
  if (fd >= 0) {
    (void)::tcsetattr(fd, TCSADRAIN, &raw);
    raw_fd = fd;
  }
  errno = saved;
}

void HandleSignals() {
  struct sigaction action {};
  ::sigemptyset(&action.sa_mask);
  action.sa_handler = OnEnd;
  for (const int number : {SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGXCPU}) {
    ::sigaction(number, &action, nullptr);
  }
  action.sa_handler = OnStop;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGTSTP, &action, nullptr);
}

std::uint32_t Side(const std::string& option, const std::string& text, std::string_view digits) {
  std::uint32_t side = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), side);
  if (error != std::errc() || end != digits.data() + digits.size() || side < 1 || side > kMaxSide) {
    throw UsageError(option + ": '" + text + "' is not COLUMNSxROWS, such as 80x24, each from 1 to " +
                     std::to_string(kMaxSide));
  }
  return side;
}

}  // namespace

std::optional<WindowSize> WindowSizeOf(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return std::nullopt;
  return WindowSize{.rows = std::min<std::uint32_t>(size.ws_row, kMaxSide),
                    .columns = std::min<std::uint32_t>(size.ws_col, kMaxSide)};
}

WindowSize ParseWindowSize(const std::string& option, const std::string& text) {
  const std::size_t x = text.find('x');
  const std::string_view all = text;
  const std::string_view rows = x == std::string::npos ? std::string_view() : all.substr(x + 1);
  WindowSize size;
  size.columns = Side(option, text, all.substr(0, x));
  size.rows = Side(option, text, rows);
  return size;
}

RawTerminal::RawTerminal(int fd, bool process_output) : fd_(fd), process_output_(process_output) {}

RawTerminal::~RawTerminal() { Restore(); }

void RawTerminal::Enter() {
  if (raw_fd >= 0 || ::tcgetattr(fd_, &cooked) != 0) return;
  raw = cooked;
  ::cfmakeraw(&raw);
  if (process_output_) raw.c_oflag = cooked.c_oflag;
  HandleSignals();
  raw_fd = fd_;  // first: a signal that comes now finds what to restore
  (void)::tcsetattr(fd_, TCSADRAIN, &raw);
}

void RawTerminal::Restore() { RestoreTerminal(); }

void RestoreTerminal() noexcept {
  const int fd = raw_fd.exchange(-1);
  if (fd >= 0) (void)::tcsetattr(fd, TCSADRAIN, &cooked);
}

std::string EscapeSequence::Take(std::string_view typed) {
  std::string taken;
  for (const char key : typed) {
    if (at_ == At::kTilde && key == '.') {
      found_ = true;
      return taken;
    }
    if (at_ == At::kLineStart && key == '~') {
      at_ = At::kTilde;
      continue;
    }
    if (at_ == At::kTilde && key != '~') taken += '~';
    taken += key;
    at_ = key == '\r' || key == '\n' ? At::kLineStart : At::kWithin;
  }
  return taken;
}

}  // namespace runner::ctl
