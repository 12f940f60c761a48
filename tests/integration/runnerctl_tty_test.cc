// runnerctl run --tty.
#include <catch2/catch.hpp>
#include <csignal>

#include "tests/integration/runnerctl.h"
#include "tests/integration/terminal.h"
#include "tests/support/eventually.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kKeys =
    "process.stdin.setRawMode(true); process.stdin.on('data', (keys) => {"
    "process.stdout.write(`<${keys.toString('hex')}>`); if (keys[0] === 0x71) process.exit(4) });"
    "process.stdout.on('resize', () => console.log(process.stdout.getWindowSize().join('x')));"
    "console.log('ready ' + process.stdout.getWindowSize().join('x'))";
constexpr const char* kWait = "setInterval(() => {}, 1000); console.log('ready')";

std::vector<std::string> Tty(const std::string& file) { return Runnerctl({"run", "--tty", file}); }

TEST_CASE("runnerctl --tty: keys, window and exit code, and the terminal as it was afterwards") {
  Programs programs;
  Terminal terminal(Tty(programs.Add("a.mjs", kKeys)), With(SharedDaemon()));
  CHECK_FALSE(terminal.raw());
  REQUIRE(terminal.Await("ready 80x24\r\n", Slowed(5s)));
  CHECK(terminal.raw());
  terminal.Type("\x03");
  CHECK(terminal.Await("<03>", Slowed(2s)));
  terminal.Resize(50, 100);
  CHECK(terminal.Await("100x50\r\n", Slowed(2s)));
  terminal.Type("\x1b[A~.");
  CHECK(terminal.Await("<1b5b417e2e>", Slowed(2s)));
  terminal.Type("q");
  CHECK(terminal.Wait(Slowed(2s)) == 4);
  CHECK_FALSE(terminal.raw());
}

TEST_CASE("runnerctl --tty: Ctrl-C ends a program that does not handle it, and Ctrl-D its input") {
  Programs programs;
  Terminal waits(Tty(programs.Add("a.mjs", kWait)), With(SharedDaemon()));
  REQUIRE(waits.Await("ready\r\n", Slowed(5s)));
  waits.Type("\x03");
  CHECK(waits.Await("^C", Slowed(2s)));
  CHECK(waits.Wait(Slowed(2s)) == 130);
  CHECK_THAT(waits.screen(), Catch::Contains("\r\nrunnerctl: the program was ended by signal 2 (SIGINT)\r\n"));
  Terminal reads(Tty(programs.Add("b.mjs",
                                  "console.log('?'); for await (const l of process.stdin) console.log('got', "
                                  "String(l).trim()); console.log('end')")),
                 With(SharedDaemon()));
  REQUIRE(reads.Await("?\r\n", Slowed(5s)));
  reads.Type("one\r");
  CHECK(reads.Await("one\r\ngot one\r\n", Slowed(2s)));
  reads.Type("\x04");
  CHECK(reads.Await("end\r\n", Slowed(2s)));
  CHECK(reads.Wait(Slowed(2s)) == 0);
}

TEST_CASE("runnerctl --tty: Enter ~ . leaves a program that answers to nothing", "[cold]") {
  Daemon daemon;
  Programs programs;
  Terminal terminal(
      Tty(programs.Add("a.mjs", "process.stdin.setRawMode(true).on('data', () => {}); console.log('ready')")),
      With(daemon));
  REQUIRE(terminal.Await("ready\r\n", Slowed(5s)));
  terminal.Type("\x03\x03\x1c\r");
  terminal.Type("~");
  terminal.Type(".");
  CHECK(terminal.Await("runnerctl: cancelled after ", Slowed(3s)));
  CHECK(terminal.Wait(Slowed(2s)) == 130);
  CHECK_FALSE(terminal.raw());
  CHECK(Eventually(Slowed(500ms), [&] { return daemon.sandbox_processes().empty(); }));
}

TEST_CASE("runnerctl --tty: a signal does not leave the terminal raw", "[cold]") {
  const int number = GENERATE(SIGTERM, SIGHUP, SIGQUIT, SIGSEGV);
  CAPTURE(number);
  Daemon daemon;
  Programs programs;
  Terminal terminal(Tty(programs.Add("a.mjs", kWait)), With(daemon));
  REQUIRE(terminal.Await("ready\r\n", Slowed(5s)));
  REQUIRE(terminal.raw());
  terminal.Kill(number);
  CHECK(terminal.Wait(Slowed(3s)) == 128 + number);
  CHECK_FALSE(terminal.raw());
  CHECK(Eventually(Slowed(500ms), [&] { return daemon.sandbox_processes().empty(); }));
}

TEST_CASE("runnerctl --tty: stopped by a signal and continued, the terminal changes hands both times") {
  Programs programs;
  Terminal terminal(Tty(programs.Add("a.mjs", kKeys)), With(SharedDaemon()));
  REQUIRE(terminal.Await("ready", Slowed(5s)));
  REQUIRE(terminal.raw());
  terminal.Kill(SIGTSTP);
  CHECK(Eventually(Slowed(1000ms), [&] { return !terminal.raw(); }));
  terminal.Kill(SIGCONT);
  CHECK(Eventually(Slowed(1000ms), [&] { return terminal.raw(); }));
  terminal.Type("q");
  CHECK(terminal.Wait(Slowed(2s)) == 4);
}

TEST_CASE("runnerctl --tty: without a terminal it takes a size, and what comes is typed") {
  Programs programs;
  const std::string file = programs.Add(
      "a.mjs", "for await (const l of process.stdin) console.log(String(l).trim(), process.stdout.columns + '')");
  const Finished refused = Run({"--tty", file}, "hello\n");
  CHECK(refused.exit_code == 64);
  CHECK_THAT(refused.err, Catch::Contains("standard input is not a terminal; --tty-size 80x24 does without one"));
  const Finished typed = Run({"--tty-size", "100x30", file}, "hello\n");
  INFO(typed.err);
  CHECK(typed.exit_code == 0);
  CHECK(typed.out == "hello\r\nhello 100\r\n");
  const Finished json = Run({"--tty-size=100x30", "--json", file}, "hello\n");
  CHECK_THAT(json.out, Catch::Contains("\"event\":\"stdout\"") && Catch::Contains("\"verdict\":\"EXITED\"") &&
                           !Catch::Contains("\"event\":\"stderr\""));
}

TEST_CASE("runnerctl --tty: what makes no sense with it is a mistake") {
  Programs programs;
  const std::string file = programs.Add("a.mjs", "");
  CHECK(Run({"--tty-size", "80", file}).exit_code == 64);
  CHECK_THAT(Run({"--tty-size", "80x24", "--no-stdin", file}).err, Catch::Contains("a terminal is standard input"));
  CHECK_THAT(Run({"--tty-size", "80x24", "-"}, "1").err, Catch::Contains("standard input holds the program already"));
}

}  // namespace
}  // namespace runner::test
