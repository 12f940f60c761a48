// Grade as a call: order, repeats, mistakes in requests, cancelling, other callers, a daemon that stops.
#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <future>
#include <string>
#include <thread>

#include "tests/support/client.h"
#include "tests/support/eventually.h"
#include "tests/support/grade.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

TEST_CASE("with fail_fast no case begins after one has failed") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Submission("process.exit(Number(process.argv[2]))");
  for (const char* code : {"0", "1", "0", "0"}) AddCase(request, code);
  request.set_fail_fast(true);
  request.set_max_parallel(1);
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.Outcomes() == "PASSED FAILED SKIPPED SKIPPED");
  CHECK(graded.results[2].attempts() == 0);
  CHECK_FALSE(graded.results[2].has_run());
  CHECK(graded.total.skipped() == 2);
  CHECK(graded.total.points_possible() == 4);
  CHECK_FALSE(graded.total.complete());
}

TEST_CASE("a case that passes in some attempts only is flaky and earns nothing") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Submission("if (process.argv[2] === 'flaky' && Math.random() < 0.5) process.exit(9)");
  request.set_repeat(20);
  AddCase(request, "flaky");
  AddCase(request, "steady").set_repeat(2);
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.Outcomes() == "FLAKY PASSED");
  const v1::CaseResult& flaky = graded.results[0];
  CHECK(flaky.attempts() == 20);
  CHECK(flaky.attempts_passed() > 0);
  CHECK(flaky.attempts_passed() < 20);
  CHECK(flaky.points() == 0);
  CHECK(flaky.run().exit_code() == 9);
  CHECK(flaky.message() ==
        "passed in " + std::to_string(flaky.attempts_passed()) + " of 20 attempts; exit code: expected 0, got 9");
  CHECK(graded.results[1].attempts() == 2);
  CHECK(graded.total.flaky() == 1);
  CHECK(graded.total.complete());
}

TEST_CASE("all that is wrong with a request is told at once, by field") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Submission("");
  request.set_repeat(101);
  (*request.mutable_env())["LD_PRELOAD"] = "x";
  v1::File& shared = *request.add_shared();
  shared.set_path("../up");
  AddCase(request).mutable_limits()->mutable_wall_time()->set_seconds(3600);
  AddCase(request).set_name("case 0");
  AddCase(request).set_points(-1);
  AddCase(request).mutable_expect()->mutable_stdout();
  AddCase(request).mutable_expect()->set_verdict(v1::SETUP_FAILED);
  AddCase(request).mutable_expect()->mutable_stdout()->set_regex("(");
  AddCase(request).clear_expect();
  AddCase(request).mutable_expect()->add_files()->set_path("/etc/passwd");
  AddCase(request).set_entry("nothing.js");
  const Graded graded = Grade(client, request);
  REQUIRE(graded.Code() == "INVALID_ARGUMENT");
  const std::string told = graded.Violations();
  INFO(told);
  for (const char* line : {"repeat: 101 is outside [0, 100]", "env[\"LD_PRELOAD\"]: ", "shared[0].path: \"../up\" ",
                           "cases[1].name: \"case 0\" is also the name of cases[0]", "cases[2].points: -1",
                           "cases[3].expect.stdout: compares in no way", "cases[4].expect.verdict: SETUP_FAILED is not",
                           "cases[5].expect.stdout.regex: \"(\" is no regular expression",
                           "cases[6]: case 6 expects nothing", "cases[7].expect.files[0].path: "}) {
    CHECK_THAT(told, Catch::Contains(line));
  }
}

TEST_CASE("what a checker gets to read is limited as what is compared") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Submission("");
  request.set_policy("grader");
  v1::Case& of = AddCase(request);
  of.mutable_limits()->set_output_bytes(128U << 20U);
  v1::File& file = *of.mutable_expect()->mutable_checker()->add_files();
  file.set_path("check.mjs");
  CHECK_THAT(Grade(client, request).Violations(), Catch::Contains("cases[0].expect: 256 MiB of output may come"));
}

TEST_CASE("what is wrong with a case's program is told by the case's field, or by the common one") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Submission("");
  AddCase(request).mutable_limits()->mutable_wall_time()->set_seconds(3600);
  AddCase(request).set_entry("nothing.js");
  v1::File& file = *AddCase(request).add_files();
  file.set_path("a//b");
  (*AddCase(request).mutable_env())["1"] = "";
  AddCase(request).add_args(std::string("a\0b", 3));
  v1::Checker& checker = *AddCase(request).mutable_expect()->mutable_checker();
  checker.add_files()->set_path("checker/stdout");
  const Graded graded = Grade(client, request);
  REQUIRE(graded.Code() == "INVALID_ARGUMENT");
  const std::string told = graded.Violations();
  INFO(told);
  for (const char* line :
       {"cases[0].limits.wall_time: 3600 s is outside", "cases[1].entry: \"nothing.js\" is not",
        "cases[2].files[0].path: \"a//b\" has an empty component", "cases[3].env[\"1\"]: ", "cases[4].args[0]: ",
        "cases[5].expect.checker.files[0].path: \"checker/stdout\" is where"}) {
    CHECK_THAT(told, Catch::Contains(line));
  }
  v1::GradeRequest common = Submission("");
  common.mutable_limits()->mutable_wall_time()->set_seconds(3600);
  for (int i = 0; i < 3; ++i) AddCase(common);
  CHECK_THAT(Grade(client, common).Violations(), Catch::StartsWith("limits.wall_time: 3600 s is outside"));
  CHECK_THAT(Grade(client, Submission("")).Violations(), Catch::StartsWith("cases: 0 cases, allowed are [1, 2000]"));
}

TEST_CASE("cases have the files, variables and entries of the grade, and their own in place of them") {
  Client client(SharedDaemon());
  v1::GradeRequest request =
      Submission("import { word } from './word.mjs'; console.log(word, process.env.A, process.env.B)");
  const auto add = [](v1::File& file, const std::string& path, const std::string& content) {
    file.set_path(path);
    file.set_content(content);
  };
  add(*request.add_submission(), "word.mjs", "export const word = 'theirs'");
  add(*request.add_shared(), "word.mjs", "export const word = 'shared'");
  request.set_entry("main.mjs");
  (*request.mutable_env())["A"] = "a";
  (*request.mutable_env())["B"] = "b";
  AddCase(request, "", "shared a b");
  v1::Case& own = AddCase(request, "", "own a c");
  add(*own.add_files(), "word.mjs", "export const word = 'own'");
  (*own.mutable_env())["B"] = "c";
  v1::Case& entry = AddCase(request, "", "other");
  add(*entry.add_files(), "other.mjs", "console.log('other')");
  entry.set_entry("other.mjs");
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  CHECK(graded.Outcomes() == "PASSED PASSED PASSED");
}

TEST_CASE("cancelling a grade kills its sandboxes and leaves nothing behind") {
  Client client(SharedDaemon());
  REQUIRE(client.Run(Snippet("")).Fate() == "EXITED 0");
  const Footprint before = TakeFootprint(SharedDaemon());
  v1::GradeRequest request = Submission("if (process.argv[2] === 'sleep') setTimeout(() => {}, 1e6)");
  AddCase(request, "");
  for (int i = 0; i < 50; ++i) AddCase(request, "sleep");
  const Graded graded = Grade(client, request, [](const v1::GradeEvent& event) { return !event.has_result(); });
  CHECK(graded.Code() == "CANCELLED");
  CHECK(graded.took < 8s);
  CHECK(LeaksAfter(before, SharedDaemon(), Slowed(3s)) == "");
}

TEST_CASE("two graders and a run share a daemon with a short queue: all wait for their turns, and nobody fails") {
  Daemon daemon({.extra_config = "max_running: 2\nmax_queued: 1\n"});
  const auto grade = [&daemon](const std::string& tenant) {
    Client client(daemon);
    v1::GradeRequest request = Submission("console.log(process.argv[2])");
    request.set_tenant(tenant);
    for (int i = 0; i < 15; ++i) {
      AddCase(request, std::to_string(i)).mutable_expect()->mutable_stdout()->set_trim(std::to_string(i));
    }
    return Grade(client, request);
  };
  auto first = std::async(std::launch::async, grade, "one");
  auto second = std::async(std::launch::async, grade, "two");
  for (const Graded& graded : {first.get(), second.get()}) {
    INFO(graded.Describe());
    CHECK(graded.total.passed() == 15);
    CHECK(graded.total.complete());
  }
}

TEST_CASE("a daemon that stops ends a grade with errors, never with failures") {
  Daemon daemon;
  Client client(daemon);
  v1::GradeRequest request = Submission("if (process.argv[2] === 'sleep') setTimeout(() => {}, 1e6)");
  request.mutable_limits()->mutable_wall_time()->set_seconds(30);
  AddCase(request, "");
  for (int i = 0; i < 20; ++i) AddCase(request, "sleep");
  const Graded graded = Grade(client, request, [&](const v1::GradeEvent& event) {
    if (event.has_result() && event.result().index() == 0) daemon.Kill(SIGTERM);
    return true;
  });
  INFO(graded.Describe());
  REQUIRE(graded.has_total);
  CHECK(graded.total.passed() == 1);
  CHECK(graded.total.failed() == 0);
  CHECK(graded.total.errors() == 20);
  CHECK_FALSE(graded.total.complete());
  CHECK(graded.results.back().message() == "the daemon is stopping");
  CHECK(daemon.Wait(10s) == 0);
}

TEST_CASE("200 cases of one call are each right, in whatever order they end") {
  const int count = std::max(20, 200 / Slowness());
  Daemon daemon({.warm = "{max: 4}", .extra_config = "max_running: 4\n"});
  Client client(daemon);
  v1::GradeRequest request = Submission("let a = ''; for await (const b of process.stdin) a += b; console.log(a * 2)");
  for (int i = 0; i < count; ++i) AddCase(request, std::to_string(i), std::to_string(i % 10 == 0 ? -1 : 2 * i));
  const Graded graded = Grade(client, request);
  REQUIRE(graded.results.size() == static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    INFO(i);
    CHECK(graded.results[static_cast<std::size_t>(i)].outcome() == (i % 10 == 0 ? v1::FAILED : v1::PASSED));
  }
  CHECK(graded.total.complete());
}

TEST_CASE("a request with a thousand patterns to compile delays no other run's limits") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Submission("");
  for (int i = 0; i < 1000; ++i) {
    v1::Expectation& expect = *AddCase(request).mutable_expect();
    expect.mutable_stdout()->set_regex(R"(\PL{1000})");
    expect.mutable_stderr()->set_regex(R"(\PL{1000})");
  }
  auto grading = std::async(std::launch::async, [&request] {
    Client grader(SharedDaemon());
    return Grade(grader, request);
  });
  std::this_thread::sleep_for(Slowed(100ms));
  v1::RunRequest loop = Snippet("for (;;);");
  WithCpuTime(loop, 200ms);
  const Outcome outcome = client.Run(loop);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "CPU_TIME_LIMIT");
  CHECK(CpuTime(outcome.result) < 600ms);
  const Graded graded = grading.get();
  CHECK(graded.Code() == "INVALID_ARGUMENT");
  // Not all of two thousand.
  const std::string violations = graded.Violations();
  CHECK(std::ranges::count(violations, '\n') < 110);
}

}  // namespace
}  // namespace runner::test
