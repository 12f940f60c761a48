// What is made of the harness's messages.
#include "runner/grading/test_report.h"

#include <catch2/catch.hpp>

namespace runner {
namespace {

RunResult Exited(int code) {
  RunResult run;
  run.verdict = Verdict::kExited;
  run.exit_code = code;
  return run;
}

TestReport Report(const std::vector<std::string>& messages) {
  TestReport report("a.test.js");
  for (const std::string& message : messages) (void)report.Add(message);
  return report;
}

const std::string kPassed =
    R"({"ended":{"path":["outer","inner"],"outcome":"passed","ns":1500000,"line":3,"column":5}})";
const std::string kFailed = R"({"ended":{"path":["bad"],"outcome":"failed","message":"1 is not 2","diff":"- 2\n+ 1"}})";
const std::string kSkipped = R"({"ended":{"path":["later"],"outcome":"skipped","message":"todo"}})";

TEST_CASE("a file passes when all its tests have and its end has come") {
  TestReport report("a.test.js");
  const auto test = report.Add(kPassed);
  REQUIRE(test);
  CHECK(test->file == "a.test.js");
  CHECK(FullName(*test) == "outer > inner");
  CHECK(test->duration == std::chrono::microseconds(1500));
  CHECK((test->line == 3 && test->column == 5));
  (void)report.Add(kSkipped);
  (void)report.Add(R"({"end":2})");
  CHECK(report.Judge(Exited(0), false).empty());
  CHECK(report.HasPassed("outer > inner"));
  CHECK_FALSE(report.HasPassed("later"));
}

TEST_CASE("a file fails for every reason that there is, and says which") {
  const auto judge = [](const std::vector<std::string>& messages, const RunResult& run, bool broken = false) {
    return Report(messages).Judge(run, broken);
  };
  CHECK(judge({kPassed, kFailed, R"({"end":2})"}, Exited(0)) ==
        R"(a.test.js: 1 of 2 tests failed, the first is "bad")");
  CHECK(judge({R"({"end":0})"}, Exited(0)) == "a.test.js: no test was run");
  CHECK(judge({kSkipped, R"({"end":1})"}, Exited(0)) == "a.test.js: no test was run");
  CHECK(judge({kPassed}, Exited(0)) == "a.test.js: the program ended with exit code 0, before its tests had ended");
  CHECK(judge({kPassed, R"({"started":{"path":["x","y"]}})"}, Exited(0)) ==
        R"(a.test.js: the program ended with exit code 0 in the test "x > y", before its tests had ended)");
  const std::string tampered = "a.test.js: the program has tampered with what is said of its tests";
  CHECK(judge({kPassed, R"({"end":1})"}, Exited(0), true) == tampered);
  CHECK(judge({kPassed, R"({"end":2})"}, Exited(0)) == tampered);
  CHECK(judge({kPassed, R"({"end":1})"}, Exited(3)) == tampered);
  CHECK(judge({kPassed, R"({"end":1})", kPassed}, Exited(0)) == tampered);
  CHECK(judge({"no json"}, Exited(0)) == tampered);
  RunResult run;
  run.verdict = Verdict::kCpuTimeLimit;
  run.message = "stopped after 1 s of CPU time";
  CHECK(judge({kPassed, R"({"end":1})"}, run) == "a.test.js: stopped after 1 s of CPU time");
  CHECK(judge({}, Exited(1)) == "a.test.js: the program ended with exit code 1, before its tests had ended");
}

}  // namespace
}  // namespace runner
