#include "runner/service/run_methods.h"

#include <spdlog/spdlog.h>

#include <optional>
#include <utility>
#include <variant>

#include "runner/base/new_id.h"
#include "runner/service/call_sink.h"
#include "runner/service/interactive_input.h"
#include "runner/service/parse.h"
#include "runner/service/run_log.h"
#include "runner/service/status.h"

namespace runner {
namespace {

namespace asio = boost::asio;
using Violations = std::vector<FieldViolation>;

// Ends the input of a run with the run, however the run's coroutine is left.
class InputOfRun {
 public:
  InputOfRun(const asio::any_io_executor& executor, const std::shared_ptr<Call>& call,
             const std::shared_ptr<RunControl>& control, bool terminal)
      : input_(std::make_shared<InteractiveInput>(executor, call, control, terminal)) {
    input_->Start();
  }
  InputOfRun(const InputOfRun&) = delete;
  InputOfRun& operator=(const InputOfRun&) = delete;
  ~InputOfRun() { input_->End(); }

  [[nodiscard]] const std::optional<grpc::Status>& error() const { return input_->error(); }

 private:
  std::shared_ptr<InteractiveInput> input_;
};

// The RunRequest in a client's first message.
std::optional<FieldViolation> ParseRequest(const grpc::ByteBuffer& bytes, bool interactive, v1::RunRequest& request) {
  if (!interactive) return ParseMessage(bytes, request);
  v1::RunInput input;
  if (auto violation = ParseMessage(bytes, input)) return violation;
  if (!input.has_start()) return FieldViolation{"start", "the first message must be start"};
  request.Swap(input.mutable_start());
  return std::nullopt;
}

}  // namespace

RunMethods::RunMethods(asio::any_io_executor executor, Engine& engine, Intake& intake, RunMethodsConfig config)
    : executor_(std::move(executor)),
      engine_(engine),
      intake_(intake),
      config_(std::move(config)),
      offer_{engine.images(), engine.policies(), config_.default_image, config_.default_policy} {}

void RunMethods::AddMethods(Methods& methods) {
  methods["/runner.v1.Runner/Run"] = [this](std::shared_ptr<Call> call) { return Serve(std::move(call), Kind::kRun); };
  methods["/runner.v1.Runner/RunInteractive"] = [this](std::shared_ptr<Call> call) {
    return Serve(std::move(call), Kind::kInteractive);
  };
  methods["/runner.v1.Runner/GetServerInfo"] = [this](std::shared_ptr<Call> call) {
    return GetServerInfo(std::move(call));
  };
}

asio::awaitable<void> RunMethods::Serve(std::shared_ptr<Call> call, Kind kind) {
  std::optional<Intake::Request> taken = co_await intake_.Take(call);
  if (!taken) co_return;
  v1::RunRequest request;
  std::variant<RunSpec, Violations> converted;
  if (auto violation = ParseRequest(taken->bytes, kind == Kind::kInteractive, request)) {
    converted = Violations{std::move(*violation)};
  } else {
    converted = ToRunSpec(std::move(request), offer_, kind == Kind::kInteractive);
  }
  taken->bytes.Clear();
  request.Clear();
  if (const auto* violations = std::get_if<Violations>(&converted)) {
    (void)co_await call->Finish(InvalidArgument(*violations));
    co_return;
  }
  co_await Execute(std::move(call), std::move(std::get<RunSpec>(converted)));
}

asio::awaitable<void> RunMethods::Execute(std::shared_ptr<Call> call, RunSpec spec) {
  if (spec.run_id.empty()) spec.run_id = NewId();
  const RunNames names{spec.run_id, spec.image, spec.policy};
  RunLog log(spec);

  // The deadline may have passed while a long request was on its way: then nothing is started.
  const grpc::Status late = intake_.Admit(*call);
  if (!late.ok()) {
    log.Ended(late);
    (void)co_await call->Finish(late);
    co_return;
  }

  auto control = std::make_shared<RunControl>(executor_);
  const std::function<void()> cancel = [control] { control->Cancel(); };
  call->OnCancelled(cancel);
  std::optional<InputOfRun> input;
  if (spec.stdin_stays_open) input.emplace(executor_, call, control, spec.terminal.has_value());
  CallSink sink(*call, names, spec.limits.wall_time + config_.reading_grace);
  const RunOutcome outcome = co_await engine_.Run(std::move(spec), sink, control);

  if (input.has_value() && input->error().has_value()) {
    log.Ended(*input->error());
    (void)co_await call->Finish(*input->error());
  } else if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
    const grpc::Status refused = RefusalStatus(*refusal);
    log.Ended(refused);
    (void)co_await call->Finish(refused);
  } else {
    const auto& result = std::get<RunResult>(outcome);
    log.Ended(result);
    (void)co_await call->WriteAndFinish(ResultEvent(result, names));
  }
}

asio::awaitable<void> RunMethods::GetServerInfo(std::shared_ptr<Call> call) {
  call->CancelAfter(intake_.request_timeout());
  grpc::ByteBuffer bytes;
  v1::GetServerInfoRequest request;
  std::optional<FieldViolation> violation;
  if (co_await call->Read(bytes)) {
    violation = ParseMessage(bytes, request);
  } else {
    violation = FieldViolation{"", "the call ended before its request"};
  }
  if (violation.has_value()) {
    (void)co_await call->Finish(InvalidArgument(*violation));
    co_return;
  }
  ServerFacts facts;
  facts.version = config_.version;
  facts.layers = engine_.layers();
  facts.cgroup_version = engine_.cgroup_version();
  facts.status = engine_.status();
  facts.uptime = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - started_);
  (void)co_await call->WriteAndFinish(ToServerInfo(offer_, facts));
}

}  // namespace runner
