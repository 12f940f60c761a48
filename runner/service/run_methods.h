#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "runner/engine/engine.h"
#include "runner/service/convert.h"
#include "runner/service/rpc_server.h"

namespace runner {

struct RunMethodsConfig {
  std::string version;
  std::string default_image;
  std::string default_policy;
  // What the requests of all live calls may hold together; a call beyond it is refused with RESOURCE_EXHAUSTED.
  std::size_t max_request_bytes = std::size_t{512} << 20;
  // How long a client may take to send its request.
  std::chrono::seconds request_timeout{60};
  // How long after a run's wall time its client may take to read what is left of the stream. Until it has, the run
  // occupies a place; then the call is cancelled.
  std::chrono::seconds reading_grace{30};
};

// The methods of runner.v1.Runner: each call is one coroutine.
//
// Thread: that of `executor`, which is also the engine's. Must outlive its calls; borrows `engine`.
class RunMethods {
 public:
  RunMethods(boost::asio::any_io_executor executor, Engine& engine, RunMethodsConfig config);

  // Adds Run, RunInteractive and GetServerInfo.
  void AddMethods(Methods& methods);

  // From now on runs are refused with UNAVAILABLE.
  void Refuse() { refusing_ = true; }
  // Calls of Run and RunInteractive that have not been answered to the end.
  [[nodiscard]] std::size_t live_runs() const { return live_runs_; }

 private:
  enum class Kind { kRun, kInteractive };

  [[nodiscard]] boost::asio::awaitable<void> Serve(std::shared_ptr<Call> call, Kind kind);
  [[nodiscard]] boost::asio::awaitable<void> Execute(std::shared_ptr<Call> call, RunSpec spec);
  [[nodiscard]] boost::asio::awaitable<void> GetServerInfo(std::shared_ptr<Call> call);
  // Why no run can begin now; OK when one can.
  [[nodiscard]] grpc::Status Admit(const Call& call) const;

  boost::asio::any_io_executor executor_;
  Engine& engine_;
  RunMethodsConfig config_;
  Offer offer_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  bool refusing_ = false;
  std::size_t live_runs_ = 0;
  std::size_t request_bytes_ = 0;
};

}  // namespace runner
