// Grade: cases with expectations, how they end, and what their results say.
#include "tests/support/grade.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "tests/support/client.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

// Prints the sum of the numbers in its input.
const std::string kSum =
    "let all = ''; for await (const part of process.stdin) all += part;\n"
    "console.log(all.trim().split(/\\s+/).map(Number).reduce((a, b) => a + b, 0))";

TEST_CASE("a case passes when the program prints what is expected, and fails with a difference when it does not") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Submission(kSum);
  AddCase(request, "1 2 3", "6\n");
  AddCase(request, "1 2 3", "7\n").set_points(5);
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.Outcomes() == "PASSED FAILED");
  CHECK(graded.results[0].message().empty());
  CHECK(graded.results[0].points() == 1);
  CHECK(graded.results[0].run().verdict() == v1::EXITED);
  CHECK(graded.results[0].stdout() == "6\n");
  const v1::CaseResult& failed = graded.results[1];
  CHECK(failed.message() == "stdout: line 1, column 1: expected \"7\", got \"6\"");
  CHECK(failed.points() == 0);
  CHECK(failed.points_possible() == 5);
  REQUIRE(failed.mismatches_size() == 1);
  CHECK(failed.mismatches(0).what() == "stdout");
  CHECK(failed.mismatches(0).line() == 1);
  CHECK(failed.mismatches(0).column() == 1);
  CHECK(failed.mismatches(0).diff() == "--- expected\n+++ actual\n@@ -1,1 +1,1 @@\n-7\n+6\n");
}

TEST_CASE("the stream of a grade is started, a result for each case, and the total") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Submission(kSum);
  for (int i = 0; i < 5; ++i) {
    const std::string number = std::to_string(i);
    AddCase(request, number, number).set_group("group " + number);
  }
  request.set_grade_id("my-grade");
  request.set_max_parallel(2);
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.Outcomes() == "PASSED PASSED PASSED PASSED PASSED");
  REQUIRE(graded.order.size() == 7);
  CHECK(graded.order.front() == "started");
  CHECK(graded.order.back() == "total");
  CHECK(graded.started.grade_id() == "my-grade");
  CHECK(graded.started.image() == "node-26");
  CHECK(graded.started.policy() == "lesson");
  CHECK(graded.started.cases() == 5);
  CHECK(graded.started.parallel() == 2);
  std::set<std::string> runs;
  for (std::uint32_t i = 0; i < 5; ++i) {
    const v1::CaseResult& result = graded.results[i];
    CHECK(result.index() == i);
    CHECK(result.name() == "case " + std::to_string(i));
    CHECK(result.group() == "group " + std::to_string(i));
    CHECK(result.visibility() == v1::VISIBLE);
    CHECK(result.attempts() == 1);
    CHECK(result.attempts_passed() == 1);
    runs.insert(result.run().run_id());
  }
  CHECK(runs.size() == 5);
  CHECK(graded.total.grade_id() == "my-grade");
  CHECK(graded.total.passed() == 5);
  CHECK(graded.total.points() == 5);
  CHECK(graded.total.points_possible() == 5);
  CHECK(graded.total.complete());
  CHECK(ToMicroseconds(graded.total.cpu_time()) > 5ms);
  CHECK(ToMicroseconds(graded.total.wall_time()) <= graded.took + 1ms);
}

TEST_CASE("exit codes are as expected, or any, and 0 where nothing is said") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Submission("process.exit(Number(process.argv[2]))");
  AddCase(request, "0");
  AddCase(request, "3");
  AddCase(request, "3").mutable_expect()->set_exit_code(3);
  AddCase(request, "0").mutable_expect()->set_exit_code(3);
  AddCase(request, "42").mutable_expect()->set_any_exit_code(true);
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.Outcomes() == "PASSED FAILED PASSED FAILED PASSED");
  CHECK(Mismatches(graded.results[1]) == "exit code: expected 0, got 3\n");
  CHECK(graded.results[1].message() == "exit code: expected 0, got 3");
  CHECK(Mismatches(graded.results[3]) == "exit code: expected 3, got 0\n");
}

TEST_CASE("a submission that loops, leaks, forks or floods gets its verdict while the other cases finish") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Submission(
      "import { Worker } from 'node:worker_threads';\n"
      "switch (process.argv[2]) {\n"
      "  case 'loop': for (;;);\n"
      "  case 'sleep': setTimeout(() => {}, 1e6); break;\n"
      "  case 'leak': { const kept = []; for (;;) kept.push(Buffer.alloc(1e6, 1)); }\n"
      "  case 'fork': for (;;) new Worker('for (;;);', { eval: true });\n"
      "  case 'flood': for (;;) process.stdout.write('y'.repeat(65536) + '\\n');\n"
      "  case 'abort': process.abort();\n"
      "  default: console.log('fine');\n"
      "}\n");
  request.mutable_limits()->mutable_cpu_time()->set_nanos(500'000'000);
  request.mutable_limits()->mutable_wall_time()->set_seconds(20);
  for (const char* way : {"loop", "fine", "sleep", "leak", "fine", "fork", "flood", "abort", "fine"}) {
    AddCase(request, way).mutable_expect()->mutable_stdout()->set_exact("fine\n");
  }
  request.mutable_cases(2)->mutable_limits()->mutable_wall_time()->set_nanos(300'000'000);
  // On a busy machine writing 64 KiB and being stopped for it takes long.
  request.mutable_cases(6)->mutable_limits()->mutable_cpu_time()->set_seconds(5);
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.Outcomes() == "FAILED PASSED FAILED FAILED PASSED FAILED FAILED FAILED PASSED");
  CHECK(graded.results[0].run().verdict() == v1::CPU_TIME_LIMIT);
  CHECK_THAT(graded.results[0].message(), Catch::StartsWith("the program was stopped after "));
  CHECK_THAT(graded.results[0].message(), Catch::Contains("of CPU time"));
  CHECK(graded.results[2].run().verdict() == v1::WALL_TIME_LIMIT);
  // A case's own limit takes the place of the common one.
  CHECK(graded.results[2].run().limit().allowed() == 300);
  CHECK(graded.results[3].run().verdict() == v1::MEMORY_LIMIT);
  CHECK(graded.results[5].run().verdict() != v1::EXITED);
  CHECK(graded.results[6].run().verdict() == v1::OUTPUT_LIMIT);
  CHECK(graded.results[6].stdout().size() == 64U * 1024U);
  CHECK(graded.results[7].message() == "the program was ended by signal SIGABRT");
  CHECK(graded.total.passed() == 3);
  CHECK(graded.total.complete());
}

TEST_CASE("a verdict that is expected passes, whichever it is") {
  Client client(SharedDaemon());
  v1::GradeRequest request =
      Submission("if (process.argv[2] === 'abort') process.abort(); for (;;) console.log('x'.repeat(9999))");
  request.mutable_limits()->set_output_bytes(100'000);
  AddCase(request, "abort").mutable_expect()->set_signal(6);
  AddCase(request, "abort").mutable_expect()->set_signal(11);
  AddCase(request, "abort").mutable_expect()->set_verdict(v1::SIGNALED);
  AddCase(request, "").mutable_expect()->set_verdict(v1::OUTPUT_LIMIT);
  AddCase(request, "").mutable_expect()->set_verdict(v1::CPU_TIME_LIMIT);
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.Outcomes() == "PASSED FAILED PASSED PASSED FAILED");
  CHECK(Mismatches(graded.results[1]) == "signal: expected 11, got 6\n");
  CHECK_THAT(graded.results[4].message(),
             Catch::StartsWith("the limit of CPU time should have ended it: the program "));
}

}  // namespace
}  // namespace runner::test
