// runnerd: runs JavaScript nobody trusts, for clients over gRPC. Starts as root with one thread, makes what takes root,
// gives root up, and only then becomes a server.

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <optional>

#include "runner/daemon/config.h"
#include "runner/daemon/lifetime.h"
#include "runner/daemon/metrics.h"
#include "runner/daemon/notify.h"
#include "runner/daemon/startup.h"
#include "runner/engine/self_test.h"
#include "runner/service/service.h"

namespace runner {
namespace {

constexpr char kSandboxRemedy[] =
    "\nrunnerd: \"runnerctl doctor\", as root, says what this host lacks and how to mend it; a layer that you accept "
    "to do "
    "without goes into the configuration: without: [LAYER]";

int Fail(int exit_code, const std::string& sentence) {
  std::fprintf(stderr, "runnerd: %s\n", sentence.c_str());
  return exit_code;
}

// stdout is for "ready" alone.
void LogToStderr(const std::string& level) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("runnerd"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  spdlog::set_level(spdlog::level::from_str(level));
}

ServiceConfig ToServiceConfig(const Config& config) {
  ServiceConfig service;
  service.runs.version = RUNNER_VERSION;
  service.runs.default_image = config.default_image;
  service.runs.default_policy = config.default_policy;
  service.SetMaxMessage(config.max_message_bytes);
  return service;
}

// Runs the loop for the self-test alone: a client that connects meanwhile waits in the listener's backlog.
Result<void> TestSandbox(boost::asio::io_context& io, Engine& engine, const Config& config) {
  std::optional<Result<void>> tested;
  boost::asio::co_spawn(io, SelfTest(engine, config.default_image, config.default_policy),
                        [&](const std::exception_ptr& exception, Result<void> result) {
                          if (exception) std::rethrow_exception(exception);
                          tested.emplace(std::move(result));
                        });
  while (!tested) io.run_one();
  engine.ResetRunsTotal();
  return std::move(*tested);
}

int Serve(const Config& config, Prepared prepared) {
  // A sandbox that closes its stdin, and a client that hangs up, are errors of one write.
  std::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context io(1);
  Metrics metrics(io);
  Engine engine(io,
                {.max_running = config.max_running,
                 .max_queued = config.max_queued,
                 .layers = prepared.layers,
                 .uid_count = prepared.run_uids,
                 .pool = {.per_image = config.warm_per_image,
                          .maximum = config.warm_max,
                          .max_idle = std::chrono::milliseconds(config.warm_max_idle_ms)},
                 .observer = &metrics},
                std::move(prepared.images), std::move(prepared.policies), std::move(prepared.cgroups),
                std::move(prepared.launcher));
  if (auto tested = TestSandbox(io, engine, config); !tested) {
    return Fail(kExitSoftware, tested.error().ToString() + kSandboxRemedy);
  }
  if (!config.metrics.empty()) {
    if (auto served = metrics.Serve(config.metrics, engine); !served)
      return Fail(kExitConfig, served.error().ToString());
  }
  Service service(io, engine, ToServiceConfig(config));
  std::vector<std::string> ready;
  std::vector<std::string> paths;
  for (const Listener& listener : prepared.listeners) {
    ready.push_back("ready " + listener.address + "\n");
    if (!listener.path.empty()) paths.push_back(listener.path);
  }
  if (auto started = service.Start(std::move(prepared.listeners)); !started) {
    return Fail(kExitSoftware, started.error().ToString());
  }
  engine.StartPool(config.default_image, config.default_policy);
  Lifetime lifetime(io, engine, service);
  lifetime.Start();
  for (const std::string& line : ready) std::fputs(line.c_str(), stdout);
  std::fflush(stdout);
  NotifySupervisor("READY=1");
  io.run();
  metrics.Stop();
  // Works where the directory is the daemon's; elsewhere the next daemon clears up.
  for (const std::string& path : paths) (void)::unlink(path.c_str());
  return lifetime.exit_code();
}

int Main(int argc, char** argv) {
  auto loaded = LoadConfig(argc, argv);
  if (!loaded) return Fail(kExitConfig, loaded.error().ToString());
  if (const auto* request = std::get_if<ExitRequest>(&*loaded)) {
    std::fputs(request->text.c_str(), request->exit_code == 0 ? stdout : stderr);
    return request->exit_code;
  }
  const Config& config = std::get<Config>(*loaded);
  LogToStderr(config.log_level);
  auto prepared = Prepare(config);
  if (const auto* error = std::get_if<StartError>(&prepared)) return Fail(error->exit_code, error->error.ToString());
  return Serve(config, std::move(std::get<Prepared>(prepared)));
}

}  // namespace
}  // namespace runner

int main(int argc, char** argv) {
  try {
    return runner::Main(argc, argv);
  } catch (const std::exception& exception) {
    return runner::Fail(runner::kExitSoftware, exception.what());
  }
}
