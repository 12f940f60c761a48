#include "tests/hostile/hostile.h"

namespace runner::test {
namespace {

using std::chrono::milliseconds;

void CheckMemoryLimit(const Outcome& outcome, std::uint64_t limit) {
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "MEMORY_LIMIT");
  CHECK(outcome.result.limit().allowed() == limit);
  CHECK(outcome.result.usage().memory_peak_bytes() >= limit * 3 / 4);
  // On cgroup v2 the kernel may charge a page or two before it finds out.
  CHECK(outcome.result.usage().memory_peak_bytes() <= limit + kMiB);
}

TEST_CASE_METHOD(Hostile, "memory of every kind ends in MEMORY_LIMIT, and not at a neighbour's cost") {
  const std::string kind = GENERATE("fill-heap", "fill-heap-with-strings", "fill-buffers", "fill-array-buffers",
                                    "fill-one-huge-buffer", "grow-wasm-memory");
  auto request = WithMuchTime(Attack(kind));
  WithMemory(request, 128 * kMiB);
  INFO(kind);
  CheckMemoryLimit(RunBesideNeighbours(request), 128 * kMiB);
}

TEST_CASE_METHOD(Hostile, "files in /tmp and in the workspace are memory, too") {
  auto request = Attack("fill-tmp-as-memory");
  request.mutable_limits()->set_workspace_bytes(48 * kMiB);
  WithMemory(request, 128 * kMiB);
  const Outcome outcome = Run(request);
  CheckMemoryLimit(outcome, 128 * kMiB);
  CHECK(outcome.out == "files written\n");
}

TEST_CASE_METHOD(Hostile, "twenty workers that allocate at once go together") {
  auto request = WithMuchTime(Attack("workers-fill-memory", {"20"}));
  request.mutable_limits()->set_threads(128);
  WithMemory(request, 256 * kMiB);
  CheckMemoryLimit(RunBesideNeighbours(request), 256 * kMiB);
}

TEST_CASE_METHOD(Hostile, "what the kernel buffers for a program is bounded with it") {
  const std::string kind = GENERATE("fill-sockets", "fill-pipes");
  auto request = NativeAttack(kind, {"500", "hold"});
  WithWallTime(WithMemory(request, 64 * kMiB), Slowed(milliseconds(3000)));
  const Outcome outcome = RunBesideNeighbours(request);
  INFO(outcome.Describe());
  // The kernel ends it, or stops to give it more; never somebody else.
  CHECK((outcome.Fate() == "MEMORY_LIMIT" || outcome.Fate() == "WALL_TIME_LIMIT"));
  CHECK(outcome.result.usage().memory_peak_bytes() <= 65 * kMiB);
}

TEST_CASE_METHOD(Hostile, "a program that stays just under its memory limit is left alone") {
  auto request = Attack("allocate", {"80"});
  CHECK(Output(WithMemory(request, 160 * kMiB)) == "kept 80");
}

}  // namespace
}  // namespace runner::test
