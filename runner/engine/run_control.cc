#include "runner/engine/run_control.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace runner {

namespace asio = boost::asio;

RunControl::RunControl(const asio::any_io_executor& executor)
    : changed_(executor, asio::steady_timer::time_point::max()),
      taken_(executor, asio::steady_timer::time_point::max()) {}

asio::awaitable<bool> RunControl::WriteStdin(std::string bytes) {
  if (input_over_ || close_requested_) co_return false;
  if (bytes.empty()) co_return true;
  pending_ = std::move(bytes);
  has_pending_ = true;
  Notify();
  while (has_pending_ && !input_over_) {
    boost::system::error_code woken;
    co_await taken_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  co_return !has_pending_;
}

void RunControl::CloseStdin() {
  close_requested_ = true;
  Notify();
}

void RunControl::Signal(int number) {
  signals_.push_back(number);
  if (on_signal_) on_signal_();
}

void RunControl::Resize(TerminalSize size) {
  size_ = size;
  if (on_resize_) on_resize_();
}

void RunControl::Cancel() {
  if (cancelled_) return;
  cancelled_ = true;
  if (on_cancel_) on_cancel_();
}

void RunControl::Notify() { changed_.cancel(); }

void RunControl::EndInput() {
  input_over_ = true;
  taken_.cancel();
}

}  // namespace runner
