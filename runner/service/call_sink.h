#pragma once

#include <chrono>
#include <string>

#include "runner/engine/run_io.h"
#include "runner/service/call.h"
#include "runner/service/convert.h"

namespace runner {

// Writes the events of one run to its call. Lives on the stack of the call's coroutine. Each method returns once flow
// control has admitted the event, and false once the client is gone.
class CallSink final : public RunSink {
 public:
  // `reading_time`: a call that is not over so long after its run has started is cancelled. A client that has stopped
  // reading would otherwise keep its run, and the run's place, for good.
  CallSink(Call& call, RunNames names, std::chrono::milliseconds reading_time);

  boost::asio::awaitable<bool> OnQueued(std::uint32_t position) override;
  boost::asio::awaitable<bool> OnStarted(StartedInfo info) override;
  boost::asio::awaitable<bool> OnOutput(OutputStream stream, std::string bytes,
                                        std::chrono::microseconds offset) override;
  boost::asio::awaitable<bool> OnFile(FilePiece piece, std::chrono::microseconds offset) override;

 private:
  Call& call_;
  RunNames names_;
  std::chrono::milliseconds reading_time_;
};

}  // namespace runner
