// The layers that bound what is used: the same attack with the layer, and with a daemon that does without.
#include <algorithm>
#include <thread>

#include "tests/hostile/hostile.h"

namespace runner::test {
namespace {

TEST_CASE_METHOD(Hostile, "rlimits: open files and file sizes are bounded") {
  SECTION("with it, a file of a terabyte is refused and so is the 1025th descriptor") {
    CHECK(Output(Attack("sparse-terabyte")) == "EFBIG");
    CHECK(Output(Attack("open-many-files")) == "EMFILE true");
  }
  SECTION("without it, the file is made, sparse as it is, and descriptors are the host's to bound") {
    const Daemon open(Without({"rlimits"}));
    CHECK(OutputOn(open, Attack("sparse-terabyte")) == "made");
    CHECK(OutputOn(open, Attack("open-many-files")) != "EMFILE true");
  }
}

TEST_CASE_METHOD(Hostile, "memory_cgroup: memory is bounded") {
  auto request = Attack("allocate", {"300"});
  WithMemory(request, 128 * kMiB);
  SECTION("with it, 300 MiB do not fit into 128") {
    const Outcome outcome = Run(request);
    CHECK(outcome.Fate() == "MEMORY_LIMIT");
    CHECK(outcome.result.limit().name() == "memory");
    CHECK(outcome.result.limit().allowed() == 128 * kMiB);
    CHECK(outcome.result.usage().memory_peak_bytes() >= 120 * kMiB);
    CHECK(outcome.result.usage().memory_peak_bytes() <= 128 * kMiB);
  }
  SECTION("without it, they do") {
    const Daemon open(Without({"memory_cgroup"}));
    CHECK(OutputOn(open, request) == "kept 300");
  }
}

TEST_CASE_METHOD(Hostile, "pids_cgroup: threads are bounded") {
  const auto request = NativeAttack("threads", {"500"});
  SECTION("with it, there are as many as the limit says") { CHECK(Output(request) == "64"); }
  SECTION("without it, there are as many as wanted") {
    const Daemon open(Without({"pids_cgroup"}));
    CHECK(OutputOn(open, request) == "500");
  }
}

// How many cores two spinning threads used.
double CoresUsed(const Daemon& daemon) {
  const Outcome outcome = RunOn(daemon, Attack("two-spinning-workers"));
  CHECK(outcome.Fate() == "EXITED 0");
  return static_cast<double>(CpuTime(outcome.result).count()) / static_cast<double>(WallTime(outcome.result).count());
}

TEST_CASE_METHOD(Hostile, "cpu_cgroup: a run has one core's worth of CPU time", "[cold]") {
  if (std::thread::hardware_concurrency() < 2) {
    WARN("this machine has one core; two cannot be used");
    return;
  }
  // A quota is handed out per 100 ms, so that a short run can be a little over it.
  SECTION("with it, two threads share one core") { CHECK(CoresUsed(daemon()) < 1.25); }
  SECTION("without it, they have two") {
    const Daemon open(Without({"cpu_cgroup"}));
    // Where others use the cores as well, not at the first attempt.
    double most = 0;
    for (int attempt = 0; attempt < 30 && most < 1.3; ++attempt) most = std::max(most, CoresUsed(open));
    CHECK(most >= 1.3);
  }
}

}  // namespace
}  // namespace runner::test
