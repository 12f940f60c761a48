#include "runner/service/intake.h"

#include <string>

#include "runner/service/status.h"

namespace runner {

namespace asio = boost::asio;

namespace {

// More calls than the engine can run and queue are refused before their requests are read.
constexpr std::size_t kSpareCalls = 64;

}  // namespace

grpc::Status Intake::Admit(const Call& call) const {
  if (call.DeadlinePassed()) return {grpc::StatusCode::DEADLINE_EXCEEDED, "the deadline has passed"};
  if (call.cancelled()) return {grpc::StatusCode::CANCELLED, "the call was cancelled"};
  if (refusing_) return Unavailable("runnerd is stopping", std::chrono::seconds(1));
  return grpc::Status::OK;
}

asio::awaitable<std::optional<Intake::Request>> Intake::Take(std::shared_ptr<Call> call) {
  Request request;
  request.live = Counted(live_calls_, 1);
  grpc::Status status = Admit(*call);
  const EngineStatus engine = engine_.status();
  if (status.ok() && live_calls_ > kSpareCalls + engine.running_maximum + engine.queued_maximum) {
    status =
        ResourceExhausted(std::to_string(live_calls_ - 1) + " calls are going on, which is as many as there may be",
                          "calls", std::chrono::seconds(1));
  }
  if (!status.ok()) {
    (void)co_await call->Finish(status);
    co_return std::nullopt;
  }

  call->CancelAfter(config_.request_timeout);
  if (!co_await call->Read(request.bytes)) {
    const FieldViolation nothing{"", "the call ended before its request"};
    (void)co_await call->Finish(InvalidArgument(nothing));
    co_return std::nullopt;
  }
  call->CancelAfter(std::nullopt);

  const std::size_t size = request.bytes.Length();
  if (request_bytes_ + size > config_.max_request_bytes) {
    status = ResourceExhausted(
        "the requests being served fill " + std::to_string(config_.max_request_bytes) + " bytes, which is all they may",
        "request_bytes", std::chrono::seconds(1));
    (void)co_await call->Finish(status);
    co_return std::nullopt;
  }
  request.reserved = Counted(request_bytes_, size);
  co_return request;
}

}  // namespace runner
