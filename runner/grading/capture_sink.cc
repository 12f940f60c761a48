#include "runner/grading/capture_sink.h"

#include <algorithm>
#include <utility>

namespace runner {

namespace asio = boost::asio;

asio::awaitable<bool> CaptureSink::OnQueued(std::uint32_t /*position*/) { co_return true; }

asio::awaitable<bool> CaptureSink::OnStarted(StartedInfo /*info*/) { co_return true; }

asio::awaitable<bool> CaptureSink::OnOutput(OutputStream stream, std::string bytes,
                                            std::chrono::microseconds /*offset*/) {
  const bool out = stream == OutputStream::kStdout;
  std::string& kept = out ? observation_.out : observation_.err;
  const std::size_t room = (out ? capture_.out_bytes : capture_.err_bytes) - kept.size();
  kept.append(bytes, 0, std::min(room, bytes.size()));
  co_return true;
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
