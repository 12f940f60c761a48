#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <variant>

#include "runner/grading/expectation.h"
#include "runner/grading/grade_result.h"
#include "runner/sandbox/run_spec.h"

namespace runner {

// Takes out of a program's standard output what is not the program's, as it comes.
class OutputFilter {
 public:
  OutputFilter() = default;
  OutputFilter(const OutputFilter&) = delete;
  OutputFilter& operator=(const OutputFilter&) = delete;
  virtual ~OutputFilter() = default;

  // A run begins: nothing has come yet.
  virtual void Begin() = 0;
  // The next bytes; returns those that are the program's. The program waits meanwhile, once its pipe is full.
  [[nodiscard]] virtual boost::asio::awaitable<std::string> Pass(std::string bytes) = 0;
  // The run is over: what was kept back, and is the program's after all.
  [[nodiscard]] virtual std::string Finish() = 0;
};

// How much of what a program writes is kept. The run may write more: that is dropped.
struct Capture {
  std::size_t out_bytes = Attempt::kMaxShownOutput;
  std::size_t err_bytes = Attempt::kMaxShownOutput;
  std::size_t file_bytes = 0;      // of RunSpec::collect, altogether
  OutputFilter* filter = nullptr;  // lives as long as the run
};

// A run that came to its end by itself or by a limit: nothing but the program is the reason.
struct Ran {
  Observation observation;
  RunNames names;
};

// Nothing can be said about the program. One sentence.
struct Trouble {
  std::string message;
};

// What an attempt at a case can use. Everything on the engine's thread.
class CaseContext {
 public:
  CaseContext() = default;
  CaseContext(const CaseContext&) = delete;
  CaseContext& operator=(const CaseContext&) = delete;
  virtual ~CaseContext() = default;

  // Waits for a place in the engine, however full its queue is, and runs `spec`, which must be valid; its run_id is filled in.
  // A sandbox that could not be set up is tried once more. Trouble is that twice, a daemon that stops, or a grade that was
  // cancelled.
  [[nodiscard]] virtual boost::asio::awaitable<std::variant<Ran, Trouble>> Run(RunSpec spec, Capture capture) = 0;

  // Waits until `bytes` of the memory for what programs write, which all grades share, are reserved; they are for as long
  // as this attempt lasts. Once in an attempt, before Run, with all that its captures come to.
  [[nodiscard]] virtual boost::asio::awaitable<void> Reserve(std::size_t bytes) = 0;

  // Runs `work`, which may take long, on another thread, and returns when it is done. What it uses must not change meanwhile.
  [[nodiscard]] virtual boost::asio::awaitable<void> Elsewhere(std::function<void()> work) = 0;

  // Tells the client of a test that has ended, as it ends; returns when that is on its way. Messages of hidden cases are left
  // out here.
  [[nodiscard]] virtual boost::asio::awaitable<void> Report(TestResult test) = 0;

  // Whether the call is over, or the daemon stops: what is begun now will be of no use.
  [[nodiscard]] virtual bool cancelled() const = 0;
};

// A way to judge a submission: one for each member of the API's Case.kind. Immutable; one object for each case, which may
// be tried several times.
class CaseKind {
 public:
  CaseKind() = default;
  CaseKind(const CaseKind&) = delete;
  CaseKind& operator=(const CaseKind&) = delete;
  virtual ~CaseKind() = default;

  // One attempt. `context` lives until this returns.
  [[nodiscard]] virtual boost::asio::awaitable<Attempt> Try(CaseContext& context) const = 0;
};

}  // namespace runner
