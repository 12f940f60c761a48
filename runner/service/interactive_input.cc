#include "runner/service/interactive_input.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <utility>
#include <vector>

#include "runner/sandbox/run_spec.h"
#include "runner/service/parse.h"
#include "runner/service/status.h"
#include "runner/v1/runner.pb.h"

namespace runner {
namespace {

namespace asio = boost::asio;

bool IsAllowedSignal(int number) {
  switch (number) {
    case SIGHUP:
    case SIGINT:
    case SIGQUIT:
    case SIGKILL:
    case SIGUSR1:
    case SIGUSR2:
    case SIGTERM:
    case SIGWINCH:
      return true;
    default:
      return false;
  }
}

}  // namespace

InteractiveInput::InteractiveInput(const asio::any_io_executor& executor, std::shared_ptr<Call> call,
                                   std::shared_ptr<RunControl> control, bool terminal)
    : call_(std::move(call)),
      control_(std::move(control)),
      terminal_(terminal),
      changed_(executor, asio::steady_timer::time_point::max()) {}

void InteractiveInput::Start() {
  asio::co_spawn(changed_.get_executor(), ReadMessages(shared_from_this()), asio::detached);
  asio::co_spawn(changed_.get_executor(), FeedStdin(shared_from_this()), asio::detached);
}

void InteractiveInput::End() {
  over_ = true;
  queue_.clear();
  changed_.cancel();
}

asio::awaitable<void> InteractiveInput::Changed() {
  (void)co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> InteractiveInput::ReadMessages(std::shared_ptr<InteractiveInput> self) {
  while (!self->over_) {
    if (self->queued_bytes_ >= kReadAhead && !self->refused_) {
      co_await self->Changed();
      continue;
    }
    grpc::ByteBuffer bytes;
    const bool read = co_await self->call_->Read(bytes);
    if (self->over_) co_return;
    if (!read) {
      // The client has closed its side, or is gone; then the call's own cancellation ends the run.
      self->closed_ = true;
      self->changed_.cancel();
      co_return;
    }
    if (!self->Take(bytes)) co_return;
  }
}

bool InteractiveInput::Take(const grpc::ByteBuffer& bytes) {
  v1::RunInput input;
  if (const auto violation = ParseMessage(bytes, input)) return Fail(violation->field, violation->description);
  switch (input.input_case()) {
    case v1::RunInput::kStart:
      return Fail("start", "only the first message may be start");
    case v1::RunInput::kStdin:
      if (closed_) return Fail("stdin", "there is no standard input after close_stdin");
      Queue(std::move(*input.mutable_stdin()));
      return true;
    case v1::RunInput::kCloseStdin:
      closed_ = true;
      changed_.cancel();
      return true;
    case v1::RunInput::kSignal:
      if (!IsAllowedSignal(input.signal().number())) {
        return Fail("signal.number",
                    std::to_string(input.signal().number()) +
                        " cannot be sent; these can: 1 (SIGHUP), 2 (SIGINT), 3 (SIGQUIT), 9 (SIGKILL), "
                        "10 (SIGUSR1), 12 (SIGUSR2), 15 (SIGTERM), 28 (SIGWINCH)");
      }
      control_->Signal(input.signal().number());
      return true;
    case v1::RunInput::kCancel:
      control_->Cancel();
      return true;
    case v1::RunInput::kResize:
      return TakeSize({.rows = input.resize().rows(), .columns = input.resize().columns()});
    case v1::RunInput::INPUT_NOT_SET:
      break;
  }
  return Fail("input", "the message holds none of start, stdin, close_stdin, signal, cancel, resize");
}

bool InteractiveInput::TakeSize(TerminalSize size) {
  if (!terminal_) return Fail("resize", "the run has no terminal");
  std::vector<FieldViolation> violations;
  CheckTerminalSize(size, "resize", violations);
  if (!violations.empty()) return Fail(violations.front().field, violations.front().description);
  control_->Resize(size);
  return true;
}

bool InteractiveInput::Fail(const std::string& field, const std::string& description) {
  error_ = InvalidArgument(FieldViolation{field, description});
  control_->Cancel();
  return false;
}

void InteractiveInput::Queue(std::string bytes) {
  if (refused_ || bytes.empty()) return;
  queued_bytes_ += bytes.size();
  queue_.push_back(std::move(bytes));
  changed_.cancel();
}

asio::awaitable<void> InteractiveInput::FeedStdin(std::shared_ptr<InteractiveInput> self) {
  while (!self->over_) {
    if (!self->queue_.empty()) {
      std::string bytes = std::move(self->queue_.front());
      self->queue_.pop_front();
      const std::size_t size = bytes.size();
      const bool taken = co_await self->control_->WriteStdin(std::move(bytes));
      self->queued_bytes_ -= size;
      if (!taken) {
        // Messages are still read, for the signals and the cancel among them; their input goes nowhere.
        self->refused_ = true;
        self->queue_.clear();
      }
      self->changed_.cancel();
      if (!taken) co_return;
    } else if (self->closed_) {
      self->control_->CloseStdin();
      co_return;
    } else {
      co_await self->Changed();
    }
  }
}

}  // namespace runner
