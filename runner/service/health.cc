#include "runner/service/health.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <string>
#include <utility>

#include "grpc/health/v1/health.pb.h"
#include "runner/sandbox/text.h"
#include "runner/service/parse.h"
#include "runner/service/status.h"

namespace runner {
namespace {

namespace asio = boost::asio;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

bool IsKnown(const std::string& service) { return service.empty() || service == "runner.v1.Runner"; }

HealthCheckResponse Response(HealthCheckResponse::ServingStatus status) {
  HealthCheckResponse response;
  response.set_status(status);
  return response;
}

// Reads the request of a call; nullopt where there is no valid one, and then the call has been finished.
asio::awaitable<std::optional<HealthCheckRequest>> ReadRequest(std::shared_ptr<Call> call) {
  grpc::ByteBuffer bytes;
  HealthCheckRequest request;
  std::optional<FieldViolation> violation;
  if (co_await call->Read(bytes)) {
    violation = ParseMessage(bytes, request);
  } else {
    violation = FieldViolation{"", "the call ended before its request"};
  }
  if (!violation.has_value()) co_return request;
  (void)co_await call->Finish(InvalidArgument(*violation));
  co_return std::nullopt;
}

}  // namespace

Health::Health(asio::any_io_executor executor) : executor_(std::move(executor)) {}

void Health::AddMethods(Methods& methods) {
  methods["/grpc.health.v1.Health/Check"] = [this](std::shared_ptr<Call> call) { return Check(std::move(call)); };
  methods["/grpc.health.v1.Health/Watch"] = [this](std::shared_ptr<Call> call) { return Watch(std::move(call)); };
}

void Health::SetServing(bool serving) {
  serving_ = serving;
  WakeWatchers();
}

void Health::ShutDown() {
  shut_down_ = true;
  SetServing(false);
}

void Health::WakeWatchers() {
  for (asio::steady_timer* watcher : watchers_) watcher->cancel();
}

asio::awaitable<void> Health::Check(std::shared_ptr<Call> call) {
  const auto request = co_await ReadRequest(call);
  if (!request.has_value()) co_return;
  if (IsKnown(request->service())) {
    (void)co_await call->WriteAndFinish(
        Response(serving_ ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING));
  } else {
    const grpc::Status not_found(grpc::StatusCode::NOT_FOUND, "there is no service " + Quote(request->service()));
    (void)co_await call->Finish(not_found);
  }
}

asio::awaitable<void> Health::Watch(std::shared_ptr<Call> call) {
  const auto request = co_await ReadRequest(call);
  if (!request.has_value()) co_return;
  const bool known = IsKnown(request->service());
  asio::steady_timer wake(executor_, asio::steady_timer::time_point::max());
  struct Registration {
    std::set<asio::steady_timer*>& watchers;
    asio::steady_timer* wake;
    Registration(std::set<asio::steady_timer*>& set, asio::steady_timer* timer) : watchers(set), wake(timer) {
      watchers.insert(wake);
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration() { watchers.erase(wake); }
  };
  const Registration registration(watchers_, &wake);
  const std::function<void()> on_cancelled = [&wake] { wake.cancel(); };
  call->OnCancelled(on_cancelled);

  auto told = HealthCheckResponse::UNKNOWN;
  while (!call->cancelled() && !shut_down_) {
    const auto status = !known     ? HealthCheckResponse::SERVICE_UNKNOWN
                        : serving_ ? HealthCheckResponse::SERVING
                                   : HealthCheckResponse::NOT_SERVING;
    if (status != told) {
      told = status;
      if (!co_await call->Write(Response(status))) break;
      continue;  // it may have changed, or the client gone, while that was written
    }
    (void)co_await wake.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  const grpc::Status stopping(grpc::StatusCode::UNAVAILABLE, "runnerd is stopping");
  (void)co_await call->Finish(stopping);
}

}  // namespace runner
