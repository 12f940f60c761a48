// RunInteractive: input, signals and cancellation while the program runs.
#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <thread>

#include "tests/support/client.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

const std::string kEcho =
    "process.stdin.setEncoding('utf8'); console.log('ready');"
    "process.stdin.on('data', d => process.stdout.write('<' + d + '>'));"
    "process.stdin.on('end', () => console.log('end'))";
const std::string kWait = "setInterval(() => {}, 1000); console.log('ready')";

TEST_CASE("a program answers each message of input as it comes") {
  Client client(SharedDaemon());
  InteractiveRun run(client, Snippet(kEcho));
  REQUIRE(run.AwaitOutput("ready\n"));
  run.WriteStdin("one");
  REQUIRE(run.AwaitOutput("<one>"));
  run.WriteStdin("two");
  REQUIRE(run.AwaitOutput("<two>"));
  run.CloseStdin();
  const Outcome outcome = run.Finish();
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "ready\n<one><two>end\n");
}

TEST_CASE("a prompt is there before its answer is given, and the next one after that") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(
      "import readline from 'node:readline/promises';"
      "const rl = readline.createInterface({ input: process.stdin, output: process.stdout });"
      "const name = await rl.question('Name? '); const age = await rl.question(`Age of ${name}? `);"
      "console.log(`${name} is ${age}`); rl.close()");
  request.set_image(GENERATE("node-22", "node-24", "node-26"));
  InteractiveRun run(client, request);
  REQUIRE(run.AwaitOutput("Name? "));
  CHECK(run.OutputSoFar() == "Name? ");
  run.WriteStdin("Ada\n");
  REQUIRE(run.AwaitOutput("Age of Ada? "));
  run.WriteStdin("36\n");
  const Outcome outcome = run.Finish();
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "Name? Age of Ada? Ada is 36\n");
}

TEST_CASE("lines are there to iterate over as they come, until the input is closed") {
  Client client(SharedDaemon());
  const std::string source =
      GENERATE("for await (const part of process.stdin) console.log('got', String(part).trim()); console.log('end')",
               "import readline from 'node:readline'; for await (const line of readline.createInterface({ input: "
               "process.stdin })) console.log('got', line); console.log('end')");
  v1::RunRequest request = Snippet("console.log('ready');" + source);
  request.set_image(GENERATE("node-22", "node-24", "node-26"));
  InteractiveRun run(client, request);
  REQUIRE(run.AwaitOutput("ready\n"));
  for (const std::string line : {"one", "two"}) {
    run.WriteStdin(line + "\n");
    REQUIRE(run.AwaitOutput("got " + line + "\n"));
  }
  run.CloseStdin();
  CHECK(run.Finish().out == "ready\ngot one\ngot two\nend\n");
}

TEST_CASE("the start's own input comes before the first message of input") {
  Client client(SharedDaemon());
  v1::RunRequest request =
      Snippet("let all = ''; for await (const part of process.stdin) all += part; console.log(all)");
  request.set_stdin("first, ");
  InteractiveRun run(client, request);
  run.WriteStdin("second, ");
  run.WriteStdin("third");
  run.CloseStdin();
  CHECK(run.Finish().out == "first, second, third\n");
}

TEST_CASE("closing the sending side closes standard input and does not end the run") {
  Client client(SharedDaemon());
  InteractiveRun run(client, Snippet("process.stdin.resume(); process.stdin.on('end', () => {"
                                     "setTimeout(() => console.log('later'), 100) })"));
  run.DoneSending();
  const Outcome outcome = run.Finish();
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "later\n");
}

TEST_CASE("a signal's default action ends the program") {
  const int number = GENERATE(1, 2, 3, 9, 12, 15);
  Client client(SharedDaemon());
  InteractiveRun run(client, Snippet(kWait));
  REQUIRE(run.AwaitOutput("ready\n"));
  run.Signal(number);
  CHECK(run.Finish().Fate() == "SIGNALED " + std::to_string(number));
}

TEST_CASE("SIGUSR1 opens no inspector") {
  Client client(SharedDaemon());
  InteractiveRun run(client, Snippet("process.on('SIGUSR2', () => process.exit(7));" + kWait));
  REQUIRE(run.AwaitOutput("ready\n"));
  // Node ignores it under --disable-sigusr1; the second signal shows that the program goes on.
  run.Signal(10);
  run.Signal(12);
  const Outcome outcome = run.Finish();
  CHECK(outcome.Fate() == "EXITED 7");
  CHECK(outcome.err.empty());
}

TEST_CASE("a program can handle the signals it is sent") {
  Client client(SharedDaemon());
  InteractiveRun run(client,
                     Snippet("process.on('SIGTERM', () => { console.log('got it'); process.exit(5) });" + kWait));
  REQUIRE(run.AwaitOutput("ready\n"));
  run.Signal(15);
  const Outcome outcome = run.Finish();
  CHECK(outcome.Fate() == "EXITED 5");
  CHECK(outcome.out == "ready\ngot it\n");
}

TEST_CASE("SIGWINCH does nothing to a program that does not ask for it") {
  Client client(SharedDaemon());
  InteractiveRun run(client, Snippet(kEcho));
  REQUIRE(run.AwaitOutput("ready\n"));
  run.Signal(28);
  run.WriteStdin("still here");
  CHECK(run.AwaitOutput("<still here>"));
  run.CloseStdin();
  CHECK(run.Finish().Fate() == "EXITED 0");
}

TEST_CASE("a run cancelled by message ends with the result CANCELLED") {
  Client client(SharedDaemon());
  InteractiveRun run(client, Snippet(kWait));
  REQUIRE(run.AwaitOutput("ready\n"));
  run.Cancel();
  const Outcome outcome = run.Finish();
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "CANCELLED");
  CHECK(outcome.order.back() == "result");
  CHECK_FALSE(outcome.result.has_exit_code());
  CHECK_FALSE(outcome.result.has_signal());
  CHECK(WallTime(outcome.result) > 0ms);
}

TEST_CASE("a cancel sent right behind the start ends the run as well") {
  Client client(SharedDaemon());
  InteractiveRun run(client, Snippet(kWait));
  run.Cancel();
  CHECK(run.Finish().Fate() == "CANCELLED");
}

TEST_CASE("input, signal and close that come after the end have no effect") {
  Client client(SharedDaemon());
  InteractiveRun run(client, Snippet("console.log('bye'); process.exit(0)"));
  REQUIRE(run.AwaitOutput("bye"));
  run.WriteStdin("late");
  run.Signal(15);
  run.CloseStdin();
  const Outcome outcome = run.Finish();
  INFO(outcome.Describe());
  CHECK((outcome.Fate() == "EXITED 0" || outcome.Fate() == "SIGNALED 15"));
}

TEST_CASE("messages in the wrong order or out of range are refused by name") {
  Client client(SharedDaemon());
  const auto refused = [&](const std::string& field, const auto& send) {
    InteractiveRun run(client);
    send(run);
    const Outcome outcome = run.Finish();
    INFO(outcome.Describe());
    CHECK(outcome.Code() == "INVALID_ARGUMENT");
    CHECK_THAT(outcome.Violations(), Catch::StartsWith(field + ":"));
    return outcome.Violations();
  };
  refused("start", [](InteractiveRun& run) { run.WriteStdin("too early"); });
  refused("start", [](InteractiveRun& run) {
    run.Start(Snippet(kWait));
    run.Start(Snippet(kWait));
  });
  refused("stdin", [](InteractiveRun& run) {
    run.Start(Snippet(kWait));
    run.CloseStdin();
    run.WriteStdin("too late");
  });
  refused("input", [](InteractiveRun& run) {
    run.Start(Snippet(kWait));
    run.Send({});
  });
  const std::string told = refused("signal.number", [](InteractiveRun& run) {
    run.Start(Snippet(kWait));
    run.Signal(11);
  });
  CHECK_THAT(told, Catch::Contains("11") && Catch::Contains("15 (SIGTERM)"));
}

TEST_CASE("a call that ends before its start is refused") {
  Client client(SharedDaemon());
  InteractiveRun run(client);
  run.DoneSending();
  CHECK(run.Finish().Code() == "INVALID_ARGUMENT");
}

TEST_CASE("input faster than the program reads stalls the sender and not the daemon's memory") {
  Daemon daemon;
  Client client(daemon);
  constexpr std::size_t kMessage = 1U << 20U;
  constexpr std::size_t kMessages = 48;
  v1::RunRequest request = SnippetFile("read-after-a-while.mjs");
  WithWallTime(request, 30s);
  const std::size_t before = daemon.resident_bytes();
  std::atomic<std::size_t> sent = 0;
  InteractiveRun run(client, request);
  REQUIRE(run.AwaitOutput("waiting\n"));
  std::thread writer([&] {
    for (std::size_t i = 0; i < kMessages && run.WriteStdin(std::string(kMessage, 'x')); ++i) ++sent;
    run.CloseStdin();
  });
  REQUIRE(run.AwaitOutput("reading\n"));
  const std::size_t sent_before_reading = sent;
  const std::size_t resident = daemon.resident_bytes();
  writer.join();
  const Outcome outcome = run.Finish();
  INFO(outcome.Describe());
  CHECK(sent_before_reading < kMessages / 2);
  CHECK(resident < before + 24 * kMessage + kQuarantineBytes);
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "waiting\nreading\n" + std::to_string(kMessages * kMessage) + "\n");
}

}  // namespace
}  // namespace runner::test
