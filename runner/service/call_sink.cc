#include "runner/service/call_sink.h"

#include <utility>

namespace runner {

namespace asio = boost::asio;

CallSink::CallSink(Call& call, RunNames names, std::chrono::milliseconds reading_time)
    : call_(call), names_(std::move(names)), reading_time_(reading_time) {}

asio::awaitable<bool> CallSink::OnQueued(std::uint32_t position) {
  // It may have its place before the client has read this.
  call_.CancelAfter(reading_time_);
  const v1::RunEvent event = QueuedEvent(position);
  const bool heard = co_await call_.Write(event);
  call_.CancelAfter(std::nullopt);
  co_return heard;
}

asio::awaitable<bool> CallSink::OnStarted(StartedInfo info) {
  call_.CancelAfter(reading_time_);
  return call_.Write(StartedEvent(info, names_));
}

asio::awaitable<bool> CallSink::OnOutput(OutputStream stream, std::string bytes, std::chrono::microseconds offset) {
  return call_.Write(OutputEvent(stream, std::move(bytes), offset));
}

asio::awaitable<bool> CallSink::OnFile(FilePiece piece, std::chrono::microseconds offset) {
  return call_.Write(FileEvent(std::move(piece), offset));
}

}  // namespace runner
