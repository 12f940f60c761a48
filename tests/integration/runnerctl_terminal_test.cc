// runnerctl run in a real terminal.
#include <catch2/catch.hpp>

#include "tests/integration/runnerctl.h"
#include "tests/integration/terminal.h"
#include "tests/support/eventually.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kTicks = "let n = 0; setInterval(() => console.log('tick', n++), 100)";

TEST_CASE("runnerctl in a terminal: output is live, Ctrl-C cancels and says so on a line of its own", "[cold]") {
  Daemon daemon;
  Programs programs;
  Terminal terminal(Runnerctl({"run", programs.Add("a.js", kTicks)}), With(daemon));
  REQUIRE(terminal.Await("tick 0\r\n", Slowed(5s)));
  REQUIRE(terminal.Await("tick 3\r\n", Slowed(2s)));
  terminal.Type("\x03");
  CHECK(terminal.Await("\nrunnerctl: cancelled after ", Slowed(2s)));
  CHECK(terminal.Wait(Slowed(1s)) == 130);
  CHECK(Eventually(Slowed(200ms), [&] { return daemon.sandbox_processes().empty(); }));
}

TEST_CASE("runnerctl in a terminal: a program answers what is typed, and Ctrl-D ends its input") {
  Programs programs;
  Terminal terminal(
      Runnerctl({"run", programs.Add("a.js",
                                     "process.stdin.on('data', (d) => console.log('got', String(d).trim()))"
                                     ".on('end', () => console.log('end')); console.log('?')")}),
      With(SharedDaemon()));
  REQUIRE(terminal.Await("?\r\n", Slowed(5s)));
  terminal.Type("one\n");
  CHECK(terminal.Await("got one\r\n", Slowed(2s)));
  terminal.Type("\x04");
  CHECK(terminal.Await("end\r\n", Slowed(2s)));
  CHECK(terminal.Wait(Slowed(2s)) == 0);
}

TEST_CASE("runnerctl in a terminal: a prompt waits for its answer on the same line") {
  Programs programs;
  Terminal terminal(
      Runnerctl({"run", programs.Add("a.mjs",
                                     "import readline from 'node:readline/promises';"
                                     "const rl = readline.createInterface({ input: process.stdin, output: "
                                     "process.stdout }); console.log(`hello ${await rl.question('Name? ')}`);"
                                     "const end = await rl.question('More? ').catch((e) => e.name);"
                                     "console.log(end)")}),
      With(SharedDaemon()));
  REQUIRE(terminal.Await("Name? ", Slowed(5s)));
  terminal.Type("Ada\n");
  CHECK(terminal.Await("hello Ada\r\nMore? ", Slowed(2s)));
  terminal.Type("\x04");                   // the interface closes, and the question with it
  CHECK(terminal.Wait(Slowed(2s)) == 13);  // as under Node: a top-level await that nothing can settle any more
}

TEST_CASE("runnerctl in a terminal: when the terminal is closed, the run ends", "[cold]") {
  Daemon daemon;
  Programs programs;
  Terminal terminal(Runnerctl({"run", programs.Add("a.js", kTicks)}), With(daemon));
  REQUIRE(terminal.Await("tick 0\r\n", Slowed(5s)));
  terminal.Close();
  CHECK(terminal.Wait(Slowed(2s)) != -1);
  CHECK(Eventually(Slowed(500ms), [&] { return daemon.sandbox_processes().empty(); }));
}

TEST_CASE(
    "runnerctl in a terminal: in the background it leaves what is typed to the shell, and is not stopped for it") {
  Programs programs;
  ProcessOptions options = With(SharedDaemon());
  options.env["RUNNERCTL"] = Binary("runnerctl").string();
  options.env["A"] = programs.Add("a.js", kTicks);
  Terminal terminal({"/bin/bash", "--norc", "--noprofile", "-i"}, options);
  terminal.Type("$RUNNERCTL run $A &\n");
  REQUIRE(terminal.Await("tick 0\r\n", Slowed(5s)));
  // Quoted so that what the terminal shows of the typing is not what is waited for.
  terminal.Type("echo ty''ped; sleep 0.5; jobs\n");
  CHECK(terminal.Await("typed\r\n", Slowed(2s)));
  CHECK(terminal.Await("Running", Slowed(3s)));
  terminal.Type("fg\n");
  REQUIRE(terminal.Await("tick", Slowed(2s)));
  terminal.Type("\x03");
  CHECK(terminal.Await("cancelled after", Slowed(2s)));
  terminal.Type("exit\n");
  CHECK(terminal.Wait(Slowed(2s)) == 130);
  INFO(terminal.screen());
  CHECK(terminal.screen().find("Stopped") == std::string::npos);
}

}  // namespace
}  // namespace runner::test
