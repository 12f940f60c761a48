// Many runs at a time: who may run, who waits, who is refused, and what is left afterwards.
#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <future>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

const std::string kWaitForInput =
    "process.stdin.resume(); process.stdin.on('end', () => process.exit()); console.log('ready')";

TEST_CASE("200 runs at concurrency 8 are all right and leave nothing behind") {
  const int count = std::max(16, 200 / Slowness());
  Daemon daemon({.extra_config = "max_running: 8\n"});
  Client client(daemon);
  REQUIRE(client.Run(Snippet("")).Fate() == "EXITED 0");  // what is made once is there now
  const Footprint before = TakeFootprint(daemon);
  std::atomic<int> next = 0;
  std::mutex mutex;
  std::vector<std::string> wrong;
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 8; ++worker) {
    workers.emplace_back([&] {
      for (int i = next++; i < count; i = next++) {
        v1::RunRequest request = Snippet(
            "let all = ''; for await (const part of process.stdin) all += part;"
            "console.log(process.argv[2], all); process.exit(process.argv[2] % 100)");
        request.add_args(std::to_string(i));
        request.set_stdin("input " + std::to_string(i));
        WithCpuTime(WithWallTime(request, 30s), 15s);
        const Outcome outcome = client.Run(request);
        const std::string number = std::to_string(i);
        if (outcome.out == number + " input " + number + "\n" && outcome.err.empty() &&
            outcome.Fate() == "EXITED " + std::to_string(i % 100)) {
          continue;
        }
        const std::lock_guard lock(mutex);
        wrong.push_back("run " + number + ": " + outcome.Describe());
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  CHECK(wrong == std::vector<std::string>());
  CHECK(LeaksAfter(before, daemon, Slowed(2s)).empty());
  CHECK(LeaksAfter(before, daemon, 0ms) == "");
}

TEST_CASE("when the result comes, the sandbox is gone") {
  Client client(SharedDaemon());
  REQUIRE(client.Run(Snippet("")).Fate() == "EXITED 0");
  const Footprint before = TakeFootprint(SharedDaemon());
  for (const char* source : {"", "process.abort()", "for(;;);", "throw 1"}) {
    v1::RunRequest request = Snippet(source);
    WithCpuTime(request, 200ms);
    REQUIRE(client.Run(request).has_result);
    INFO(source);
    CHECK(Leaks(before, TakeFootprint(SharedDaemon())) == "");
  }
}

TEST_CASE("no two live runs share a host uid", "[cold]") {
  Daemon daemon({.extra_config = "max_running: 6\n"});
  Client client(daemon);
  std::vector<std::unique_ptr<InteractiveRun>> runs;
  for (int i = 0; i < 6; ++i) runs.push_back(std::make_unique<InteractiveRun>(client, Snippet(kWaitForInput)));
  for (const auto& run : runs) REQUIRE(run->AwaitOutput("ready"));
  std::set<uid_t> uids;
  for (const ProcessInfo& info : daemon.sandbox_processes()) {
    if (info.name != "init" && info.parent != daemon.launcher_pid()) uids.insert(info.uid);
  }
  CHECK(uids.size() == 6);
  CHECK(daemon.init_pids().size() == 6);
  for (const auto& run : runs) run->CloseStdin();
  for (const auto& run : runs) CHECK(run->Finish().Fate() == "EXITED 0");
}

TEST_CASE("a run that has to wait is told its place, and one more than may wait is refused with RetryInfo") {
  Daemon daemon({.extra_config = "max_running: 1\nmax_queued: 1\n"});
  Client client(daemon);
  InteractiveRun first(client, Snippet(kWaitForInput));
  REQUIRE(first.AwaitOutput("ready"));

  std::promise<std::uint32_t> queued;
  auto second = std::async(std::launch::async, [&] {
    return client.Run(Snippet("console.log('second')"), [&](const v1::RunEvent& event) {
      if (event.has_queued()) queued.set_value(event.queued().position());
      return true;
    });
  });
  auto position = queued.get_future();
  REQUIRE(position.wait_for(Slowed(10s)) == std::future_status::ready);
  CHECK(position.get() == 0);

  const Outcome third = client.Run(Snippet("console.log('third')"));
  INFO(third.Describe());
  CHECK(third.Code() == "RESOURCE_EXHAUSTED");
  CHECK(third.order.empty());
  CHECK(third.RetryDelay() >= 100ms);
  CHECK(third.RetryDelay() <= 30s);

  first.CloseStdin();
  CHECK(first.Finish().Fate() == "EXITED 0");
  const Outcome outcome = second.get();
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "second\n");
  CHECK(outcome.order.front() == "queued");
  CHECK(ToMicroseconds(outcome.result.queue_time()) > 0ms);
}

TEST_CASE("interactive runs wait in the same queue") {
  Daemon daemon({.extra_config = "max_running: 1\nmax_queued: 0\n"});
  Client client(daemon);
  InteractiveRun first(client, Snippet(kWaitForInput));
  REQUIRE(first.AwaitOutput("ready"));
  InteractiveRun second(client, Snippet(kWaitForInput));
  CHECK(second.Finish().Code() == "RESOURCE_EXHAUSTED");
  first.CloseStdin();
  CHECK(first.Finish().Fate() == "EXITED 0");
}

TEST_CASE("tenants take turns, however many runs one of them has waiting") {
  Daemon daemon({.extra_config = "max_running: 1\n"});
  Client client(daemon);
  InteractiveRun blocker(client, Snippet(kWaitForInput));
  REQUIRE(blocker.AwaitOutput("ready"));

  std::mutex mutex;
  std::string starts;
  std::atomic<int> waiting = 0;
  const auto submit = [&](const std::string& tenant) {
    const int already = waiting;
    auto run = std::async(std::launch::async, [&, tenant] {
      v1::RunRequest request = Snippet("");
      request.set_tenant(tenant);
      return client.Run(request, [&, tenant](const v1::RunEvent& event) {
        const std::lock_guard lock(mutex);
        if (event.has_queued()) ++waiting;
        if (event.has_started()) starts += tenant;
        return true;
      });
    });
    // One after the other, so that the order of arrival is known.
    CHECK(Eventually(Slowed(10s), [&] { return waiting > already; }));
    return run;
  };
  std::vector<std::future<Outcome>> runs;
  for (const char* tenant : {"a", "a", "a", "a", "b", "c", "b"}) runs.push_back(submit(tenant));
  blocker.CloseStdin();
  CHECK(blocker.Finish().Fate() == "EXITED 0");
  for (auto& run : runs) CHECK(run.get().Fate() == "EXITED 0");
  CHECK(starts == "abcabaa");
}

TEST_CASE("a run that is cancelled while it waits never starts") {
  Daemon daemon({.extra_config = "max_running: 1\n"});
  Client client(daemon);
  InteractiveRun first(client, Snippet(kWaitForInput));
  REQUIRE(first.AwaitOutput("ready"));
  const Outcome second =
      client.Run(Snippet("console.log('second')"), [](const v1::RunEvent& event) { return !event.has_queued(); });
  CHECK(second.Code() == "CANCELLED");
  InteractiveRun third(client, Snippet("console.log('third')"));
  third.Cancel();
  const Outcome cancelled = third.Finish();
  INFO(cancelled.Describe());
  CHECK(cancelled.Fate() == "CANCELLED");
  CHECK(cancelled.out.empty());
  first.CloseStdin();
  CHECK(first.Finish().Fate() == "EXITED 0");
  grpc::ClientContext context;
  v1::ServerInfo info;
  REQUIRE(client.stub().GetServerInfo(&context, {}, &info).ok());
  CHECK(info.pool().runs_total() == 1);
  CHECK(info.pool().queued() == 0);
}

TEST_CASE("a call whose deadline is already past starts no process") {
  Daemon daemon;
  Client client(daemon);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() - 1s);
  CHECK(client.Run(context, Snippet("console.log(1)")).Code() == "DEADLINE_EXCEEDED");
  grpc::ClientContext asking;
  v1::ServerInfo info;
  REQUIRE(client.stub().GetServerInfo(&asking, {}, &info).ok());
  CHECK(info.pool().runs_total() == 0);
}

TEST_CASE("a deadline that passes while the program runs ends the sandbox", "[cold]") {
  Daemon daemon;
  Client client(daemon);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + Slowed(1s));
  CHECK(client.Run(context, Snippet("setInterval(() => {}, 1000)")).Code() == "DEADLINE_EXCEEDED");
  CHECK(Eventually(Slowed(1s), [&] { return daemon.init_pids().empty() && daemon.sandbox_processes().empty(); }));
}

TEST_CASE("a client that goes away mid-run takes its sandbox with it within 200 ms", "[cold]") {
  Daemon daemon;
  Client client(daemon);
  bool in_time = false;
  // One of three tries: on a busy machine any one of them can be held up.
  for (int i = 0; i < 3 && !in_time; ++i) {
    InteractiveRun run(client, Snippet("console.log('ready'); for(;;);"));
    REQUIRE(run.AwaitOutput("ready"));
    REQUIRE(daemon.init_pids().size() == 1);
    run.CancelCall();
    in_time = Eventually(Slowed(200ms), [&] { return daemon.init_pids().empty(); });
    CHECK(run.Finish().Code() == "CANCELLED");
    CHECK(Eventually(Slowed(2s), [&] { return daemon.init_pids().empty() && daemon.sandbox_processes().empty(); }));
  }
  CHECK(in_time);
}

TEST_CASE("a client whose connection breaks takes its sandbox with it", "[cold]") {
  Daemon daemon;
  // As a process of its own, to be killed.
  Process client({Binary("runnerctl").string(), "run", "--address", daemon.address(), "-"}, {.pipe_stdin = true});
  client.WriteStdin("console.log('ready'); setInterval(() => {}, 1000)");
  client.CloseStdin();
  REQUIRE(client.ReadLine(Slowed(20s)) == "ready");
  REQUIRE(daemon.init_pids().size() == 1);
  client.Kill(SIGKILL);
  CHECK(Eventually(Slowed(2s), [&] { return daemon.init_pids().empty() && daemon.sandbox_processes().empty(); }));
}

}  // namespace
}  // namespace runner::test
