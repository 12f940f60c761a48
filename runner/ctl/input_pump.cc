#include "runner/ctl/input_pump.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace runner::ctl {
namespace {

constexpr std::size_t kChunk = 65536;

// How often a background job looks whether it has been brought to the foreground, of which nothing tells it.
constexpr int kForegroundCheckMs = 200;

// Whether `fd` is the terminal of a session in which another job has the foreground. What is typed there is not for
// this process, and the kernel stops it (SIGTTIN) if it tries to read all the same.
bool InBackgroundOf(int fd) {
  const pid_t foreground = ::tcgetpgrp(fd);
  return foreground > 0 && foreground != ::getpgrp();
}

}  // namespace

InputPump::InputPump(int stdin_fd, TerminalSession* terminal)
    : stdin_fd_(stdin_fd), terminal_(terminal), wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (wake_fd_ < 0) throw std::system_error(errno, std::system_category(), "eventfd");
}

InputPump::~InputPump() {
  stop_ = true;
  Wake();
  if (thread_.joinable()) thread_.join();
  ::close(wake_fd_);
}

void InputPump::Start(RunStream& stream, v1::RunRequest request) {
  thread_ = std::thread([this, &stream, first = std::move(request)]() mutable { Send(stream, first); });
}

void InputPump::Wake() { ::eventfd_write(wake_fd_, 1); }

bool InputPump::RequestCancel() {
  cancel_ = true;
  Wake();
  return !forwarding_;
}

void InputPump::Send(RunStream& stream, v1::RunRequest& request) {
  v1::RunInput first;
  *first.mutable_start() = std::move(request);
  if (!stream.Write(first)) return;
  if (stdin_fd_ < 0 && !CloseInput(stream)) return;
  while (!stop_ && !cancel_) {
    Wait();
    forwarding_ = input_ready_;  // Before the look at cancel_: RequestCancel looks the other way round.
    bool go_on = stop_ || cancel_ || !input_ready_ || ForwardInput(stream);
    if (go_on && size_ready_ && !stop_ && !cancel_) go_on = ForwardSize(stream);
    forwarding_ = false;
    if (!go_on) return;
    if (terminal_ != nullptr && terminal_->Leave()) stdin_fd_ = -1;  // the signal will ask for the cancel
  }
  if (!stop_) {
    v1::RunInput cancel;
    cancel.mutable_cancel();
    stream.Write(cancel);
  }
}

void InputPump::Wait() {
  const bool background = InBackgroundOf(stdin_fd_);
  const bool reads = !background && (terminal_ == nullptr || terminal_->reads());
  const int resized = terminal_ == nullptr ? -1 : terminal_->resized_fd();
  std::array<pollfd, 3> ready = {{{.fd = wake_fd_, .events = POLLIN, .revents = 0},
                                  {.fd = reads ? stdin_fd_ : -1, .events = POLLIN, .revents = 0},
                                  {.fd = resized, .events = POLLIN, .revents = 0}}};  // poll skips a negative fd.
  const int count = ::poll(ready.data(), ready.size(), background ? kForegroundCheckMs : -1);
  eventfd_t ignored = 0;
  (void)::eventfd_read(wake_fd_, &ignored);  // whoever wakes us has changed something else first
  // Asked again: Ctrl-Z and bg may have come while we waited.
  input_ready_ = count > 0 && ready[1].revents != 0 && !InBackgroundOf(stdin_fd_);
  size_ready_ = count > 0 && ready[2].revents != 0;
}

bool InputPump::ForwardInput(RunStream& stream) {
  v1::RunInput input;
  std::string& bytes = *input.mutable_stdin();
  bytes.resize(kChunk);
  const ssize_t count = ::read(stdin_fd_, bytes.data(), bytes.size());
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (count <= 0) return CloseInput(stream);  // What cannot be read has ended.
  bytes.resize(static_cast<std::size_t>(count));
  if (terminal_ != nullptr) bytes = terminal_->Typed(bytes);
  return bytes.empty() || stream.Write(input);
}

bool InputPump::ForwardSize(RunStream& stream) {
  const auto size = terminal_->TakeSize();
  if (!size) return true;
  v1::RunInput input;
  input.mutable_resize()->set_rows(size->rows);
  input.mutable_resize()->set_columns(size->columns);
  return stream.Write(input);
}

bool InputPump::CloseInput(RunStream& stream) {
  stdin_fd_ = -1;
  v1::RunInput end;
  end.mutable_close_stdin();
  return stream.Write(end);
}

}  // namespace runner::ctl
