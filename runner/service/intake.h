#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "runner/engine/engine.h"
#include "runner/service/call.h"

namespace runner {

struct IntakeConfig {
  // What the requests of all live calls may hold together; a call beyond it is refused with RESOURCE_EXHAUSTED.
  std::size_t max_request_bytes = std::size_t{512} << 20;
  // How long a client may take to send its request.
  std::chrono::seconds request_timeout{60};
};

// Takes in the requests of calls that start something: counts them, bounds what they hold, and refuses what there is no
// place for. Thread: the engine's. Must outlive its calls; borrows `engine`.
class Intake {
 public:
  // Adds to a counter for as long as it lives.
  class Counted {
   public:
    Counted() = default;
    Counted(std::size_t& counter, std::size_t amount) : counter_(&counter), amount_(amount) { *counter_ += amount_; }
    Counted(Counted&& other) noexcept : counter_(std::exchange(other.counter_, nullptr)), amount_(other.amount_) {}
    Counted& operator=(Counted&& other) noexcept {
      std::swap(counter_, other.counter_);
      std::swap(amount_, other.amount_);
      return *this;
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() {
      if (counter_ != nullptr) *counter_ -= amount_;
    }

   private:
    std::size_t* counter_ = nullptr;
    std::size_t amount_ = 0;
  };

  // A call's first message. Keep it, its bytes cleared or not, until the call has been answered.
  struct Request {
    grpc::ByteBuffer bytes;
    Counted live;
    Counted reserved;
  };

  Intake(Engine& engine, IntakeConfig config) : engine_(engine), config_(config) {}
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

  // nullopt: the call was refused, and has been answered.
  [[nodiscard]] boost::asio::awaitable<std::optional<Request>> Take(std::shared_ptr<Call> call);
  // Why nothing can begin for this call now; OK when it can. A request may have been long on its way: ask again before the
  // start.
  [[nodiscard]] grpc::Status Admit(const Call& call) const;

  // From now on calls are refused with UNAVAILABLE.
  void Refuse() { refusing_ = true; }
  // Calls that have not been answered to the end.
  [[nodiscard]] std::size_t live_calls() const { return live_calls_; }
  [[nodiscard]] std::chrono::seconds request_timeout() const { return config_.request_timeout; }

 private:
  Engine& engine_;
  IntakeConfig config_;
  bool refusing_ = false;
  std::size_t live_calls_ = 0;
  std::size_t request_bytes_ = 0;
};

}  // namespace runner
