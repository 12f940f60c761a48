#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>

#include "runner/engine/engine.h"
#include "runner/service/service.h"

namespace runner {

// What ends the daemon: SIGTERM or SIGINT (exit code 0, after live runs had a moment to end; a second signal exits at
// once), or the loss of the launcher (kExitSoftware). Stops service and engine, then `io`. On the thread that runs `io`.
class Lifetime {
 public:
  Lifetime(boost::asio::io_context& io, Engine& engine, Service& service);

  // Begins to watch. A signal that comes from now on is not lost, even if `io` does not run yet.
  void Start();
  // For main to return, once io.run() has.
  [[nodiscard]] int exit_code() const { return exit_code_; }

 private:
  [[nodiscard]] boost::asio::awaitable<void> WatchSignals();
  [[nodiscard]] boost::asio::awaitable<void> WatchLauncher();
  [[nodiscard]] boost::asio::awaitable<void> Stop(int exit_code, std::chrono::milliseconds drain);

  boost::asio::io_context& io_;
  Engine& engine_;
  Service& service_;
  boost::asio::signal_set signals_;
  bool stopping_ = false;
  int exit_code_ = 0;
};

}  // namespace runner
