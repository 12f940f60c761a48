#include "tests/hostile/hostile.h"

namespace runner::test {
namespace {

using std::chrono::milliseconds;

// As for every verdict. The integration tests look at it more closely, with a second try: others use this machine, too.
constexpr milliseconds kOver{200};

void CheckCpuLimit(const Outcome& outcome, milliseconds limit) {
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "CPU_TIME_LIMIT");
  CHECK(CpuTime(outcome.result) >= limit);
  CHECK(CpuTime(outcome.result) <= limit + Slowed(kOver));
  CHECK(outcome.result.limit().name() == "cpu_time");
}

TEST_CASE_METHOD(Hostile, "every way to burn CPU time ends at its limit, in the middle of a call too") {
  const std::string way = GENERATE("spin", "catastrophic-regex", "huge-bigint", "scrypt", "compress", "wasm-loop",
                                   "thrash-collector", "poison-prototypes");
  const milliseconds limit = Slowed(milliseconds(400));
  auto request = Attack(way);
  // The most there is: on a busy machine garbage can come faster than V8 collects it, and the run then meets this limit.
  request.mutable_limits()->set_memory_bytes(512U << 20U);
  INFO(way);
  CheckCpuLimit(Run(WithCpuTime(request, limit)), limit);
}

TEST_CASE_METHOD(Hostile, "the CPU time of all workers counts together") {
  const milliseconds limit = Slowed(milliseconds(600));
  auto request = Attack("spin-in-workers");
  CheckCpuLimit(RunBesideNeighbours(WithCpuTime(request, limit)), limit);
}

TEST_CASE_METHOD(Hostile, "a program that waits for ever or serves nobody ends by the wall clock") {
  const std::string way = GENERATE("wait-forever", "idle-server");
  const milliseconds limit = Slowed(milliseconds(600));
  auto request = Attack(way);
  const Outcome outcome = Run(WithWallTime(request, limit));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "WALL_TIME_LIMIT");
  CHECK(InTime(outcome, limit));
}

TEST_CASE_METHOD(Hostile, "endless recursion is a RangeError") { CHECK(Output(Attack("recurse")) == "RangeError"); }

}  // namespace
}  // namespace runner::test
