#include "runner/service/grade_methods.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "runner/base/new_id.h"
#include "runner/sandbox/text.h"
#include "runner/service/grade_convert.h"
#include "runner/service/parse.h"
#include "runner/service/run_log.h"
#include "runner/service/status.h"

namespace runner {
namespace {

namespace asio = boost::asio;
using Violations = std::vector<FieldViolation>;

// How long a client may take to read an event. The cases of one that has stopped reading hold no sandbox, but memory.
constexpr std::chrono::seconds kReadingTime{30};

// Writes the events of one grade to its call, and a line of the log for each run. Lives on the stack of the call's coroutine.
class GradeCallSink final : public GradeSink {
 public:
  GradeCallSink(Call& call, const GradePlan& plan) : call_(call), plan_(plan) {}

  asio::awaitable<bool> OnTest(std::uint32_t case_index, std::uint32_t attempt, TestResult test) override {
    const Visibility visibility = plan_.cases[case_index].visibility;
    return Write(TestEvent(case_index, attempt, std::move(test), visibility));
  }
  asio::awaitable<bool> OnResult(CaseResult result) override { return Write(CaseEvent(std::move(result))); }
  void OnRun(std::uint32_t case_index, const RunSpec& spec, const RunOutcome& outcome) override {
    const RunLog log(spec, "grade=" + plan_.grade_id + " case=" + std::to_string(case_index));
    if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
      log.Ended(RefusalStatus(*refusal));
    } else {
      log.Ended(std::get<RunResult>(outcome));
    }
  }

  asio::awaitable<bool> Write(v1::GradeEvent event) {
    call_.CancelAfter(kReadingTime);
    const bool written = co_await call_.Write(event);
    call_.CancelAfter(std::nullopt);
    co_return written;
  }

 private:
  Call& call_;
  const GradePlan& plan_;
};

// On a thread of its own: with thousands of cases, each with patterns to compile, it takes seconds in which runs need theirs.
asio::awaitable<void> Convert(grpc::ByteBuffer* bytes, const Offer* offer, std::variant<GradePlan, Violations>* to) {
  v1::GradeRequest request;
  if (auto violation = ParseMessage(*bytes, request)) {
    *to = Violations{std::move(*violation)};
  } else {
    *to = ToGradePlan(std::move(request), *offer);
  }
  bytes->Clear();
  co_return;
}

std::string Names(const GradePlan& plan) {
  std::string names = "grade " + plan.grade_id;
  if (!plan.tenant.empty()) names += " tenant=" + plan.tenant;
  names += " image=" + plan.image + " policy=" + plan.policy;
  for (const auto& [key, value] : plan.labels) names += " label." + Quote(key) + "=" + Quote(value);
  return names;
}

void LogEnd(const GradePlan& plan, const GradeTotal& total, bool cancelled) {
  spdlog::info("{} {}passed={} failed={} flaky={} skipped={} errors={} wall_ms={} cpu_ms={}", Names(plan),
               cancelled ? "cancelled " : "", total.passed, total.failed, total.flaky, total.skipped, total.errors,
               total.wall_time.count() / 1000, total.cpu_time.count() / 1000);
}

}  // namespace

GradeMethods::GradeMethods(Grader& grader, Intake& intake, Offer offer)
    : grader_(grader), intake_(intake), offer_(std::move(offer)) {}

void GradeMethods::AddMethods(Methods& methods) {
  methods["/runner.v1.Runner/Grade"] = [this](std::shared_ptr<Call> call) { return Serve(std::move(call)); };
}

asio::awaitable<void> GradeMethods::Serve(std::shared_ptr<Call> call) {
  std::optional<Intake::Request> taken = co_await intake_.Take(call);
  if (!taken) co_return;
  std::variant<GradePlan, Violations> converted;
  co_await asio::co_spawn(converting_, Convert(&taken->bytes, &offer_, &converted), asio::use_awaitable);
  if (const auto* violations = std::get_if<Violations>(&converted)) {
    (void)co_await call->Finish(InvalidArgument(*violations));
    co_return;
  }
  co_await Execute(std::move(call), std::move(std::get<GradePlan>(converted)));
}

asio::awaitable<void> GradeMethods::Execute(std::shared_ptr<Call> call, GradePlan plan) {
  if (plan.grade_id.empty()) plan.grade_id = NewId();
  // The deadline may have passed while a long request was on its way: then nothing is started.
  const grpc::Status late = intake_.Admit(*call);
  if (!late.ok()) {
    (void)co_await call->Finish(late);
    co_return;
  }
  auto control = std::make_shared<GradeControl>();
  const std::function<void()> cancel = [control] { control->Cancel(); };
  call->OnCancelled(cancel);
  GradeCallSink sink(*call, plan);
  const bool heard = co_await sink.Write(GradeStartedEvent(plan, grader_.Parallel(plan)));
  if (!heard) control->Cancel();
  const GradeTotal total = co_await grader_.Grade(plan, sink, control);
  LogEnd(plan, total, control->cancelled());
  if (control->cancelled()) {
    const grpc::Status cancelled(grpc::StatusCode::CANCELLED, "the call was cancelled");
    (void)co_await call->Finish(cancelled);
    co_return;
  }
  // As for every event: who has stopped reading must not keep the call.
  call->CancelAfter(kReadingTime);
  (void)co_await call->WriteAndFinish(GradeTotalEvent(total, plan.grade_id));
  call->CancelAfter(std::nullopt);
}

}  // namespace runner
