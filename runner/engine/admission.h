#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "runner/engine/run_control.h"
#include "runner/engine/run_io.h"

namespace runner {

// Who may run now, who waits, who is refused. Bounded: at most `max_running` permits at a time and `max_queued` waiting.
// Fair: when a permit comes free, tenants take turns, and a tenant's own runs go in the order of their arrival. One thread.
class Admission {
 public:
  // Held while a run has a sandbox; given back when destroyed.
  class Permit {
   public:
    explicit Permit(Admission& admission) : admission_(&admission) {}
    Permit(Permit&& other) noexcept : admission_(std::exchange(other.admission_, nullptr)) {}
    Permit& operator=(Permit&&) = delete;
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;
    ~Permit() {
      if (admission_ != nullptr) admission_->Release();
    }

   private:
    Admission* admission_;
  };

  enum class Outcome { kAdmitted, kQueueFull, kStopping, kCancelled };
  struct Answer {
    Outcome outcome = Outcome::kQueueFull;
    std::optional<Permit> permit;  // with kAdmitted
    std::chrono::microseconds queue_time{};
  };

  Admission(boost::asio::io_context& io, std::uint32_t max_running, std::uint32_t max_queued);

  // Waits for a permit. Tells the sink its position when it has to wait, and gives up when the control is cancelled.
  [[nodiscard]] boost::asio::awaitable<Answer> Enter(const std::string& tenant, RunSink& sink, RunControl& control);

  // Refuses everybody, those who wait included.
  void Stop();

  [[nodiscard]] bool stopping() const { return stopping_; }
  [[nodiscard]] std::uint32_t running() const { return running_; }
  [[nodiscard]] std::uint32_t queued() const { return queued_; }
  [[nodiscard]] std::uint32_t max_running() const { return max_running_; }
  [[nodiscard]] std::uint32_t max_queued() const { return max_queued_; }
  // How long a refused caller should wait: the queue's length times what a run has lately taken, 100 ms to 30 s.
  [[nodiscard]] std::chrono::milliseconds RetryAfter() const;

 private:
  struct Waiter {
    explicit Waiter(boost::asio::io_context& io) : woken(io, boost::asio::steady_timer::time_point::max()) {}
    boost::asio::steady_timer woken;
    bool admitted = false;
  };
  using Line = std::deque<Waiter*>;

  void Release();
  // Gives free permits to those who wait, a tenant a turn.
  void Serve();
  void Leave(const std::string& tenant, Waiter* waiter);

  boost::asio::io_context& io_;
  std::uint32_t max_running_;
  std::uint32_t max_queued_;
  std::uint32_t running_ = 0;
  std::uint32_t queued_ = 0;
  bool stopping_ = false;
  std::map<std::string, Line> lines_;  // tenants with somebody waiting
  std::list<std::string> turns_;       // the same tenants, next first
  std::chrono::steady_clock::time_point last_release_{};
  std::chrono::duration<double, std::milli> release_interval_{100};  // smoothed time between two ends
};

}  // namespace runner
