#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <set>

#include "runner/service/rpc_server.h"

namespace runner {

// grpc.health.v1.Health for "" (the whole server) and "runner.v1.Runner", which always agree. Our own, because gRPC's
// uses its callback API, whose idle pollers would then share our connections and add up to 100 ms to a call.
//
// Thread: that of `executor`. Must outlive its calls.
class Health {
 public:
  explicit Health(boost::asio::any_io_executor executor);

  // Adds Check and Watch.
  void AddMethods(Methods& methods);

  // Tells every watcher. NOT_SERVING at first.
  void SetServing(bool serving);
  // NOT_SERVING, and ends every Watch.
  void ShutDown();

 private:
  [[nodiscard]] boost::asio::awaitable<void> Check(std::shared_ptr<Call> call);
  [[nodiscard]] boost::asio::awaitable<void> Watch(std::shared_ptr<Call> call);
  void WakeWatchers();

  boost::asio::any_io_executor executor_;
  std::set<boost::asio::steady_timer*> watchers_;
  bool serving_ = false;
  bool shut_down_ = false;
};

}  // namespace runner
