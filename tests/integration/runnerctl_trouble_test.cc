// runnerctl, when something is wrong or somebody has had enough.
#include <catch2/catch.hpp>
#include <csignal>

#include "tests/integration/runnerctl.h"
#include "tests/support/eventually.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr const char* kForever = "console.log('ready'); setInterval(() => {}, 1000)";

TEST_CASE("runnerctl: Ctrl-C cancels the run, and the sandbox is gone", "[cold]") {
  const auto [signal, exit_code] = GENERATE(table<int, int>({{SIGINT, 130}, {SIGTERM, 143}}));
  Daemon daemon;
  Programs programs;
  Process process(Runnerctl({"run", programs.Add("a.js", kForever)}), With(daemon));
  REQUIRE(process.ReadLine(Slowed(5s)) == "ready");
  REQUIRE_FALSE(daemon.sandbox_processes().empty());
  process.Kill(signal);
  CHECK(process.Wait(Slowed(2s)) == exit_code);
  CHECK(Eventually(Slowed(200ms), [&] { return daemon.sandbox_processes().empty(); }));
  INFO(process.ErrorOutput());
  CHECK(process.ErrorOutput().find("Aborted") == std::string::npos);
}

TEST_CASE("runnerctl: Ctrl-C before the run has started leaves nothing behind", "[cold]") {
  Daemon daemon;
  Programs programs;
  for (const auto pause : {0ms, 5ms, 10ms, 20ms, 40ms}) {
    Process process(Runnerctl({"run", programs.Add("a.js", kForever)}), With(daemon));
    std::this_thread::sleep_for(pause);
    process.Kill(SIGINT);
    const int code = process.Wait(Slowed(3s));
    INFO("after " << pause.count() << " ms: " << process.ErrorOutput());
    CHECK(code == 130);
  }
  CHECK(Eventually(Slowed(500ms), [&] { return daemon.sandbox_processes().empty(); }));
}

TEST_CASE("runnerctl: a second Ctrl-C leaves at once, also from a daemon that hangs") {
  Daemon daemon;
  Programs programs;
  Process process(Runnerctl({"run", programs.Add("a.js", kForever)}), With(daemon));
  REQUIRE(process.ReadLine(Slowed(5s)) == "ready");
  daemon.Kill(SIGSTOP);
  process.Kill(SIGINT);
  std::this_thread::sleep_for(400ms);  // within 250 ms it would be the same press
  process.Kill(SIGINT);
  CHECK(process.Wait(Slowed(1s)) == 130);
  daemon.Kill(SIGCONT);
}

TEST_CASE("runnerctl: Ctrl-C is prompt also while the program leaves its input unread") {
  Programs programs;
  ProcessOptions options = With(SharedDaemon());
  options.pipe_stdin = true;
  Process process(Runnerctl({"run", programs.Add("a.js", kForever)}), options);
  REQUIRE(process.ReadLine(Slowed(5s)) == "ready");
  std::thread writer([&] { process.WriteStdin(std::string(16U << 20U, 'x')); });
  std::this_thread::sleep_for(Slowed(300ms));
  const auto begin = Clock::now();
  process.Kill(SIGINT);
  CHECK(process.Wait(Slowed(1500ms)) == 130);
  CHECK(Clock::now() - begin < Slowed(1s));
  writer.join();
}

TEST_CASE("runnerctl: when nobody reads the output any more, it ends quietly and so does the run", "[cold]") {
  Daemon daemon;
  Programs programs;
  Process process(Runnerctl({"run", programs.Add("a.js", "setInterval(() => console.log('y'), 5)")}), With(daemon));
  REQUIRE(process.ReadLine(Slowed(5s)) == "y");
  process.CloseStdout();
  CHECK(process.Wait(Slowed(2s)) == 141);
  CHECK(process.ErrorOutput().empty());
  CHECK(Eventually(Slowed(500ms), [&] { return daemon.sandbox_processes().empty(); }));
}

TEST_CASE("runnerctl: no daemon is 69, and the message says what to do") {
  Programs programs;
  const std::string file = programs.Add("a.js", "");
  const Finished finished = RunProgram(Runnerctl({"run", file, "--address", "unix:/nowhere/runner.sock"}));
  CHECK(finished.exit_code == 69);
  CHECK_THAT(finished.err, Catch::Contains("unix:/nowhere/runner.sock") && Catch::Contains("./dev serve"));
}

TEST_CASE("runnerctl: a daemon that is killed meanwhile is an error of the service's, not of the program's") {
  Daemon daemon;
  Programs programs;
  Process process(Runnerctl({"run", programs.Add("a.js", kForever)}), With(daemon));
  REQUIRE(process.ReadLine(Slowed(5s)) == "ready");
  daemon.Kill(SIGKILL);
  CHECK(process.Wait(Slowed(5s)) == 69);
  CHECK_THAT(process.ErrorOutput(),
             Catch::StartsWith("runnerctl: lost the daemon at " + daemon.address() + " during the run: "));
}

TEST_CASE("runnerctl: mistakes are 64 and say what would be right") {
  struct Mistake {
    std::vector<std::string> arguments;  // of a file that is there
    std::string hint;
  };
  const Mistake mistake =
      GENERATE(Mistake{{"--tiem", "1s"}, "--tiem"}, Mistake{{"--time", "1 parsec"}, "parsec"},
               Mistake{{"--memory", "lots"}, "lots"}, Mistake{{"--time", "1h"}, "[1 ms, 30 s]"},
               Mistake{{"--image", "node-1"}, "node-26"}, Mistake{{"--policy", "none"}, "lesson"},
               Mistake{{"--memory", "4G"}, "limits.memory_bytes: 4 GiB is outside [64 MiB, 512 MiB]"},
               Mistake{{"--image="}, "--image="}, Mistake{{"--env", "LD_PRELOAD=x"}, "LD_PRELOAD"},
               Mistake{{"--entry", "../a.js"}, ".."});
  Programs programs;
  std::vector<std::string> arguments = mistake.arguments;
  arguments.push_back(programs.Add("a.js", ""));
  const Finished finished = Run(arguments);
  INFO(finished.err);
  CHECK(finished.exit_code == 64);
  CHECK(finished.out.empty());
  CHECK_THAT(finished.err, Catch::StartsWith("runnerctl: ") && Catch::Contains(mistake.hint));
}

TEST_CASE("runnerctl: no program, and one that is not there") {
  const Finished none = Run({});
  CHECK(none.exit_code == 64);
  CHECK_THAT(none.err, Catch::Contains("name a FILE, a DIR or -"));
  const Finished missing = Run({"/nowhere/a.js"});
  CHECK(missing.exit_code == 64);
  CHECK_THAT(missing.err, Catch::Contains("/nowhere/a.js"));
}

TEST_CASE("runnerctl: a file that is too large is refused with its size and the limit") {
  Programs programs;
  const std::string large = programs.Add("large.js", "");
  std::filesystem::resize_file(large, 20U << 20U);
  const Finished finished = Run({large});
  INFO(finished.err);
  CHECK(finished.exit_code == 64);
  CHECK_THAT(finished.err, Catch::Contains("come to 20 MiB") && Catch::Contains("holds 16 MiB"));
  std::filesystem::resize_file(large, 3ULL << 30U);
  const auto begin = Clock::now();
  const Finished huge = Run({large});
  INFO(huge.err);
  CHECK(huge.exit_code == 64);
  CHECK_THAT(huge.err, Catch::Contains("is 3 GiB") && Catch::Contains("64 MiB"));
  CHECK(Clock::now() - begin < Slowed(2s));
}

}  // namespace
}  // namespace runner::test
