#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "runner/base/error.h"
#include "runner/engine/engine.h"
#include "runner/engine/run_observer.h"

namespace runner {

// What Prometheus gets to see of the daemon at http://ADDRESS/metrics, in its text format; docs/operating.md lists every name.
// Labels have the values that the configuration has (images, policies) and closed lists (verdicts, starts, reasons): never what a
// client sends, which would let clients grow the daemon's memory.
//
// Threads: made and destroyed on the engine's thread, and told there of runs. Scrapes come on threads of its own; each looks at the
// engine in a task it posts to `io`, and does without what only the engine knows when that takes longer than a second.
class Metrics final : public RunObserver {
 public:
  explicit Metrics(boost::asio::io_context& io);
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  ~Metrics() override;

  // Listens on "IP:PORT" from now on, until destroyed, which has to be before `engine` is.
  [[nodiscard]] Result<void> Serve(const std::string& address, const Engine& engine);
  // Ends what Serve() began. io.run() need not be going on.
  void Stop();

  void OnResult(const std::string& image, const std::string& policy, const RunResult& result) override;
  void OnRefusal(const Refusal& refusal) override;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // what scrapes look at is watched, not owned, by the library
};

}  // namespace runner
