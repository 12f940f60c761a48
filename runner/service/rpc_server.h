#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runner/base/error.h"
#include "runner/service/call.h"
#include "runner/service/listener.h"

namespace runner {

struct RpcServerConfig {
  std::size_t max_receive_bytes = std::size_t{64} << 20;  // one message of a client
  std::size_t memory_quota_bytes = std::size_t{1} << 30;  // what gRPC may buffer for all connections together
  int max_streams_per_connection = 1024;
};

// Serves one call from its first message to its Finish. What it throws is logged and answered with INTERNAL.
using CallHandler = std::function<boost::asio::awaitable<void>(std::shared_ptr<Call>)>;

// Methods by full name ("/runner.v1.Runner/Run"), each with its handler.
using Methods = std::map<std::string, CallHandler>;

// A gRPC server whose calls are coroutines on the thread of one io_context.
//
// Threads: everything, construction and destruction included, on the thread that runs `io`. The server has one thread of
// its own, which takes tags out of the completion queue and posts them to `io`; gRPC has a few more inside.
class RpcServer {
 public:
  // Groups `methods` by service; also serves reflection. Nothing listens yet.
  RpcServer(boost::asio::io_context& io, RpcServerConfig config, Methods methods);
  RpcServer(const RpcServer&) = delete;
  RpcServer& operator=(const RpcServer&) = delete;
  // Only before Start(), after it failed, or after Stop() has completed.
  ~RpcServer();

  // Accepts connections from `listeners` and serves calls.
  [[nodiscard]] Result<void> Start(std::vector<Listener> listeners);

  // Refuses connections and calls, gives the live ones `grace` to end, cancels those that have not, and returns when no call, no tag
  // and no thread is left. Call it once, after Start() succeeded.
  [[nodiscard]] boost::asio::awaitable<void> Stop(std::chrono::milliseconds grace);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace runner
