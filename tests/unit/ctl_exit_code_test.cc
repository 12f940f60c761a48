#include <catch2/catch.hpp>

#include "runner/ctl/exit_code.h"
#include "runner/ctl/verdict_sentence.h"

namespace runner::ctl {
namespace {

v1::RunResult ResultWith(v1::Verdict verdict) {
  v1::RunResult result;
  result.set_verdict(verdict);
  return result;
}

v1::RunResult ResultWithLimit(v1::Verdict verdict, const char* name, std::uint64_t allowed, std::uint64_t observed) {
  v1::RunResult result = ResultWith(verdict);
  result.mutable_limit()->set_name(name);
  result.mutable_limit()->set_allowed(allowed);
  result.mutable_limit()->set_observed(observed);
  return result;
}

TEST_CASE("a program's own exit code is runnerctl's", "[ctl]") {
  v1::RunResult result = ResultWith(v1::EXITED);
  for (const int code : {0, 1, 7, 137, 255}) {
    result.set_exit_code(code);
    CHECK(ExitCodeOf(result) == code);
  }
}

TEST_CASE("a signal that ended the program is 128 and its number", "[ctl]") {
  v1::RunResult result = ResultWith(v1::SIGNALED);
  result.set_signal(6);
  CHECK(ExitCodeOf(result) == 134);
}

TEST_CASE("every verdict has the exit code that scripts rely on", "[ctl]") {
  CHECK(ExitCodeOf(ResultWith(v1::WALL_TIME_LIMIT)) == 124);
  CHECK(ExitCodeOf(ResultWith(v1::CPU_TIME_LIMIT)) == 124);
  CHECK(ExitCodeOf(ResultWith(v1::MEMORY_LIMIT)) == 137);
  CHECK(ExitCodeOf(ResultWith(v1::OUTPUT_LIMIT)) == 125);
  CHECK(ExitCodeOf(ResultWith(v1::POLICY_VIOLATION)) == 159);
  CHECK(ExitCodeOf(ResultWith(v1::CANCELLED)) == 130);
  CHECK(ExitCodeOf(ResultWith(v1::SETUP_FAILED)) == 70);
  CHECK(ExitCodeOf(ResultWith(static_cast<v1::Verdict>(99))) == 70);
}

TEST_CASE("a failed call is told apart by whose fault it is", "[ctl]") {
  using grpc::Status;
  using grpc::StatusCode;
  CHECK(ExitCodeOf(Status(StatusCode::INVALID_ARGUMENT, "")) == 64);
  CHECK(ExitCodeOf(Status(StatusCode::UNAVAILABLE, "")) == 69);
  CHECK(ExitCodeOf(Status(StatusCode::RESOURCE_EXHAUSTED, "the queue is full")) == 69);
  CHECK(ExitCodeOf(Status(StatusCode::RESOURCE_EXHAUSTED, "Received message larger than max (9 vs. 4)")) == 64);
  CHECK(ExitCodeOf(Status(StatusCode::INTERNAL, "")) == 70);
  CHECK(ExitCodeOf(Status(StatusCode::UNIMPLEMENTED, "")) == 70);
}

TEST_CASE("a limit's sentence names the limit, what was observed and the option that raises it", "[ctl]") {
  CHECK(SentenceFor(ResultWithLimit(v1::WALL_TIME_LIMIT, "wall_time", 1000, 1002)) ==
        "stopped after 1.00 s: the wall time limit is 1 s (raise it with --time, up to the policy's maximum)");
  CHECK(SentenceFor(ResultWithLimit(v1::CPU_TIME_LIMIT, "cpu_time", 300, 312)) ==
        "stopped after 312 ms of CPU time: the CPU time limit is 300 ms (raise it with --cpu-time, up to the policy's "
        "maximum)");
  CHECK(SentenceFor(ResultWithLimit(v1::MEMORY_LIMIT, "memory", 134'217'728, 134'217'728)) ==
        "stopped with 128 MiB of memory in use: the memory limit is 128 MiB, Node itself included (raise it with "
        "--memory, up to the policy's maximum)");
  CHECK(SentenceFor(ResultWithLimit(v1::OUTPUT_LIMIT, "stderr", 1'048'576, 1'048'577)) ==
        "stopped after 1 MiB of stderr: the output limit is 1 MiB a stream (raise it with --output-limit, up to the "
        "policy's maximum)");
}

TEST_CASE("the other ends of a run have a sentence, an exit has none", "[ctl]") {
  CHECK(SentenceFor(ResultWith(v1::EXITED)).empty());
  v1::RunResult signaled = ResultWith(v1::SIGNALED);
  signaled.set_signal(6);
  CHECK(SentenceFor(signaled) == "the program was ended by signal 6 (SIGABRT)");
  v1::RunResult violation = ResultWith(v1::POLICY_VIOLATION);
  violation.set_policy("lesson");
  violation.set_syscall("ptrace");
  CHECK(SentenceFor(violation) == "stopped: the program made a system call that policy lesson forbids (ptrace)");
  v1::RunResult failed = ResultWith(v1::SETUP_FAILED);
  failed.set_message("mount /proc: EPERM");
  CHECK_THAT(SentenceFor(failed), Catch::EndsWith("the program was not started: mount /proc: EPERM"));
}

}  // namespace
}  // namespace runner::ctl
