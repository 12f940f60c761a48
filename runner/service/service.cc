#include "runner/service/service.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "runner/service/grade_methods.h"
#include "runner/service/health.h"

namespace runner {

namespace asio = boost::asio;

void ServiceConfig::SetMaxMessage(std::size_t bytes) {
  server.max_receive_bytes = bytes;
  server.memory_quota_bytes = std::max(server.memory_quota_bytes, 4 * bytes);
  intake.max_request_bytes = std::max(intake.max_request_bytes, 2 * bytes);
}

class Service::Impl {
 public:
  Impl(asio::io_context& io, Engine& engine, ServiceConfig config)
      : health_(io.get_executor()),
        grader_(io, engine, config.grader),
        intake_(engine, config.intake),
        grades_(grader_, intake_, OfferOf(engine, config.runs)),
        runs_(io.get_executor(), engine, intake_, std::move(config.runs)),
        server_(io, config.server, AllMethods()),
        drain_timer_(io) {}

  Result<void> Start(std::vector<Listener> listeners) {
    auto started = server_.Start(std::move(listeners));
    if (started) health_.SetServing(true);
    return started;
  }

  asio::awaitable<void> Drain(std::chrono::milliseconds grace) {
    health_.SetServing(false);
    Refuse();
    const auto deadline = std::chrono::steady_clock::now() + grace;
    // Those who watch the health hear of it before their stream ends.
    drain_timer_.expires_after(std::chrono::milliseconds(50));
    (void)co_await drain_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    while (intake_.live_calls() > 0 && std::chrono::steady_clock::now() < deadline) {
      // Once in a daemon's life: no notification is worth its code.
      drain_timer_.expires_at(std::min(deadline, std::chrono::steady_clock::now() + std::chrono::milliseconds(10)));
      (void)co_await drain_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }

  asio::awaitable<void> Stop(std::chrono::milliseconds grace) {
    Refuse();
    health_.ShutDown();
    co_await server_.Stop(grace);
  }

 private:
  static Offer OfferOf(const Engine& engine, const RunMethodsConfig& config) {
    return {engine.images(), engine.policies(), config.default_image, config.default_policy};
  }

  void Refuse() {
    intake_.Refuse();
    grader_.Refuse();
  }

  Methods AllMethods() {
    Methods methods;
    health_.AddMethods(methods);
    grades_.AddMethods(methods);
    runs_.AddMethods(methods);
    return methods;
  }

  Health health_;
  Grader grader_;
  Intake intake_;
  GradeMethods grades_;
  RunMethods runs_;
  RpcServer server_;
  asio::steady_timer drain_timer_;
};

Service::Service(asio::io_context& io, Engine& engine, ServiceConfig config)
    : impl_(std::make_unique<Impl>(io, engine, std::move(config))) {}

Service::~Service() = default;

Result<void> Service::Start(std::vector<Listener> listeners) { return impl_->Start(std::move(listeners)); }

asio::awaitable<void> Service::Drain(std::chrono::milliseconds grace) { return impl_->Drain(grace); }

asio::awaitable<void> Service::Stop(std::chrono::milliseconds grace) { return impl_->Stop(grace); }

}  // namespace runner
