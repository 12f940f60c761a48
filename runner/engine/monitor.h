#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "runner/engine/collector.h"
#include "runner/engine/output_end.h"
#include "runner/engine/run_control.h"
#include "runner/engine/run_io.h"
#include "runner/engine/run_result.h"
#include "runner/engine/sandbox.h"
#include "runner/engine/trace.h"

namespace runner {

// Supervises one run in one sandbox: its clocks, counters, pipes and events. The first cause of the end is final, with
// two exceptions that make verdicts repeatable: a program that ended by itself is still judged by the output it left in
// the pipes and by the CPU time it turns out to have used. One thread; lives on the stack of Engine::Run.
class Monitor {
 public:
  Monitor(boost::asio::io_context& io, Sandbox& sandbox, const RunSpec& spec, ProgramStrings program,
          std::uint32_t cpu_millicores, RunSink& sink, RunControl& control, Trace& trace);
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;
  ~Monitor() = default;

  // Starts the program and returns when it has ended, all of its output and the files it was to leave have been delivered,
  // and no process is left.
  // `info` is passed to the sink's OnStarted.
  [[nodiscard]] boost::asio::awaitable<RunResult> Supervise(StartedInfo info);
  // What the program wrote to stderr, or to its terminal, last, as far as it was delivered. Valid as long as this is.
  [[nodiscard]] std::string_view stderr_end() const { return stderr_end_.text(); }
  // Whether the program got as far as that; false after a set-up that failed.
  [[nodiscard]] bool started() const { return started_.has_value(); }

 private:
  using Clock = std::chrono::steady_clock;

  struct Stream {
    OutputStream which;
    const char* name;
    boost::asio::posix::stream_descriptor& pipe;
    std::uint64_t seen = 0;       // bytes the program wrote, as far as read
    std::uint64_t delivered = 0;  // bytes given to the sink, at most the limit
    bool over_limit = false;
  };

  // Each runs beside the others until it has nothing more to do; Supervise waits for all.
  boost::asio::awaitable<void> SendProgram();
  boost::asio::awaitable<void> ReadEvents();
  boost::asio::awaitable<void> Announce();
  boost::asio::awaitable<void> ReadOutput(Stream& stream);
  boost::asio::awaitable<void> FeedInput();
  boost::asio::awaitable<void> WatchSetup();
  boost::asio::awaitable<void> WatchWallTime();
  boost::asio::awaitable<void> WatchCpuTime();
  boost::asio::awaitable<void> WatchMemory();
  boost::asio::awaitable<void> WatchQuiet();
  boost::asio::awaitable<bool> WriteInput(std::string_view bytes);
  void WatchWindow();
  // Keeps the end of what may be an error message of Node's.
  void Remember(const Stream& stream, std::string_view bytes);

  void Spawn(boost::asio::awaitable<void> part);
  boost::asio::awaitable<void> RunPart(boost::asio::awaitable<void> part);
  void OnEvent(const launcher::InitEvent& event);
  void OnProgramStarted();
  void OnInitGone();
  // Makes `verdict` the fate of the run unless it has one, and kills the sandbox.
  void Decide(Verdict verdict);
  void DecideLimit(Verdict verdict, LimitReport limit);
  void Settle(RunResult& result);
  boost::asio::awaitable<void> Collect();
  void Cancel();
  [[nodiscard]] bool Collects() const { return !spec_.collect.empty(); }
  // So that what it has left in the workspace is of use.
  [[nodiscard]] bool EndedByItself() const;
  [[nodiscard]] std::chrono::microseconds Elapsed() const;

  boost::asio::io_context& io_;
  Sandbox& sandbox_;
  const RunSpec& spec_;
  ProgramStrings program_;
  std::uint32_t cpu_millicores_;
  RunSink& sink_;
  RunControl& control_;
  Trace& trace_;
  StartedInfo info_;

  Stream stdout_;
  Stream stderr_;
  OutputEnd stderr_end_;
  std::optional<Clock::time_point> started_;
  std::optional<Clock::time_point> ended_;
  bool decided_ = false;
  RunResult result_;
  std::uint32_t processes_peak_ = 0;
  bool quiet_ = false;        // no process but init is left, which says so when files are to be collected
  bool events_over_ = false;  // init is gone, or quiet
  Collector collector_;

  int parts_ = 0;
  boost::asio::steady_timer parts_done_;  // cancelled when a part ends
  boost::asio::steady_timer setup_timer_;
  boost::asio::steady_timer wall_timer_;
  boost::asio::steady_timer cpu_timer_;
  boost::asio::steady_timer quiet_timer_;
  boost::asio::posix::stream_descriptor memory_events_;
  char typed_last_ = 0;  // of a terminal's input
  bool sink_busy_ = false;
  boost::asio::steady_timer sink_free_;  // cancelled when the sink is free again
};

}  // namespace runner
