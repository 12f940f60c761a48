#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "runner/engine/engine.h"
#include "runner/grading/budget.h"
#include "runner/grading/grade_plan.h"
#include "runner/grading/grade_result.h"

namespace runner {

// Where the events of a grade go. Calls come one at a time from the engine's thread, and each awaits until the event is on
// its way; that wait is the backpressure: no case is begun meanwhile in the place of the one that waits. False means that
// nobody listens any more; the grade is then cancelled.
class GradeSink {
 public:
  virtual ~GradeSink() = default;
  virtual boost::asio::awaitable<bool> OnTest(std::uint32_t case_index, std::uint32_t attempt, TestResult test) = 0;
  virtual boost::asio::awaitable<bool> OnResult(CaseResult result) = 0;
  // For the log: a run has ended, or none came of it. Does not wait.
  virtual void OnRun(std::uint32_t case_index, const RunSpec& spec, const RunOutcome& outcome) = 0;
};

// What the caller of a grade does to it meanwhile. Shared with the grader; may be used before the start and after the end.
class GradeControl {
 public:
  // Kills what runs and begins nothing more.
  void Cancel() {
    cancelled_ = true;
    if (on_cancel_) on_cancel_();
  }
  [[nodiscard]] bool cancelled() const { return cancelled_; }

 private:
  friend class GradeCall;
  bool cancelled_ = false;
  std::function<void()> on_cancel_;
};

struct GraderConfig {
  // Memory for what the programs of all grades write, until it has been compared; and for those of which each may write more
  // than 32 MiB, so that they hold up none but each other.
  std::size_t capture_bytes = std::size_t{256} << 20;
  std::size_t large_capture_bytes = std::size_t{160} << 20;
};

// Carries out grades: their cases side by side through the engine, judged on a thread of its own.
//
// Thread: everything on the one that runs `io`. Borrows `engine`. Destroyed when no Grade() is going on.
class Grader {
 public:
  Grader(boost::asio::io_context& io, Engine& engine, GraderConfig config);
  Grader(const Grader&) = delete;
  Grader& operator=(const Grader&) = delete;
  ~Grader();

  // How many cases of a grade with this max_parallel run at a time.
  [[nodiscard]] std::uint32_t Parallel(const GradePlan& plan) const;

  // Runs every case, each with one OnResult; the total once all are through. `plan` and `sink` must live until then.
  [[nodiscard]] boost::asio::awaitable<GradeTotal> Grade(const GradePlan& plan, GradeSink& sink,
                                                         std::shared_ptr<GradeControl> control);

  // From now on grades begin no more cases: those that are left are errors.
  void Refuse() { refusing_ = true; }

 private:
  friend class GradeCall;
  friend class Attempting;

  boost::asio::io_context& io_;
  Engine& engine_;
  Budget captures_;
  Budget large_captures_;
  boost::asio::thread_pool judges_;
  bool refusing_ = false;
};

}  // namespace runner
