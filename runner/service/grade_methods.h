#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>

#include "runner/grading/grader.h"
#include "runner/service/convert.h"
#include "runner/service/intake.h"
#include "runner/service/rpc_server.h"

namespace runner {

// The method Grade of runner.v1.Runner: each call is one coroutine. Thread: the engine's. Must outlive its calls; borrows
// what it is given.
class GradeMethods {
 public:
  GradeMethods(Grader& grader, Intake& intake, Offer offer);

  void AddMethods(Methods& methods);

 private:
  [[nodiscard]] boost::asio::awaitable<void> Serve(std::shared_ptr<Call> call);
  [[nodiscard]] boost::asio::awaitable<void> Execute(std::shared_ptr<Call> call, GradePlan plan);

  Grader& grader_;
  Intake& intake_;
  Offer offer_;
  boost::asio::thread_pool converting_{1};
};

}  // namespace runner
