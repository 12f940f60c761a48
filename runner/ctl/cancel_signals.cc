#include "runner/ctl/cancel_signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <utility>

#include "runner/ctl/raw_terminal.h"

namespace runner::ctl {
namespace {

constexpr int kGraceMs = 2000;

// timeout(1) and some shells signal the process and then its group: one wish, two signals.
constexpr std::chrono::milliseconds kOnePress{250};

int Checked(int fd, const char* what) {
  if (fd < 0) throw std::system_error(errno, std::system_category(), what);
  return fd;
}

sigset_t Signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

void CancelSignals::Block() {
  const sigset_t signals = Signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

CancelSignals::CancelSignals(std::function<void(int)> on_cancel, std::function<void()> on_overdue)
    : on_cancel_(std::move(on_cancel)), on_overdue_(std::move(on_overdue)) {
  Block();
  const sigset_t signals = Signals();
  signal_fd_ = Checked(::signalfd(-1, &signals, SFD_CLOEXEC), "signalfd");
  stop_fd_ = Checked(::eventfd(0, EFD_CLOEXEC), "eventfd");
  watcher_ = std::thread([this] { Watch(); });
}

CancelSignals::~CancelSignals() {
  ::eventfd_write(stop_fd_, 1);
  watcher_.join();
  ::close(signal_fd_);
  ::close(stop_fd_);
}

void CancelSignals::Watch() {
  int timeout_ms = -1;
  std::chrono::steady_clock::time_point first_time;
  while (true) {
    std::array<pollfd, 2> ready = {
        {{.fd = stop_fd_, .events = POLLIN, .revents = 0}, {.fd = signal_fd_, .events = POLLIN, .revents = 0}}};
    const int count = ::poll(ready.data(), ready.size(), timeout_ms);
    if (count == 0) {
      timeout_ms = -1;
      on_overdue_();
    }
    if (count <= 0) continue;
    if (ready[0].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signal_fd_, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) continue;
    const int number = static_cast<int>(info.ssi_signo);
    const auto now = std::chrono::steady_clock::now();
    if (received_ != 0) {
      if (now - first_time < kOnePress) continue;
      RestoreTerminal();
      ::_exit(128 + number);
    }
    first_time = now;
    received_ = number;
    timeout_ms = kGraceMs;
    on_cancel_(number);
  }
}

}  // namespace runner::ctl
