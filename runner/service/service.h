#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "runner/base/error.h"
#include "runner/engine/engine.h"
#include "runner/grading/grader.h"
#include "runner/service/intake.h"
#include "runner/service/rpc_server.h"
#include "runner/service/run_methods.h"

namespace runner {

struct ServiceConfig {
  RunMethodsConfig runs;
  IntakeConfig intake;
  GraderConfig grader;
  RpcServerConfig server;

  // Sets the size of the largest request, and makes sure that the other bounds leave room for a few of them.
  void SetMaxMessage(std::size_t bytes);
};

// The gRPC service: runner.v1.Runner, health and reflection, in front of one engine.
//
// Thread: everything, construction and destruction included, on the thread that runs `io`; the completion queue's thread
// inside only posts. Borrows `engine`, which must outlive it.
class Service {
 public:
  Service(boost::asio::io_context& io, Engine& engine, ServiceConfig config);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  // Only before Start(), after it failed, or after Stop() has completed.
  ~Service();

  // Serves, and says so to health checks.
  [[nodiscard]] Result<void> Start(std::vector<Listener> listeners);

  // NOT_SERVING; new runs are refused with UNAVAILABLE. Returns when no run is going on, or after `grace`.
  [[nodiscard]] boost::asio::awaitable<void> Drain(std::chrono::milliseconds grace);

  // Ends everything: refuses calls, cancels after `grace` those that are left, and returns when none is. The runs among
  // them must be on their way to their end: stop the engine at the same time. Once, after Start() succeeded.
  [[nodiscard]] boost::asio::awaitable<void> Stop(std::chrono::milliseconds grace);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace runner
