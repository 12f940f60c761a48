#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace runner::ctl {

// While one exists, SIGINT and SIGTERM cancel instead of killing:
//   the first calls `on_cancel` with its number, and, if the object still exists two seconds later, `on_overdue`;
//   the second ends this process at once with 128 + its number, unless it comes within 250 ms and so is the same wish.
// Both functions run on a thread of this object's; they must not block. The destructor stops that thread and waits for
// it; the signals stay blocked, and one that comes then is for the next object.
class CancelSignals {
 public:
  // Blocks both signals in this thread and those it makes. To be called before any thread is made, gRPC's included: a
  // thread that does not block them would take them, and they would kill.
  static void Block();

  CancelSignals(std::function<void(int)> on_cancel, std::function<void()> on_overdue);
  ~CancelSignals();
  CancelSignals(const CancelSignals&) = delete;
  CancelSignals& operator=(const CancelSignals&) = delete;

  // The number of the signal that came; 0: none has. Any thread.
  [[nodiscard]] int received() const { return received_; }

 private:
  void Watch();

  std::function<void(int)> on_cancel_;
  std::function<void()> on_overdue_;
  std::atomic<int> received_ = 0;
  int signal_fd_ = -1;
  int stop_fd_ = -1;
  std::thread watcher_;
};

}  // namespace runner::ctl
