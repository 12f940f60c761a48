#include "runner/grading/capture_sink.h"

#include <algorithm>
#include <utility>

namespace runner {

namespace asio = boost::asio;

asio::awaitable<bool> CaptureSink::OnQueued(std::uint32_t /*position*/) { co_return true; }

asio::awaitable<bool> CaptureSink::OnStarted(StartedInfo /*info*/) { co_return true; }

asio::awaitable<bool> CaptureSink::OnOutput(OutputStream stream, std::string bytes,
                                            std::chrono::microseconds /*offset*/) {
  if (stream == OutputStream::kStderr) {
    Keep(observation_.err, capture_.err_bytes, bytes);
    co_return true;
  }
  if (capture_.filter != nullptr) bytes = co_await capture_.filter->Pass(std::move(bytes));
  Keep(observation_.out, capture_.out_bytes, bytes);
  co_return true;
}

void CaptureSink::Keep(std::string& kept, std::size_t most, std::string_view bytes) {
  kept.append(bytes.substr(0, most - kept.size()));
}

Observation CaptureSink::Take() {
  if (capture_.filter != nullptr) Keep(observation_.out, capture_.out_bytes, capture_.filter->Finish());
  return std::move(observation_);
}

asio::awaitable<bool> CaptureSink::OnFile(FilePiece piece, std::chrono::microseconds /*offset*/) {
  if (piece.size > capture_.file_bytes - file_bytes_) {
    observation_.files_cut = true;
    co_return true;
  }
  file_ += piece.content;
  if (piece.last) {
    file_bytes_ += file_.size();
    observation_.files[piece.path] = std::exchange(file_, {});
  }
  co_return true;
}

}  // namespace runner
