#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "runner/engine/run_control.h"
#include "runner/service/call.h"

namespace runner {

// What a client of RunInteractive sends while its run goes on. Two coroutines: one reads messages, one feeds standard
// input to the run. Between them is a queue of kReadAhead bytes, so that a signal or a cancel overtakes input that the
// program does not read; when it is full no more messages are read, and flow control stalls the client.
//
// Thread: that of `executor`. Shared by its coroutines, which end with the call.
class InteractiveInput : public std::enable_shared_from_this<InteractiveInput> {
 public:
  static constexpr std::size_t kReadAhead = std::size_t{256} << 10;

  // `terminal`: the run has one, which can be resized.
  InteractiveInput(const boost::asio::any_io_executor& executor, std::shared_ptr<Call> call,
                   std::shared_ptr<RunControl> control, bool terminal);

  // Begins to read.
  void Start();
  // The run is over: what still comes is of no interest.
  void End();

  // The client broke the rules: the run was cancelled, and this ends the call in place of its result.
  [[nodiscard]] const std::optional<grpc::Status>& error() const { return error_; }

 private:
  static boost::asio::awaitable<void> ReadMessages(std::shared_ptr<InteractiveInput> self);
  static boost::asio::awaitable<void> FeedStdin(std::shared_ptr<InteractiveInput> self);

  // False: nothing more is to be read.
  [[nodiscard]] bool Take(const grpc::ByteBuffer& bytes);
  [[nodiscard]] bool TakeSize(TerminalSize size);
  [[nodiscard]] bool Fail(const std::string& field, const std::string& description);
  void Queue(std::string bytes);
  [[nodiscard]] boost::asio::awaitable<void> Changed();

  std::shared_ptr<Call> call_;
  std::shared_ptr<RunControl> control_;
  bool terminal_;
  boost::asio::steady_timer changed_;  // never expires; cancelled when anything below changes
  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;  // those handed to the run and not taken yet included
  bool closed_ = false;           // by the client
  bool refused_ = false;          // the program takes no more
  bool over_ = false;
  std::optional<grpc::Status> error_;
};

}  // namespace runner
