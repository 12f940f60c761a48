#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include "runner/engine/pool.h"
#include "runner/engine/run_control.h"
#include "runner/engine/run_io.h"
#include "runner/engine/run_observer.h"
#include "runner/engine/run_result.h"
#include "runner/launcher/protocol.h"
#include "runner/sandbox/cgroup.h"
#include "runner/sandbox/image.h"
#include "runner/sandbox/launcher_process.h"
#include "runner/sandbox/policy.h"
#include "runner/sandbox/run_spec.h"

namespace runner {

struct EngineConfig {
  std::uint32_t max_running = 4;
  std::uint32_t max_queued = 256;
  std::uint32_t layers = launcher::kAllLayers;  // as the launcher was started with
  std::uint32_t uid_count = 0;                  // as the launcher was started with
  PoolConfig pool;
  RunObserver* observer = nullptr;  // may be null
};

// No run was started: the queue is full, or the daemon is stopping. Not a verdict.
struct Refusal {
  enum class Reason { kQueueFull, kStopping, kLauncherLost };
  Reason reason = Reason::kQueueFull;
  std::string message;
  std::chrono::milliseconds retry_after{};
};

using RunOutcome = std::variant<RunResult, Refusal>;

struct EngineStatus {
  std::uint32_t running = 0;
  std::uint32_t running_maximum = 0;
  std::uint32_t queued = 0;
  std::uint32_t queued_maximum = 0;
  std::uint64_t runs_total = 0;
  PoolStatus pool;
};

// Runs snippets: admission, sandbox, supervision, result.
//
// Thread: everything, construction and destruction included, happens on the one thread that runs `io`. There are no
// locks and no strands because nothing is shared with another thread.
class Engine {
 public:
  using Images = std::map<std::string, Image>;
  using Policies = std::map<std::string, Policy>;

  // `images` must be in the order in which their roots were given to the launcher (a map's own order).
  Engine(boost::asio::io_context& io, EngineConfig config, Images images, Policies policies,
         std::unique_ptr<CgroupTree> cgroups, LauncherProcess launcher);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  // Only after Stop() has completed and every Run() has returned.
  ~Engine();

  [[nodiscard]] const Images& images() const;
  [[nodiscard]] const Policies& policies() const;
  [[nodiscard]] std::uint32_t layers() const;
  [[nodiscard]] int cgroup_version() const;
  [[nodiscard]] EngineStatus status() const;
  // Starts the pool with sandboxes for this image and policy; later ones follow what is asked for.
  void StartPool(const std::string& image, const std::string& policy);
  // What ran until now was the daemon trying itself, and is nobody's run.
  void ResetRunsTotal();
  // False once the launcher is gone or Stop() was called: no run can start any more.
  [[nodiscard]] bool serving() const;

  // Runs one valid spec to its end. `sink` must live until this returns. The RunResult always comes, on every failure
  // path, and when it comes the sandbox is gone: no process, no cgroup, no mount is left of it.
  [[nodiscard]] boost::asio::awaitable<RunOutcome> Run(RunSpec spec, RunSink& sink,
                                                       std::shared_ptr<RunControl> control);

  // Refuses new runs, cancels the live ones and returns when all have ended.
  [[nodiscard]] boost::asio::awaitable<void> Stop();

  // Completes when the launcher is lost (never, in a healthy daemon). The daemon should then end: only a process that
  // was started with root's rights can start another launcher.
  [[nodiscard]] boost::asio::awaitable<void> LauncherLost();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace runner
