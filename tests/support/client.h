// A plain synchronous client for tests.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runner/v1/runner.grpc.pb.h"
#include "tests/support/daemon.h"

namespace runner::test {

// What came of one Run call.
struct Outcome {
  grpc::Status status;
  bool has_result = false;
  v1::RunResult result;
  std::string out;
  std::string err;
  std::vector<std::string> order;  // event names in the order of arrival
  std::chrono::milliseconds took{};

  // "EXITED 0", "SIGNALED 6", "WALL_TIME_LIMIT", or "INVALID_ARGUMENT: …" for a call that failed: one line to compare with.
  [[nodiscard]] std::string Fate() const;
  // All google.rpc.BadRequest violations as "field: description" lines.
  [[nodiscard]] std::string Violations() const;
};

// A request with one file. The name decides the module system, as for Node.
[[nodiscard]] v1::RunRequest Snippet(const std::string& source, const std::string& name = "main.mjs");
// A request whose one file is tests/integration/snippets/NAME or tests/hostile/snippets/NAME.
[[nodiscard]] v1::RunRequest SnippetFile(const std::string& name);

// Builder-style helpers: limits and the like on a request.
v1::RunRequest& WithWallTime(v1::RunRequest& request, std::chrono::milliseconds time);
v1::RunRequest& WithCpuTime(v1::RunRequest& request, std::chrono::milliseconds time);
v1::RunRequest& WithMemory(v1::RunRequest& request, std::uint64_t bytes);

class Client {
 public:
  explicit Client(const std::string& address);
  explicit Client(const Daemon& daemon) : Client(daemon.address()) {}

  [[nodiscard]] v1::Runner::Stub& stub() { return *stub_; }

  // Runs to the end. `on_event` sees every event as it comes; returning false cancels the call.
  Outcome Run(const v1::RunRequest& request, const std::function<bool(const v1::RunEvent&)>& on_event = {});

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::Runner::Stub> stub_;
};

}  // namespace runner::test
