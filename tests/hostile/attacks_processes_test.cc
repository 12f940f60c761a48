#include "tests/hostile/hostile.h"

namespace runner::test {
namespace {

using std::chrono::milliseconds;

TEST_CASE_METHOD(Hostile, "a child process is an ordinary EPERM under lesson") {
  CHECK(Output(Attack("start-child")) == "EPERM");
}

TEST_CASE_METHOD(Hostile, "a fork bomb meets the limit on processes, and all of it is gone at the end") {
  const bool native = GENERATE(false, true);
  const milliseconds limit = Slowed(milliseconds(1500));
  auto request = Under("cluster", native ? NativeAttack("fork-bomb") : Attack("fork-bomb"));
  request.mutable_limits()->set_threads(100);
  WithCpuTime(WithWallTime(request, limit), std::min(Slowed(milliseconds(5000)), milliseconds(60'000)));
  const Outcome outcome = RunBesideNeighbours(request);
  INFO(outcome.Describe());
  CHECK((outcome.Fate() == "WALL_TIME_LIMIT" || outcome.Fate() == "MEMORY_LIMIT"));
  CHECK(outcome.result.usage().processes_peak() <= 100);
  CHECK(InTime(outcome, limit));
}

TEST_CASE_METHOD(Hostile, "ten thousand workers are an error at the cap") {
  auto request = WithMuchTime(Attack("ten-thousand-workers"));
  // So few that there is memory for all of them, whatever one takes.
  request.mutable_limits()->set_threads(32);
  const Outcome outcome = RunBesideNeighbours(request);
  INFO(outcome.Describe());
  CHECK(outcome.out == "ERR_WORKER_INIT_FAILED after true\n");
  CHECK(outcome.Fate() == "EXITED 0");
}

TEST_CASE_METHOD(Hostile, "a detached grandchild that holds stdout dies with the run") {
  const std::string kind = GENERATE("node", "native");
  const auto attack = kind == "node" ? Attack("detached-child-holds-stdout") : NativeAttack("leave-behind");
  CHECK(Output(Under("cluster", attack)) == "left it behind");
}

TEST_CASE_METHOD(Hostile, "a program that ignores every signal it can ends on time") {
  const milliseconds limit = Slowed(milliseconds(700));
  auto request = Attack("ignore-signals");
  const Outcome outcome = Run(WithWallTime(request, limit));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "WALL_TIME_LIMIT");
  CHECK(outcome.out.find("ignored SIGTERM") != std::string::npos);
  CHECK(InTime(outcome, limit));
}

TEST_CASE_METHOD(Hostile, "a program that stops itself is ended by its deadline") {
  const milliseconds limit = Slowed(milliseconds(500));
  auto request = Attack("stop-itself");
  const Outcome outcome = Run(WithWallTime(request, limit));
  CHECK(outcome.Fate() == "WALL_TIME_LIMIT");
  CHECK(InTime(outcome, limit));
}

TEST_CASE_METHOD(Hostile, "fatal signals are told as such, and leave no core file") {
  CHECK(Fate(Attack("abort")) == "SIGNALED 6");
  CHECK(Fate(Attack("signal-itself", {"SIGSEGV"})) == "SIGNALED 11");
  CHECK(Fate(Attack("signal-itself", {"SIGTRAP"})) == "SIGNALED 5");
  CHECK(Fate(Attack("signal-itself", {"SIGKILL"})) == "SIGNALED 9");
}

TEST_CASE_METHOD(Hostile, "exit codes that look like signals are exit codes") {
  for (const std::string code : {"124", "125", "137", "159", "255"})
    CHECK(Fate(Attack("exit-with", {code})) == "EXITED " + code);
}

TEST_CASE_METHOD(Hostile, "a program that raises the signal of a limit or of the filter does not get their verdict") {
  // Our own filter's SIGSYS and the kernel's SIGKILL for memory are not what a program sends itself.
  CHECK(Fate(Attack("signal-itself", {"SIGXCPU"})) == "SIGNALED 24");
  CHECK(Fate(Attack("signal-itself", {"SIGKILL"})) == "SIGNALED 9");
}

}  // namespace
}  // namespace runner::test
