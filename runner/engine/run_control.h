#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runner/sandbox/terminal.h"

namespace runner {

// What the caller of a run does to it while it waits or runs: input, signals, cancellation. Made by the service, one for
// each run, shared with the engine. All calls on the engine's thread. Every call is allowed at any time, also before
// the start and after the end: what comes early waits, what comes late has no effect.
class RunControl {
 public:
  explicit RunControl(const boost::asio::any_io_executor& executor);

  // Returns when the program's stdin pipe has taken all bytes (that wait is the backpressure towards the caller); false
  // when it never will: stdin was closed, by either side, or the run is over. One call at a time.
  [[nodiscard]] boost::asio::awaitable<bool> WriteStdin(std::string bytes);
  // After what was written. No WriteStdin may follow.
  void CloseStdin();
  // Delivered to the program's main process once it has started.
  void Signal(int number);
  // The window of the run's terminal has another size now; the last one counts. For runs with a terminal.
  void Resize(TerminalSize size);
  // Kills the run. The first cause of the end wins, so this may come too late to be the verdict.
  void Cancel();

  [[nodiscard]] bool cancelled() const { return cancelled_; }

 private:
  friend class Monitor;
  friend class Admission;
  friend class Engine;

  // The engine's side. Notify wakes whoever waits on changed_.
  void Notify();
  void EndInput();

  boost::asio::steady_timer changed_;  // never expires; cancelled to wake the engine's input loop
  boost::asio::steady_timer taken_;    // never expires; cancelled to wake WriteStdin
  std::string pending_;                // bytes handed over and not taken yet
  bool has_pending_ = false;
  bool close_requested_ = false;
  bool input_over_ = false;
  bool cancelled_ = false;
  std::vector<int> signals_;
  std::function<void()> on_cancel_;  // set by the engine; called once, by Cancel()
  std::function<void()> on_signal_;  // set by the engine; called by Signal()
  std::optional<TerminalSize> size_;
  std::function<void()> on_resize_;  // set by the engine; called by Resize()
};

}  // namespace runner
