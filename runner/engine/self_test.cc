#include "runner/engine/self_test.h"

#include <boost/asio/this_coro.hpp>

namespace runner {

namespace asio = boost::asio;

namespace {

// Keeps what the program says, which is nothing unless something is wrong.
class KeepingSink final : public RunSink {
 public:
  asio::awaitable<bool> OnQueued(std::uint32_t /*position*/) override { co_return true; }
  asio::awaitable<bool> OnStarted(StartedInfo /*info*/) override { co_return true; }
  asio::awaitable<bool> OnOutput(OutputStream /*stream*/, std::string bytes,
                                 std::chrono::microseconds /*offset*/) override {
    kept_ += bytes;
    co_return true;
  }
  asio::awaitable<bool> OnFile(FilePiece /*piece*/, std::chrono::microseconds /*offset*/) override { co_return true; }
  [[nodiscard]] const std::string& kept() const { return kept_; }

 private:
  std::string kept_;
};

}  // namespace

asio::awaitable<Result<void>> SelfTest(Engine& engine, std::string image, std::string policy) {
  RunSpec spec;
  spec.run_id = "self-test";
  spec.image = image;
  spec.policy = policy;
  spec.files.push_back({.path = "main.js", .content = "", .executable = false});
  spec.entry = "main.js";
  // A first start on a slow disk or an emulated processor can take longer than the usual limits allow.
  spec.limits = engine.policies().at(policy).maximum_limits;
  KeepingSink sink;
  const RunOutcome outcome =
      co_await engine.Run(std::move(spec), sink, std::make_shared<RunControl>(co_await asio::this_coro::executor));
  const auto* const result = std::get_if<RunResult>(&outcome);
  const auto failed = [&](const std::string& why) {
    return Error{.step = "the first sandbox, image " + image + " under " + policy + ", does not work: " + why};
  };
  if (result == nullptr) co_return failed(std::get<Refusal>(outcome).message);
  if (result->verdict != Verdict::kExited || result->exit_code != 0) {
    co_return failed(result->message + (sink.kept().empty() ? "" : "; it printed: " + sink.kept()));
  }
  co_return Result<void>();
}

}  // namespace runner
