// How runs end that no limit ended, and what their results say.
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/client.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

TEST_CASE("the program's exit code is the result's, also where it looks like a signal's") {
  const int code = GENERATE(0, 1, 3, 42, 124, 125, 130, 137, 159, 255);
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(Snippet("process.exit(" + std::to_string(code) + ")"));
  CHECK(outcome.Fate() == "EXITED " + std::to_string(code));
  CHECK_FALSE(outcome.result.has_signal());
  CHECK_FALSE(outcome.result.has_limit());
}

TEST_CASE("process.exitCode counts as an exit code") {
  Client client(SharedDaemon());
  CHECK(client.Run(Snippet("process.exitCode = 7")).Fate() == "EXITED 7");
}

TEST_CASE("an uncaught exception is EXITED 1 with Node's own message on stderr") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(Snippet("function f() { throw new TypeError('not like this') }\nf()", "main.js"));
  CHECK(outcome.Fate() == "EXITED 1");
  CHECK_THAT(outcome.err, Catch::Contains("/workspace/main.js:1"));
  CHECK_THAT(outcome.err, Catch::Contains("TypeError: not like this"));
}

TEST_CASE("a syntax error is EXITED 1 and shows the line") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(Snippet("let a = 1\nlet a = 2\n", "main.js"));
  CHECK(outcome.Fate() == "EXITED 1");
  CHECK_THAT(outcome.err, Catch::Contains("main.js:2"));
  CHECK_THAT(outcome.err, Catch::Contains("SyntaxError"));
}

TEST_CASE("process.abort() is SIGNALED 6") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(Snippet("process.abort()"));
  CHECK(outcome.Fate() == "SIGNALED 6");
  CHECK_FALSE(outcome.result.has_exit_code());
  CHECK_FALSE(outcome.result.has_limit());
}

TEST_CASE("a signal that a program sends itself is the result's signal") {
  const auto [name, number] = GENERATE(table<std::string, int>(
      {{"SIGTERM", 15}, {"SIGSEGV", 11}, {"SIGKILL", 9}, {"SIGTRAP", 5}, {"SIGHUP", 1}, {"SIGUSR2", 12}}));
  INFO(name);
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(Snippet("process.kill(process.pid, '" + name + "'); setTimeout(() => {}, 20000)"));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "SIGNALED " + std::to_string(number));
}

TEST_CASE("usage is what the kernel counted") {
  Client client(SharedDaemon());
  const Outcome outcome =
      client.Run(Snippet("const block = Buffer.alloc(40e6, 1);"
                         "while (process.cpuUsage().user < 200e3);"
                         "await new Promise(r => setTimeout(r, 100));"
                         "process.stdout.write('12345'); process.stderr.write('123'); block[0]"));
  INFO(outcome.Describe());
  REQUIRE(outcome.Fate() == "EXITED 0");
  const v1::Usage& usage = outcome.result.usage();
  CHECK(CpuTime(outcome.result) >= 200ms);
  CHECK(WallTime(outcome.result) >= 250ms);
  CHECK(WallTime(outcome.result) <= outcome.took);
  CHECK(usage.memory_peak_bytes() >= 40'000'000);
  CHECK(usage.memory_peak_bytes() <= 256U << 20U);
  // 0 where the kernel does not count it.
  CHECK((usage.processes_peak() == 0 || (usage.processes_peak() >= 3 && usage.processes_peak() <= 65)));
  CHECK(usage.stdout_bytes() == 5);
  CHECK(usage.stderr_bytes() == 3);
}

TEST_CASE("the result repeats the request's names and lists the layers in force") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("");
  request.set_run_id("my-run.1");
  const Outcome outcome = client.Run(request);
  REQUIRE(outcome.Fate() == "EXITED 0");
  CHECK(outcome.started.run_id() == "my-run.1");
  CHECK(outcome.result.run_id() == "my-run.1");
  CHECK(outcome.result.image() == "node-26");
  CHECK(outcome.result.policy() == "lesson");
  CHECK(outcome.result.start() != v1::START_KIND_UNSPECIFIED);
  CHECK_FALSE(outcome.result.message().empty());
  grpc::ClientContext context;
  v1::ServerInfo info;
  REQUIRE(client.stub().GetServerInfo(&context, {}, &info).ok());
  std::vector<std::string> active;
  for (const v1::Protection& protection : info.protections()) {
    if (protection.active()) active.push_back(protection.name());
  }
  CHECK(std::vector<std::string>(outcome.result.protections().begin(), outcome.result.protections().end()) == active);
}

TEST_CASE("a run without an identifier gets one of its own") {
  Client client(SharedDaemon());
  const Outcome first = client.Run(Snippet(""));
  const Outcome second = client.Run(Snippet(""));
  CHECK_FALSE(first.result.run_id().empty());
  CHECK(first.result.run_id() == first.started.run_id());
  CHECK(first.result.run_id() != second.result.run_id());
}

}  // namespace
}  // namespace runner::test
