#pragma once

#include <memory>
#include <set>

#include "runner/grading/grader.h"

namespace runner {

// What the attempts of one grade share. One thread.
struct GradeState {
  GradeState(boost::asio::io_context& io, GradeSink& to, GradeControl& by) : sink(to), control(by), turns(io, 1) {}

  GradeSink& sink;
  GradeControl& control;
  Budget turns;  // at the sink
  std::set<RunControl*> runs;
  std::set<boost::asio::steady_timer*> waits;  // for a place in the queue, or for memory
  std::chrono::microseconds cpu_time{};        // of all runs
};

// One attempt at one case: what its kind can use.
class Attempting final : public CaseContext {
 public:
  Attempting(Grader& grader, GradeState& state, std::uint32_t case_index, std::uint32_t attempt)
      : grader_(grader), state_(state), case_index_(case_index), attempt_(attempt) {}

  boost::asio::awaitable<std::variant<Ran, Trouble>> Run(RunSpec spec, Capture capture) override;
  boost::asio::awaitable<void> Reserve(std::size_t bytes) override;
  boost::asio::awaitable<void> Elsewhere(std::function<void()> work) override;
  boost::asio::awaitable<void> Report(TestResult test) override;
  [[nodiscard]] bool cancelled() const override;

 private:
  // One run, once there is a place. A Refusal is one that waiting does not change.
  boost::asio::awaitable<RunOutcome> RunOnce(const RunSpec& spec, RunSink& sink);

  Grader& grader_;
  GradeState& state_;
  std::uint32_t case_index_;
  std::uint32_t attempt_;
  Budget::Share captured_;
};

}  // namespace runner
