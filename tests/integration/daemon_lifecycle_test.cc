// How the daemon starts, refuses to start, and ends, by itself and by force.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"
#include "tests/support/scratch_directory.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const std::string kForever = "setInterval(() => {}, 1000); console.log('ready')";
const std::string kSpin = "console.log('ready'); for(;;);";

std::vector<std::unique_ptr<InteractiveRun>> StartRuns(Client& client, const std::string& source, int count) {
  std::vector<std::unique_ptr<InteractiveRun>> runs;
  for (int i = 0; i < count; ++i) runs.push_back(std::make_unique<InteractiveRun>(client, Snippet(source)));
  for (const auto& run : runs) REQUIRE(run->AwaitOutput("ready"));
  return runs;
}

TEST_CASE("kill -9 of runnerd with runs live leaves nothing after a second") {
  const std::string source = GENERATE(kForever, kSpin);
  Daemon daemon;
  Client client(daemon);
  const auto runs = StartRuns(client, source, 4);
  REQUIRE(daemon.init_pids().size() >= 4);
  REQUIRE(daemon.sandbox_processes().size() >= 4);
  daemon.Kill(SIGKILL);
  REQUIRE(daemon.Wait(Slowed(5s)) == 128 + SIGKILL);
  CHECK(daemon.RemainsAfter(Slowed(1s)) == "");
  for (const auto& run : runs) CHECK(run->Finish().Code() == "UNAVAILABLE");
}

TEST_CASE("kill -9 of the launcher ends every sandbox, and the daemon says so and ends") {
  Daemon daemon;
  Client client(daemon);
  const auto runs = StartRuns(client, kForever, 3);
  REQUIRE(::kill(daemon.launcher_pid(), SIGKILL) == 0);
  CHECK(Eventually(Slowed(1s), [&] { return daemon.sandbox_processes().empty(); }));
  const int code = daemon.Wait(Slowed(10s));
  CHECK(code > 0);
  CHECK(code < 128);
  CHECK_THAT(daemon.log(), Catch::Contains("launcher"));
  for (const auto& run : runs) {
    const Outcome outcome = run->Finish();
    INFO(outcome.Describe());
    CHECK((outcome.Code() == "UNAVAILABLE" || outcome.result.verdict() == v1::SETUP_FAILED ||
           outcome.result.verdict() == v1::CANCELLED));
  }
  // The launcher would have removed these; the next daemon does.
  Daemon next;
  CHECK(daemon.RemainsAfter(Slowed(1s)) == "");
}

TEST_CASE("a daemon that starts sweeps what a killed one left, and only that") {
  Daemon live;
  Daemon dead;
  Client client(dead);
  const auto runs = StartRuns(client, kForever, 2);
  Client live_client(live);
  const auto live_run =
      StartRuns(live_client, "process.stdin.on('end', () => process.exit()).resume(); console.log('ready')", 1);
  // Neither has the time to clean up after the other.
  ::kill(dead.launcher_pid(), SIGSTOP);
  dead.Kill(SIGKILL);
  ::kill(dead.launcher_pid(), SIGKILL);
  REQUIRE(dead.Wait(Slowed(5s)) == 128 + SIGKILL);
  CHECK(Eventually(Slowed(1s), [&] { return dead.sandbox_processes().empty(); }));
  {
    Daemon next;
    CHECK(dead.RemainsAfter(Slowed(1s)) == "");
    Client next_client(next);
    CHECK(next_client.Run(Snippet("console.log(1)")).out == "1\n");
  }
  live_run[0]->CloseStdin();
  CHECK(live_run[0]->Finish().Fate() == "EXITED 0");
  CHECK(live_client.Run(Snippet("console.log(2)")).out == "2\n");
  for (const auto& run : runs) (void)run->Finish();
}

TEST_CASE("an init that is killed from outside costs its own run and no other", "[cold]") {
  Daemon daemon;
  Client client(daemon);
  const auto runs = StartRuns(client, kForever, 1);
  const std::vector<pid_t> inits = daemon.init_pids();
  REQUIRE(inits.size() == 1);
  ::kill(inits[0], SIGKILL);
  const Outcome outcome = runs[0]->Finish();
  INFO(outcome.Describe());
  CHECK(outcome.has_result);
  CHECK(outcome.result.verdict() != v1::EXITED);
  CHECK(client.Run(Snippet("console.log(1)")).out == "1\n");
}

TEST_CASE("SIGTERM lets a short run end, refuses new ones, and then the daemon ends") {
  Daemon daemon;
  Client client(daemon);
  InteractiveRun run(client, Snippet("process.stdin.on('end', () => { console.log('done'); process.exit() }).resume();"
                                     "console.log('ready')"));
  REQUIRE(run.AwaitOutput("ready"));
  daemon.Kill(SIGTERM);
  CHECK(Eventually(Slowed(2s), [&] { return client.Run(Snippet("")).Code() == "UNAVAILABLE"; }));
  run.CloseStdin();
  const Outcome outcome = run.Finish();
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "ready\ndone\n");
  CHECK(daemon.Wait(Slowed(5s)) == 0);
  CHECK(daemon.RemainsAfter(Slowed(1s)) == "");
}

TEST_CASE("SIGTERM cancels a run that goes on, and its result still comes") {
  Daemon daemon;
  Client client(daemon);
  auto runs = StartRuns(client, kForever, 2);
  daemon.Kill(SIGTERM);
  for (const auto& run : runs) {
    const Outcome outcome = run->Finish();
    INFO(outcome.Describe());
    CHECK(outcome.Fate() == "CANCELLED");
  }
  CHECK(daemon.Wait(Slowed(10s)) == 0);
}

TEST_CASE("a second SIGTERM ends the daemon at once, and its sandboxes with it") {
  Daemon daemon;
  Client client(daemon);
  const auto runs = StartRuns(client, kForever, 2);
  daemon.Kill(SIGTERM);
  CHECK(Eventually(Slowed(2s), [&] { return client.Run(Snippet("")).Code() == "UNAVAILABLE"; }));
  daemon.Kill(SIGTERM);
  CHECK(daemon.Wait(Slowed(2s)) == 128 + SIGTERM);
  CHECK(daemon.RemainsAfter(Slowed(1s)) == "");
}

TEST_CASE("runnerd has given up root and cannot get it back") {
  Daemon& daemon = SharedDaemon();
  std::ifstream file("/proc/" + std::to_string(daemon.pid()) + "/status");
  std::string status((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::string uid = std::to_string(daemon.first_uid());
  CHECK_THAT(status, Catch::Contains("Uid:\t" + uid + "\t" + uid + "\t" + uid + "\t" + uid));
  CHECK_THAT(status, Catch::Contains("Gid:\t" + uid + "\t" + uid + "\t" + uid + "\t" + uid));
  CHECK_THAT(status, Catch::Contains("Groups:\t \n") || Catch::Contains("Groups:\t\n"));
  CHECK_THAT(status, Catch::Contains("NoNewPrivs:\t1"));
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
    CHECK_THAT(status, Catch::Contains(std::string(set) + ":\t0000000000000000"));
  }
}

// Starts runnerd with this configuration, which must keep it from starting.
Finished StartWith(const std::vector<std::string>& arguments) {
  std::vector<std::string> argv{Binary("runnerd").string()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return RunProgram(argv);
}

TEST_CASE("a mistake in a policy file keeps the daemon from starting and is told with file and line") {
  const ScratchDirectory directory;
  fs::copy(SourceDirectory() / "policies", directory / "policies");
  const fs::path lesson = directory / "policies/lesson.yaml";
  std::ifstream in(lesson);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const std::size_t at = text.find("threads: 64");
  REQUIRE(at != std::string::npos);
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  text.replace(at, 11, "threads: many");
  std::ofstream(lesson) << text;

  const Finished finished = StartWith({"--listen", "unix:" + (directory / "socket").string(), "--images",
                                       ImagesDirectory().string(), "--policies", (directory / "policies").string()});
  INFO(finished.err);
  CHECK(finished.exit_code > 0);
  CHECK(finished.exit_code < 128);
  CHECK(finished.out.empty());
  CHECK_THAT(finished.err,
             Catch::Contains(lesson.string() + ":" + std::to_string(line) + ": expected") && Catch::Contains("many"));
}

TEST_CASE("a mistake in the configuration is told with file and line") {
  const ScratchDirectory directory;
  const fs::path file = directory / "runnerd.yaml";
  std::ofstream(file) << "max_running: 4\nmax_queued: lots\n";
  const Finished finished = StartWith({"--config", file.string()});
  INFO(finished.err);
  CHECK(finished.exit_code > 0);
  CHECK_THAT(finished.err, Catch::Contains(file.string() + ":2: expected") && Catch::Contains("lots"));
}

TEST_CASE("an unknown option is a usage error that names it") {
  const Finished finished = StartWith({"--lissten", "unix:/nowhere"});
  CHECK(finished.exit_code == 64);
  CHECK_THAT(finished.err, Catch::Contains("--lissten"));
}

TEST_CASE("a default image that is not there keeps the daemon from starting") {
  const ScratchDirectory directory;
  const Finished finished =
      StartWith({"--listen", "unix:" + (directory / "socket").string(), "--images", ImagesDirectory().string(),
                 "--policies", (SourceDirectory() / "policies").string(), "--default-image", "node-5"});
  INFO(finished.err);
  CHECK(finished.exit_code > 0);
  CHECK_THAT(finished.err, Catch::Contains("node-5") && Catch::Contains("node-26"));
}

TEST_CASE("a second daemon on the same socket is refused and does not disturb the first") {
  Daemon daemon;
  const Finished finished =
      StartWith({"--listen", daemon.address(), "--images", ImagesDirectory().string(), "--policies",
                 (SourceDirectory() / "policies").string(), "--first-uid", "399000", "--uid-count", "100"});
  INFO(finished.err);
  CHECK(finished.exit_code > 0);
  CHECK(finished.exit_code < 128);
  Client client(daemon);
  CHECK(client.Run(Snippet("console.log(1)")).out == "1\n");
}

TEST_CASE("a daemon takes over the socket that a killed one left") {
  const ScratchDirectory directory;
  const std::string address = "unix:" + (directory / "socket").string();
  {
    Daemon killed({.arguments = {"--listen", address}, .listens_elsewhere = true});
    REQUIRE(killed.address() == address);
    killed.Kill(SIGKILL);
    REQUIRE(killed.Wait(Slowed(5s)) == 128 + SIGKILL);
  }
  Daemon next({.arguments = {"--listen", address}, .listens_elsewhere = true});
  Client client(next);
  CHECK(client.Run(Snippet("console.log(1)")).out == "1\n");
}

}  // namespace
}  // namespace runner::test
