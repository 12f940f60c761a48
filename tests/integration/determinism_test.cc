// Runs whose clocks and randomness are a function of their input.
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "tests/support/client.h"
#include "tests/support/daemon.h"
#include "tests/support/grade.h"

namespace runner::test {
namespace {

v1::RunRequest Deterministic(v1::RunRequest request, std::uint64_t seed = 0) {
  request.mutable_determinism()->set_enabled(true);
  request.mutable_determinism()->set_seed(seed);
  return request;
}

TEST_CASE("a deterministic run prints the same bytes each time, however long it computes") {
  Client client(SharedDaemon());
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  std::set<std::string> seen;
  for (const char* busy : {"0", "20", "100"}) {
    v1::RunRequest request = Deterministic(SnippetFile("clocks-and-chance.mjs"), 7);
    request.set_image(image);
    request.set_policy("grader");
    request.add_args(busy);
    const Outcome outcome = client.Run(request);
    INFO(outcome.Describe());
    REQUIRE(outcome.Fate() == "EXITED 0");
    seen.insert(outcome.out);
  }
  REQUIRE(seen.size() == 1);
  const std::string& text = *seen.begin();
  INFO(text);
  CHECK_THAT(text, Catch::StartsWith("1704067200000 2024-01-01T00:00:00.000Z true Date 7\n1704067200000 "));
  CHECK_THAT(text,
             Catch::Contains("waited 50\n5\n6\n7\n10\ntick 50\ntick 70\ntick 90\nslept undefined promised 165\n"));
  CHECK_THAT(text, Catch::Contains("timer: 200ms\n") || Catch::Contains("timer: 200.001ms\n"));
  CHECK_THAT(text, Catch::Contains("\nERR_INVALID_ARG_TYPE\n") && Catch::Contains("\n  undefined\n]"));
  CHECK_THAT(text, Catch::Contains("\nimmediate\nyielded undefined undefined\ntimer\nimmediate of an immediate\n"
                                   "timer of an immediate\nAbortError ABORT_ERR over\n"
                                   "AbortError ABORT_ERR TimeoutError: The operation was aborted due to timeout\n") &&
                       !Catch::Contains("never"));
}

TEST_CASE("another seed gives other numbers, and a plain run others each time") {
  Client client(SharedDaemon());
  const v1::RunRequest plain = Snippet(
      "console.log(Math.random(), crypto.randomUUID(), require('crypto').randomBytes(8).toString('hex'))", "main.js");
  const auto output = [&](const v1::RunRequest& request) { return client.Run(request).out; };
  const std::string seed_0 = output(Deterministic(plain, 0));
  CHECK(seed_0 == output(Deterministic(plain, 0)));
  const std::string seed_1 = output(Deterministic(plain, 1));
  CHECK(seed_0 != seed_1);
  CHECK(seed_1.substr(0, seed_1.find(' ')) != seed_0.substr(0, seed_0.find(' ')));
  CHECK(output(plain) != output(plain));
  v1::RunRequest off = plain;
  off.mutable_determinism()->set_seed(3);
  CHECK(output(off) != output(off));
}

TEST_CASE("the instant with which time begins can be chosen") {
  Client client(SharedDaemon());
  v1::RunRequest request =
      Deterministic(Snippet("console.log(new Date().toISOString(), Object.keys(process.env).join())", "main.js"));
  request.mutable_determinism()->set_start_time_ms(951782400000);
  CHECK(client.Run(request).out == "2000-02-29T00:00:00.000Z HOME,LANG,NODE_ENV,PATH,TZ,USER\n");
  request.mutable_determinism()->set_start_time_ms(-1);
  CHECK(client.Run(request).Violations() == "determinism.start_time_ms: -1 is outside [0, 253402300799999]\n");
}

TEST_CASE("the same suite graded ten times gives the same bytes, test files too") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Submission(
      "console.log(Date.now(), Math.random(), crypto.randomUUID());"
      "setTimeout(() => console.log(performance.now()), 5);"
      "exports.now = () => Date.now();",
      "main.js");
  request.set_policy("grader");
  request.mutable_determinism()->set_enabled(true);
  AddCase(request).mutable_expect()->mutable_stdout()->set_contains("1704067200000 ");
  v1::Case& tests = *request.add_cases();
  tests.set_name("tests");
  v1::File& file = *tests.mutable_tests()->add_files();
  file.set_path("a.test.js");
  file.set_content(
      "const { now } = require('./main'); test('now', async () => { const a = now();"
      " await new Promise((r) => setTimeout(r, 20)); expect(now() - a).toBe(20); });");
  std::set<std::string> seen;
  for (int i = 0; i < 10; ++i) {
    const Graded graded = Grade(client, request);
    INFO(graded.Describe());
    REQUIRE(graded.Outcomes() == "PASSED PASSED");
    std::string bytes;
    for (v1::CaseResult result : graded.results) {
      result.clear_run();
      bytes += result.SerializeAsString();
    }
    seen.insert(bytes);
  }
  CHECK(seen.size() == 1);
}

}  // namespace
}  // namespace runner::test
