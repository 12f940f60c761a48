// A plain synchronous client for tests.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
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
  std::vector<std::string> order;  // event names in the order of arrival: queued, started, stdout, stderr, file, result
  std::map<std::string, std::string> files;  // collected whole: path to content
  std::map<std::string, std::uint32_t> modes;
  std::string unfinished;  // the path of a file whose last part has not come
  v1::Started started;
  std::chrono::milliseconds took{};  // as the client sees it

  // "EXITED 0", "SIGNALED 6", "POLICY_VIOLATION mount", "WALL_TIME_LIMIT"; for a call that failed "INVALID_ARGUMENT: …";
  // one line to compare with.
  [[nodiscard]] std::string Fate() const;
  // The name of the status code alone: "OK", "INVALID_ARGUMENT".
  [[nodiscard]] std::string Code() const;
  // All google.rpc.BadRequest violations as "field: description" lines.
  [[nodiscard]] std::string Violations() const;
  // Of google.rpc.RetryInfo; -1 ms where there is none.
  [[nodiscard]] std::chrono::milliseconds RetryDelay() const;
  // "PATH: reason" lines of the files that were refused, and "GLOB: unmatched".
  [[nodiscard]] std::string Refused() const;
  // Everything there is to know, for INFO().
  [[nodiscard]] std::string Describe() const;

  // Takes one event in.
  void Add(const v1::RunEvent& event);

 private:
  void AddFilePart(const v1::FilePart& part);
};

// How the runs of Client::Run came to their Node, for a suite that is to start warm.
struct StartCounts {
  std::uint32_t cold = 0;
  std::uint32_t warm = 0;
};
[[nodiscard]] StartCounts CountedStarts();

[[nodiscard]] std::string CodeName(grpc::StatusCode code);
[[nodiscard]] std::chrono::microseconds ToMicroseconds(const google::protobuf::Duration& duration);
// Of a result's usage.
[[nodiscard]] std::chrono::milliseconds WallTime(const v1::RunResult& result);
[[nodiscard]] std::chrono::milliseconds CpuTime(const v1::RunResult& result);

// A request with one file. The name decides the module system, as for Node.
[[nodiscard]] v1::RunRequest Snippet(const std::string& source, const std::string& name = "main.mjs");
// A request whose one file is tests/integration/snippets/NAME or tests/hostile/snippets/NAME.
[[nodiscard]] v1::RunRequest SnippetFile(const std::string& name);
void AddFile(v1::RunRequest& request, const std::string& path, const std::string& content);

// Builder-style helpers: limits and the like on a request.
v1::RunRequest& WithWallTime(v1::RunRequest& request, std::chrono::milliseconds time);
v1::RunRequest& WithCpuTime(v1::RunRequest& request, std::chrono::milliseconds time);
v1::RunRequest& WithMemory(v1::RunRequest& request, std::uint64_t bytes);

// Any thread. Each has a connection of its own.
class Client {
 public:
  using OnEvent = std::function<bool(const v1::RunEvent&)>;

  explicit Client(const std::string& address);
  explicit Client(const Daemon& daemon) : Client(daemon.address()) {}

  [[nodiscard]] v1::Runner::Stub& stub() { return *stub_; }
  [[nodiscard]] const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // Runs to the end. `on_event` sees every event as it comes; returning false cancels the call. A daemon that hangs ends
  // the call with DEADLINE_EXCEEDED after five minutes.
  Outcome Run(const v1::RunRequest& request, const OnEvent& on_event = {});
  // With a context of the caller's: a deadline, a cancellation from outside.
  Outcome Run(grpc::ClientContext& context, const v1::RunRequest& request, const OnEvent& on_event = {});

 private:
  // Where the suite starts warm: gives the daemon time to have a sandbox waiting.
  void AwaitWarm(const v1::RunRequest& request);

  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::Runner::Stub> stub_;
};

// One RunInteractive call. Events are taken in by a thread of its own; everything else is the caller's thread.
class InteractiveRun {
 public:
  // Sends `start`.
  InteractiveRun(Client& client, const v1::RunRequest& request);
  // Sends nothing yet.
  explicit InteractiveRun(Client& client);
  InteractiveRun(const InteractiveRun&) = delete;
  InteractiveRun& operator=(const InteractiveRun&) = delete;
  // Cancels the call if it has not been finished.
  ~InteractiveRun();

  // Each is false when the call is over.
  bool Send(const v1::RunInput& input);
  bool Start(const v1::RunRequest& request);
  bool WriteStdin(const std::string& bytes);
  bool CloseStdin();
  bool Signal(int number);
  bool Resize(std::uint32_t rows, std::uint32_t columns);
  bool Cancel();
  // Half-closes the call, which closes standard input too.
  void DoneSending();
  void CancelCall() { context_.TryCancel(); }

  // Waits until stdout so far contains `text`; false when the call ended or a minute passed without it.
  [[nodiscard]] bool AwaitOutput(const std::string& text);
  // Waits until the program has been started.
  [[nodiscard]] bool AwaitStarted();
  [[nodiscard]] std::string OutputSoFar();
  // Waits for the end.
  Outcome Finish();

 private:
  [[nodiscard]] bool Await(const std::function<bool()>& condition);
  void Read();

  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::RunInput, v1::RunEvent>> stream_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Outcome outcome_;
  bool over_ = false;
  bool sending_ = true;
  bool finished_ = false;
  std::chrono::steady_clock::time_point begin_;
  std::thread reader_;
};

}  // namespace runner::test
