#pragma once

#include <string>
#include <string_view>

#include "runner/engine/run_io.h"
#include "runner/grading/case_kind.h"

namespace runner {

// Keeps what a run writes, within bounds; what is beyond them is read and dropped.
class CaptureSink final : public RunSink {
 public:
  explicit CaptureSink(const Capture& capture) : capture_(capture) {
    if (capture_.filter != nullptr) capture_.filter->Begin();
  }

  boost::asio::awaitable<bool> OnQueued(std::uint32_t position) override;
  boost::asio::awaitable<bool> OnStarted(StartedInfo info) override;
  boost::asio::awaitable<bool> OnOutput(OutputStream stream, std::string bytes,
                                        std::chrono::microseconds offset) override;
  boost::asio::awaitable<bool> OnFile(FilePiece piece, std::chrono::microseconds offset) override;

  // All but the result. Once, after the run.
  [[nodiscard]] Observation Take();

 private:
  void Keep(std::string& kept, std::size_t most, std::string_view bytes);

  Capture capture_;
  Observation observation_;
  std::string file_;  // begun and not whole
  std::size_t file_bytes_ = 0;
};

}  // namespace runner
