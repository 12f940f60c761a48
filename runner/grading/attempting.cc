#include "runner/grading/attempting.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "runner/base/new_id.h"
#include "runner/grading/capture_sink.h"

namespace runner {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long a run waits for a place in the queue, not in it: longer than any backlog of the longest runs is likely to be.
constexpr std::chrono::minutes kPatience{15};
constexpr milliseconds kLongestWait{1000};
// More than a case takes under the policies that come with runner. These wait among themselves, and hold up no other.
constexpr std::size_t kLargeCapture = std::size_t{32} << 20;

// Something that is in a set for as long as it lives.
template <typename T>
class Listed {
 public:
  Listed(std::set<T*>& set, T& member) : set_(set), member_(member) { set_.insert(&member_); }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;
  ~Listed() { set_.erase(&member_); }

 private:
  std::set<T*>& set_;
  T& member_;
};

asio::awaitable<void> Do(const std::function<void()>* work) {
  (*work)();
  co_return;
}

}  // namespace

bool Attempting::cancelled() const { return state_.control.cancelled() || grader_.refusing_; }

asio::awaitable<std::variant<Ran, Trouble>> Attempting::Run(RunSpec spec, Capture capture) {
  if (state_.control.cancelled()) co_return Trouble{"the call was cancelled"};
  for (int tries = 2;; --tries) {
    spec.run_id = NewId();
    CaptureSink sink(capture);
    RunOutcome outcome = co_await RunOnce(spec, sink);
    state_.sink.OnRun(case_index_, spec, outcome);
    if (auto* refusal = std::get_if<Refusal>(&outcome)) co_return Trouble{std::move(refusal->message)};
    RunResult& result = std::get<RunResult>(outcome);
    state_.cpu_time += result.usage.cpu_time;
    if (result.verdict == Verdict::kCancelled) {
      co_return Trouble{state_.control.cancelled() ? "the call was cancelled" : "the daemon is stopping"};
    }
    if (result.verdict != Verdict::kSetupFailed) {
      Ran ran{sink.Take(), {spec.run_id, spec.image, spec.policy}};
      ran.observation.result = std::move(result);
      co_return ran;
    }
    if (tries == 1) co_return Trouble{"the sandbox could not be set up: " + result.message};
  }
}

asio::awaitable<RunOutcome> Attempting::RunOnce(const RunSpec& spec, RunSink& sink) {
  const auto deadline = steady_clock::now() + kPatience;
  for (;;) {
    auto control = std::make_shared<RunControl>(grader_.io_.get_executor());
    if (state_.control.cancelled()) control->Cancel();
    RunOutcome outcome;
    {
      const Listed<RunControl> live(state_.runs, *control);
      outcome = co_await grader_.engine_.Run(spec, sink, control);
    }
    const auto* refusal = std::get_if<Refusal>(&outcome);
    if (refusal == nullptr || refusal->reason != Refusal::Reason::kQueueFull) co_return outcome;
    if (state_.control.cancelled() || steady_clock::now() > deadline) co_return outcome;
    asio::steady_timer wait(grader_.io_, std::min(refusal->retry_after, kLongestWait));
    const Listed<asio::steady_timer> waits(state_.waits, wait);
    boost::system::error_code woken;
    co_await wait.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

asio::awaitable<void> Attempting::Reserve(std::size_t bytes) {
  if (state_.control.cancelled()) co_return;
  Budget& budget = bytes > kLargeCapture ? grader_.large_captures_ : grader_.captures_;
  captured_ = co_await budget.Take(bytes, &state_.waits);
}

asio::awaitable<void> Attempting::Elsewhere(std::function<void()> work) {
  co_await asio::co_spawn(grader_.judges_, Do(&work), asio::use_awaitable);
}

asio::awaitable<void> Attempting::Report(TestResult test) {
  const Budget::Share turn = co_await state_.turns.Take(1);
  const bool heard = co_await state_.sink.OnTest(case_index_, attempt_, std::move(test));
  if (!heard) state_.control.Cancel();
}

}  // namespace runner
