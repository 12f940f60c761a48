#include "runner/daemon/lifetime.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "runner/daemon/notify.h"
#include "runner/daemon/startup.h"

namespace runner {
namespace {

namespace asio = boost::asio;

// How long live runs may go on after the first signal. Longer ones see the verdict CANCELLED.
constexpr std::chrono::seconds kDrain{5};
// How long cancelled runs may take to end and clients to read their results. Only who does not read makes us wait so long.
constexpr std::chrono::seconds kReading{4};

}  // namespace

Lifetime::Lifetime(asio::io_context& io, Engine& engine, Service& service)
    : io_(io), engine_(engine), service_(service), signals_(io) {}

void Lifetime::Start() {
  signals_.add(SIGTERM);
  signals_.add(SIGINT);
  asio::co_spawn(io_, WatchSignals(), asio::detached);
  asio::co_spawn(io_, WatchLauncher(), asio::detached);
}

asio::awaitable<void> Lifetime::WatchSignals() {
  int signal = co_await signals_.async_wait(asio::use_awaitable);
  spdlog::info("stopping: signal {}; runs have {} s to end, a second signal ends them now", signal, kDrain.count());
  asio::co_spawn(io_, Stop(0, kDrain), asio::detached);
  signal = co_await signals_.async_wait(asio::use_awaitable);
  // The launcher sees its socket close and kills every sandbox.
  ::_exit(128 + signal);
}

asio::awaitable<void> Lifetime::WatchLauncher() {
  co_await engine_.LauncherLost();
  if (stopping_) co_return;
  spdlog::error("the launcher is gone, and only root could start another: ending");
  co_await Stop(kExitSoftware, std::chrono::milliseconds(0));
}

asio::awaitable<void> Lifetime::Stop(int exit_code, std::chrono::milliseconds drain) {
  if (stopping_) co_return;
  stopping_ = true;
  exit_code_ = exit_code;
  NotifySupervisor("STOPPING=1");
  co_await service_.Drain(drain);
  // Beside each other: a run that is cancelled may still wait for a client that does not read, and that wait ends when
  // the service cancels the call.
  using asio::experimental::awaitable_operators::operator&&;
  co_await (engine_.Stop() && service_.Stop(kReading));
  io_.stop();
}

}  // namespace runner
