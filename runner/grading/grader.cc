#include "runner/grading/grader.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "runner/grading/attempting.h"

namespace runner {

namespace asio = boost::asio;
using std::chrono::steady_clock;

// One grade, from its first case to its total. Lives on the stack of Grader::Grade.
class GradeCall {
 public:
  GradeCall(Grader& grader, const GradePlan& plan, GradeSink& sink, GradeControl& control)
      : grader_(grader),
        plan_(plan),
        control_(control),
        state_(grader.io_, sink, control),
        idle_(grader.io_, steady_clock::time_point::max()),
        earned_(plan.cases.size()) {
    control_.on_cancel_ = [this] {
      const std::set<RunControl*> runs = state_.runs;
      for (RunControl* run : runs) run->Cancel();
      for (asio::steady_timer* wait : state_.waits) wait->cancel();
    };
  }
  GradeCall(const GradeCall&) = delete;
  GradeCall& operator=(const GradeCall&) = delete;
  ~GradeCall() { control_.on_cancel_ = nullptr; }

  asio::awaitable<GradeTotal> Run() {
    const auto began = steady_clock::now();
    workers_ = grader_.Parallel(plan_);
    for (std::uint32_t i = workers_; i > 0; --i) asio::co_spawn(grader_.io_, Work(), asio::detached);
    while (workers_ > 0) {
      boost::system::error_code woken;
      co_await idle_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    if (failure_) std::rethrow_exception(failure_);
    // In one order, whatever the order of the results was: sums of doubles depend on it.
    for (const double points : earned_) total_.points += points;
    for (const GradeCase& of : plan_.cases) total_.points_possible += of.points;
    total_.cpu_time = state_.cpu_time;
    total_.wall_time = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - began);
    co_return total_;
  }

 private:
  asio::awaitable<void> Work() {
    try {
      while (next_ < plan_.cases.size() && !control_.cancelled()) co_await DoNext(next_++);
    } catch (...) {
      failure_ = std::current_exception();
      control_.Cancel();
    }
    --workers_;
    idle_.cancel();
  }

  asio::awaitable<void> DoNext(std::uint32_t index) {
    CaseResult result = co_await DoCase(index);
    if (control_.cancelled()) co_return;
    if (result.outcome == Outcome::kFailed || result.outcome == Outcome::kFlaky) one_failed_ = true;
    Count(result);
    const Budget::Share turn = co_await state_.turns.Take(1);
    const bool heard = co_await state_.sink.OnResult(std::move(result));
    if (!heard) control_.Cancel();
  }

  asio::awaitable<CaseResult> DoCase(std::uint32_t index) {
    const GradeCase& of = plan_.cases[index];
    CaseResult result{.index = index, .name = of.name, .group = of.group, .visibility = of.visibility};
    result.points_possible = of.points;
    if (one_failed_ && plan_.fail_fast) {
      result.decisive.message = "not run: another case has failed";
      co_return result;
    }
    bool error = false;
    while (result.attempts < of.repeat && !error && !control_.cancelled()) {
      Attempt attempt;
      if (grader_.refusing_) {
        attempt.message = "the daemon is stopping";
      } else {
        Attempting context(grader_, state_, index, result.attempts);
        attempt = co_await of.kind->Try(context);
        ++result.attempts;
      }
      error = attempt.outcome == Outcome::kError;
      const bool passed = attempt.outcome == Outcome::kPassed;
      // The first, but for the first that says more.
      const bool first = result.attempts <= 1;
      const bool first_failed = !passed && !error && result.attempts - 1 == result.attempts_passed;
      if (passed) ++result.attempts_passed;
      if (first || first_failed || error) result.decisive = std::move(attempt);
    }
    Conclude(of, result, error);
    co_return result;
  }

  static void Conclude(const GradeCase& of, CaseResult& result, bool error) {
    if (error) {
      result.outcome = Outcome::kError;
    } else if (result.attempts_passed == result.attempts) {
      result.outcome = Outcome::kPassed;
      result.points = of.points;
    } else if (result.attempts_passed == 0) {
      result.outcome = Outcome::kFailed;
    } else {
      result.outcome = Outcome::kFlaky;
      result.decisive.message = "passed in " + std::to_string(result.attempts_passed) + " of " +
                                std::to_string(result.attempts) + " attempts; " + result.decisive.message;
    }
  }

  void Count(const CaseResult& result) {
    switch (result.outcome) {
      case Outcome::kPassed:
        ++total_.passed;
        break;
      case Outcome::kFailed:
        ++total_.failed;
        break;
      case Outcome::kFlaky:
        ++total_.flaky;
        break;
      case Outcome::kSkipped:
        ++total_.skipped;
        break;
      case Outcome::kError:
        ++total_.errors;
        break;
    }
    earned_[result.index] = result.points;
  }

  Grader& grader_;
  const GradePlan& plan_;
  GradeControl& control_;
  GradeState state_;
  asio::steady_timer idle_;  // cancelled when a worker ends
  std::uint32_t workers_ = 0;
  std::uint32_t next_ = 0;
  bool one_failed_ = false;
  GradeTotal total_;
  std::vector<double> earned_;  // by case
  std::exception_ptr failure_;
};

Grader::Grader(asio::io_context& io, Engine& engine, GraderConfig config)
    : io_(io),
      engine_(engine),
      captures_(io, config.capture_bytes),
      large_captures_(io, config.large_capture_bytes),
      judges_(1) {}

Grader::~Grader() { judges_.join(); }

std::uint32_t Grader::Parallel(const GradePlan& plan) const {
  const std::uint32_t most = std::min(engine_.status().running_maximum, static_cast<std::uint32_t>(plan.cases.size()));
  return plan.max_parallel == 0 ? most : std::min(most, plan.max_parallel);
}

asio::awaitable<GradeTotal> Grader::Grade(const GradePlan& plan, GradeSink& sink,
                                          std::shared_ptr<GradeControl> control) {
  GradeCall call(*this, plan, sink, *control);
  if (control->cancelled()) control->Cancel();
  co_return co_await call.Run();
}

}  // namespace runner
