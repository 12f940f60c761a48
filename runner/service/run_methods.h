#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "runner/engine/engine.h"
#include "runner/service/convert.h"
#include "runner/service/intake.h"
#include "runner/service/rpc_server.h"

namespace runner {

struct RunMethodsConfig {
  std::string version;
  std::string default_image;
  std::string default_policy;
  // How long after a run's wall time its client may take to read what is left of the stream. Until it has, the run
  // occupies a place; then the call is cancelled.
  std::chrono::seconds reading_grace{30};
};

// The methods of runner.v1.Runner: each call is one coroutine.
//
// Thread: that of `executor`, which is also the engine's. Must outlive its calls; borrows
// `engine` and `intake`.
class RunMethods {
 public:
  RunMethods(boost::asio::any_io_executor executor, Engine& engine, Intake& intake, RunMethodsConfig config);

  // Adds Run, RunInteractive and GetServerInfo.
  void AddMethods(Methods& methods);

 private:
  enum class Kind { kRun, kInteractive };

  [[nodiscard]] boost::asio::awaitable<void> Serve(std::shared_ptr<Call> call, Kind kind);
  [[nodiscard]] boost::asio::awaitable<void> Execute(std::shared_ptr<Call> call, RunSpec spec);
  [[nodiscard]] boost::asio::awaitable<void> GetServerInfo(std::shared_ptr<Call> call);

  boost::asio::any_io_executor executor_;
  Engine& engine_;
  Intake& intake_;
  RunMethodsConfig config_;
  Offer offer_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace runner
