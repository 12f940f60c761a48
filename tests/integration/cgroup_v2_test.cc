// What is different on version 2 of the cgroup interface. Where there is version 1 these have nothing to look at; tests/vm
// runs them on version 2.
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

bool IsVersion2() {
  if (CgroupAboveOurs()) return true;
  SUCCEED("cgroup v1");
  return false;
}

std::string Read(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> Children(const fs::path& cgroup) {
  std::vector<fs::path> children;
  for (const auto& entry : fs::directory_iterator(cgroup)) {
    if (entry.is_directory()) children.push_back(entry.path());
  }
  return children;
}

std::vector<pid_t> Processes(const fs::path& cgroup) {
  std::ifstream in(cgroup / "cgroup.procs");
  std::vector<pid_t> pids{std::istream_iterator<pid_t>(in), {}};
  std::sort(pids.begin(), pids.end());
  return pids;
}

// A cgroup beside our own with every controller: what a service manager gives a service with Delegate=yes.
class Delegated {
 public:
  Delegated() {
    static std::atomic<int> made{0};
    path_ = *CgroupAboveOurs() / ("runner-test-" + std::to_string(::getpid()) + "-" + std::to_string(made++));
    fs::create_directory(path_);
  }
  Delegated(const Delegated&) = delete;
  Delegated& operator=(const Delegated&) = delete;
  ~Delegated() {
    for (const fs::path& child : Children(path_)) Remove(child);
    Remove(path_);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  // A process that was killed stays for a moment.
  static void Remove(const fs::path& cgroup) {
    std::error_code error;
    (void)Eventually(Slowed(2s), [&] { return fs::remove(cgroup, error); });
  }

  fs::path path_;
};

// Runs `argv` in `cgroup`.
std::vector<std::string> In(const fs::path& cgroup, std::vector<std::string> argv) {
  argv.insert(argv.begin(), {"/bin/sh", "-c", "echo $$ >\"$0/cgroup.procs\" && exec \"$@\"", cgroup.string()});
  return argv;
}

// What a daemon says that does not start in `cgroup`.
std::string Refused(const fs::path& cgroup) {
  try {
    const Daemon daemon({.cgroup = cgroup});
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "it started";
}

TEST_CASE("v2: a daemon alone in its cgroup works from a leaf of it and gives it back as it was") {
  if (!IsVersion2()) return;
  const Delegated home;
  for (const int signal : {SIGTERM, SIGKILL, SIGTERM}) {  // each time in the same cgroup, as a service is restarted
    Daemon daemon({.cgroup = home.path()});
    REQUIRE(Client(daemon).Run(Snippet("console.log(1)")).out == "1\n");
    CHECK(Processes(home.path()).empty());
    const auto trees = Children(home.path());
    REQUIRE(trees.size() == 1);
    std::vector<pid_t> both{daemon.pid(), daemon.launcher_pid()};
    std::sort(both.begin(), both.end());
    CHECK(Processes(trees[0] / "daemon") == both);
    daemon.Kill(signal);
    CHECK(daemon.Wait(Slowed(10s)) == (signal == SIGKILL ? 128 + SIGKILL : 0));
    CHECK(daemon.RemainsAfter(Slowed(2s)) == "");
    CHECK(Children(home.path()).empty());
    CHECK(Read(home.path() / "cgroup.subtree_control").empty());
  }
}

TEST_CASE("v2: a daemon works under the cgroup that it is given and stays where it is") {
  if (!IsVersion2()) return;
  const Delegated home;
  const Delegated elsewhere;
  // By its path in the hierarchy; every other daemon of these tests is given a directory.
  const std::string path = "/" + elsewhere.path().lexically_relative("/sys/fs/cgroup").string();
  const Daemon daemon({.extra_config = "cgroup_parent: " + path + "\n", .cgroup = home.path()});
  CHECK(Client(daemon).Run(Snippet("console.log(1)")).out == "1\n");
  CHECK(Processes(home.path()).size() == 2);
  CHECK(Children(home.path()).empty());
  CHECK(Children(elsewhere.path()).size() == 1);
}

TEST_CASE("v2: a daemon that shares its cgroup with others is refused and told what to do") {
  if (!IsVersion2()) return;
  const Delegated home;
  Process other(In(home.path(), {"/bin/sleep", "1000"}));
  REQUIRE(Eventually(Slowed(5s), [&] { return !Processes(home.path()).empty(); }));
  CHECK_THAT(Refused(home.path()), Catch::Contains("shares the cgroup " + home.path().string()) &&
                                       Catch::Contains("Delegate=yes") && Catch::Contains("cgroup_parent"));
  CHECK(Eventually(Slowed(2s), [&] { return Processes(home.path()).size() == 1; }));
  CHECK(Children(home.path()).empty());
  other.Kill(SIGKILL);
  (void)other.Wait(Slowed(5s));
}

TEST_CASE("v2: where controllers are not handed down, runnerd and doctor say so and what to do") {
  if (!IsVersion2()) return;
  const Delegated home;
  const fs::path inner = home.path() / "inner";
  fs::create_directory(inner);
  CHECK_THAT(Refused(inner), Catch::Contains(inner.string()) && Catch::Contains("no memory, pids, cpu controller") &&
                                 Catch::Contains("Delegate=yes"));
  CHECK(Children(inner).empty());

  const std::vector<std::string> doctor{Binary("runnerctl").string(), "doctor", "--address", "unix:/nowhere"};
  const Finished without = RunProgram(In(inner, doctor));
  INFO(without.out);
  CHECK_THAT(without.out, Catch::Matches("[^]*warning +cgroup_memory +Not handed down to " + inner.string() +
                                         "[^]*Delegate=yes[^]*"));
  const Finished with = RunProgram(In(home.path(), doctor));
  INFO(with.out);
  CHECK(with.exit_code == 0);
  for (const char* controller : {"memory", "cpu", "pids"}) {
    CHECK_THAT(with.out, Catch::Matches("[^]*ok +cgroup_" + std::string(controller) + " [^]*"));
  }
  CHECK_THAT(with.out, Catch::Matches("[^]*ok +cgroup_delegation [^]*"));
}

TEST_CASE("v2: init is born in its run's cgroup, which has every limit") {
  if (!IsVersion2()) return;
  Daemon daemon;
  Client client(daemon);
  v1::RunRequest request = Snippet("process.stdin.resume(); console.log('ready')");
  WithMemory(request, 200U << 20U);
  request.mutable_limits()->set_threads(33);
  InteractiveRun run(client, request);
  REQUIRE(run.AwaitOutput("ready"));
  const auto cgroups = CgroupsNamed("runnerd-" + std::to_string(daemon.pid()) + "-");
  const auto found = std::find_if(cgroups.begin(), cgroups.end(),
                                  [](const fs::path& path) { return path.filename().string().starts_with("run-"); });
  REQUIRE(found != cgroups.end());
  const auto inits = daemon.init_pids();
  REQUIRE(inits.size() == 1);
  // Nothing but the clone puts a process into a cgroup on version 2.
  const auto processes = Processes(*found);
  CHECK(std::find(processes.begin(), processes.end(), inits[0]) != processes.end());
  CHECK(Read(*found / "memory.max") == std::to_string(200U << 20U) + "\n");
  CHECK(Read(*found / "memory.oom.group") == "1\n");
  if (fs::exists(*found / "memory.swap.max")) CHECK(Read(*found / "memory.swap.max") == "0\n");
  CHECK(Read(*found / "pids.max") == "34\n");  // and init
  CHECK_THAT(Read(*found / "cpu.max"), Catch::Matches("[0-9]+ 100000\n"));
  run.CloseStdin();
  CHECK(run.Finish().Fate() == "EXITED 0");
}

TEST_CASE("v2: a child that runs out of memory takes its whole run along") {
  if (!IsVersion2()) return;
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(
      "if (process.argv[2]) { const kept = []; for (;;) kept.push(Buffer.alloc(1e6, 1)); }"
      "require('child_process').fork(__filename, ['child']).on('exit', () => console.log('the child alone'))",
      "main.js");
  request.set_policy("cluster");
  WithMemory(request, 192U << 20U);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "MEMORY_LIMIT");
  CHECK(outcome.out.empty());
}

}  // namespace
}  // namespace runner::test
