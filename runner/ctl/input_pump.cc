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

InputPump::InputPump(int stdin_fd) : stdin_fd_(stdin_fd), wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (wake_fd_ < 0) throw std::system_error(errno, std::system_category(), "eventfd");
}

InputPump::~InputPump() {
  stop_ = true;
  ::eventfd_write(wake_fd_, 1);
  if (thread_.joinable()) thread_.join();
  ::close(wake_fd_);
}

void InputPump::Start(RunStream& stream, v1::RunRequest request) {
  thread_ = std::thread([this, &stream, first = std::move(request)]() mutable { Send(stream, first); });
}

bool InputPump::RequestCancel() {
  cancel_ = true;
  ::eventfd_write(wake_fd_, 1);
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
    const bool go_on = stop_ || cancel_ || !input_ready_ || ForwardInput(stream);
    forwarding_ = false;
    if (!go_on) return;
  }
  if (!stop_) {
    v1::RunInput cancel;
    cancel.mutable_cancel();
    stream.Write(cancel);
  }
}

void InputPump::Wait() {
  const bool background = InBackgroundOf(stdin_fd_);
  std::array<pollfd, 2> ready = {
      {{.fd = wake_fd_, .events = POLLIN, .revents = 0},
       {.fd = background ? -1 : stdin_fd_, .events = POLLIN, .revents = 0}}};  // poll skips a negative fd.
  const int count = ::poll(ready.data(), ready.size(), background ? kForegroundCheckMs : -1);
  // Asked again: Ctrl-Z and bg may have come while we waited.
  input_ready_ = count > 0 && ready[1].revents != 0 && !InBackgroundOf(stdin_fd_);
}

bool InputPump::ForwardInput(RunStream& stream) {
  v1::RunInput input;
  std::string& bytes = *input.mutable_stdin();
  bytes.resize(kChunk);
  const ssize_t count = ::read(stdin_fd_, bytes.data(), bytes.size());
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (count <= 0) return CloseInput(stream);  // What cannot be read has ended.
  bytes.resize(static_cast<std::size_t>(count));
  return stream.Write(input);
}

bool InputPump::CloseInput(RunStream& stream) {
  stdin_fd_ = -1;
  v1::RunInput end;
  end.mutable_close_stdin();
  return stream.Write(end);
}

}  // namespace runner::ctl
