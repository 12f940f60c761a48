// The monitor's half that moves bytes: output to the sink, input to the program.
#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>

#include "runner/engine/monitor.h"
#include "runner/engine/terminal.h"

namespace runner {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kReadSize = 64 * 1024;  // a pipe's capacity (pipe(7))

auto Quietly(boost::system::error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

}  // namespace

asio::awaitable<void> Monitor::ReadOutput(Stream& stream) {
  std::array<char, kReadSize> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
  const std::uint64_t limit = spec_.limits.output_bytes;
  bool heard = true;
  for (;;) {
    boost::system::error_code error;
    const std::size_t size = co_await stream.pipe.async_read_some(asio::buffer(buffer), Quietly(error));
    if (error) co_return;  // end of file, or EIO of a terminal: every writer is gone
    if (stdout_.seen + stderr_.seen == 0) trace_.Reached("first_output");
    stream.seen += size;
    const std::size_t fits = static_cast<std::size_t>(std::min<std::uint64_t>(size, limit - stream.delivered));
    stream.delivered += heard ? fits : 0;
    Remember(stream, {buffer.data(), fits});
    if (fits > 0 && heard) {
      while (sink_busy_) co_await sink_free_.async_wait(Quietly(error));
      sink_busy_ = true;
      heard = co_await sink_.OnOutput(stream.which, std::string(buffer.data(), fits), Elapsed());
      sink_busy_ = false;
      sink_free_.cancel();
    }
    if (!heard) Decide(Verdict::kCancelled);
    if (stream.seen > limit) {
      stream.over_limit = true;
      DecideLimit(Verdict::kOutputLimit, {stream.name, "bytes", limit, stream.seen});
    }
  }
}

void Monitor::Remember(const Stream& stream, std::string_view bytes) {
  if (!spec_.terminal) {
    if (stream.which == OutputStream::kStderr) stderr_end_.Append(bytes);
    return;
  }
  std::string lines(bytes);
  std::erase(lines, '\r');  // a terminal's lines end in \r\n
  stderr_end_.Append(lines);
}

asio::awaitable<bool> Monitor::WriteInput(std::string_view bytes) {
  while (!bytes.empty() && !decided_) {
    boost::system::error_code error;
    const std::size_t written = co_await sandbox_.stdin_pipe.async_write_some(asio::buffer(bytes), Quietly(error));
    if (error) co_return false;  // EPIPE: the program has closed its stdin. SIGPIPE is ignored by the daemon
    if (written > 0) typed_last_ = bytes[written - 1];
    bytes.remove_prefix(written);
  }
  co_return !decided_;
}

asio::awaitable<void> Monitor::FeedInput() {
  bool open = co_await WriteInput(spec_.stdin_bytes);
  while (open && spec_.stdin_stays_open) {
    if (control_.has_pending_) {
      open = co_await WriteInput(control_.pending_);
      if (!open) break;
      control_.has_pending_ = false;
      control_.taken_.cancel();
    } else if (control_.close_requested_) {
      break;
    } else {
      boost::system::error_code woken;
      co_await control_.changed_.async_wait(Quietly(woken));
      open = !decided_;
    }
  }
  if (open && spec_.terminal) {
    const std::string end = EndOfTyping(sandbox_.stdin_pipe.native_handle(), typed_last_);
    (void)co_await WriteInput(end);
  }
  control_.EndInput();
  boost::system::error_code ignored;
  sandbox_.stdin_pipe.close(ignored);
}

void Monitor::WatchWindow() {
  control_.on_resize_ = [this] { SetTerminalSize(sandbox_.stdout_pipe.native_handle(), *control_.size_); };
  if (control_.size_) control_.on_resize_();
}

}  // namespace runner
