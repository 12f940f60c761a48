#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "runner/engine/run_result.h"

namespace runner {

enum class OutputStream { kStdout, kStderr };

struct StartedInfo {
  StartKind start = StartKind::kCold;
  std::chrono::microseconds queue_time{};
};

// A piece of a collected file; the API's FilePart.
struct FilePiece {
  std::string path;
  std::uint64_t size = 0;  // of the whole file
  std::uint32_t mode = 0;  // permission bits
  std::uint64_t offset = 0;
  std::string content;
  bool last = false;
};

// Where a run's events go: the engine calls, the service implements. All calls come from the run's strand, one at a
// time. Each awaits until the event is on its way; that wait is the backpressure: the engine reads no more output from
// the sandbox meanwhile. False means that nobody listens any more; the engine then cancels the run.
class RunSink {
 public:
  virtual ~RunSink() = default;
  virtual boost::asio::awaitable<bool> OnQueued(std::uint32_t position) = 0;
  virtual boost::asio::awaitable<bool> OnStarted(StartedInfo info) = 0;
  virtual boost::asio::awaitable<bool> OnOutput(OutputStream stream, std::string bytes,
                                                std::chrono::microseconds offset) = 0;
  // After all output, when the spec has `collect`.
  virtual boost::asio::awaitable<bool> OnFile(FilePiece piece, std::chrono::microseconds offset) = 0;
};

}  // namespace runner
