// What is gathered of a grading, what every report keeps to itself, and the text for people.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "runner/ctl/report/grade_text.h"
#include "runner/ctl/report/reports.h"
#include "runner/ctl/report/safe_text.h"
#include "runner/ctl/utf8.h"
#include "tests/unit/grading.h"

namespace runner::ctl {
namespace {

using Json = nlohmann::json;

TEST_CASE("text of programs is made safe without losing what can be read") {
  CHECK(SafeText("plain\ttext\nüä😀") == "plain\ttext\nüä😀");
  CHECK(SafeText("a\r\nb\rc") == "a\nb\\x0dc");
  CHECK(SafeText(std::string("\0\x1b[2J\x7f", 6)) == "\\x00\\x1b[2J\\x7f");
  CHECK(SafeText("\xff\xc3") == "\\xff\\xc3");
  CHECK(SafeText("\xc2\x85\xe2\x80\xae\xef\xbf\xbf") == "\\u{0085}\\u{202e}\\u{ffff}");
  CHECK(SafeLine("a\nb\tc") == "a b c");
  CHECK(IsValidUtf8(SafeText(kNasty)));
  CHECK(Shortened("ab\xc3\xa4z", 3) == "ab\n... 3 bytes more");
  CHECK(WithoutCommands("a##[b###[##[", "# #[") == "a# #[b## #[# #[");
  CHECK(FormatPoints(0.1 + 0.2) == "0.3");
  CHECK(FormatPoints(10) == "10");
}

TEST_CASE("cases come in the order of the suite, each once all before it are known") {
  Grading grading({NamedCase("a"), NamedCase("b"), NamedCase("c")});
  grading.Add(grading.Result(1, v1::PASSED));
  CHECK_FALSE(grading.gatherer().NextInOrder());
  grading.Add(grading.Result(0, v1::FAILED));
  CHECK(grading.gatherer().NextInOrder()->name() == "a");
  CHECK(grading.gatherer().NextInOrder()->name() == "b");
  CHECK_FALSE(grading.gatherer().NextInOrder());
  CHECK(grading.gatherer().done() == 2);
  CHECK(grading.gatherer().failed() == 1);
  // What a server should not do.
  grading.Add(grading.Result(0, v1::PASSED));
  v1::CaseResult beyond = grading.Result(0, v1::PASSED);
  beyond.set_index(7);
  grading.Add(beyond);
  const GradeReport report = grading.Finish("interrupted");
  CHECK(report.total.passed() == 1);
  CHECK(report.total.failed() == 1);
  CHECK(report.total.errors() == 1);
  CHECK_FALSE(report.total.complete());
  CHECK(report.cases[2].message() == "not graded: interrupted");
}

TEST_CASE("the exit code: all passed, some failed, or no grade at all") {
  const auto code = [](v1::Outcome first, v1::Outcome second) {
    Grading grading({NamedCase("a"), NamedCase("b")});
    grading.Add(grading.Result(0, first));
    grading.Add(grading.Result(1, second));
    return ExitCodeOf(grading.Finish());
  };
  CHECK(code(v1::PASSED, v1::PASSED) == 0);
  CHECK(code(v1::PASSED, v1::FAILED) == 1);
  CHECK(code(v1::PASSED, v1::FLAKY) == 1);
  CHECK(code(v1::FAILED, v1::SKIPPED) == 1);
  CHECK(code(v1::FAILED, v1::ERROR) == 70);
  CHECK(code(v1::PASSED, static_cast<v1::Outcome>(99)) == 70);
}

TEST_CASE("hidden cases say their outcome and points, and nothing else, in whatever format") {
  v1::Case secret = NamedCase("quiet", "", 3);
  secret.set_visibility(GENERATE(v1::HIDDEN, v1::AFTER_DUE_DATE, v1::AFTER_PUBLISHED));
  Grading grading({secret, NamedCase("open")});
  v1::CaseResult result = grading.Result(0, v1::FAILED, "S3CRET");
  *result.add_mismatches() = MismatchOf("S3CRET", "S3CRET", "S3CRET");
  v1::TestResult& test = *result.add_tests();
  test.add_path("S3CRET");
  test.set_outcome(v1::FAILED);
  result.set_stdout("S3CRET");
  result.set_stderr("S3CRET");
  grading.Add(result);
  grading.Add(grading.Result(1, v1::PASSED));
  const GradeReport report = ForSubmitter(grading.Finish());
  for (const std::string& text : {ToJunit(report), ToTap(report), ToMarkdown(report), ToJsonLines(report),
                                  TableText(report, {}), FailureText(report.cases[0], {})}) {
    INFO(text);
    CHECK(text.find("S3CRET") == std::string::npos);
    CHECK(text.find("quiet") != std::string::npos);
  }
}

TEST_CASE("a timeless report is the same bytes, however long things took") {
  const auto reports = [](int milliseconds) {
    Grading grading({NamedCase("a"), NamedCase("slow")}, /*deterministic=*/true);
    v1::CaseResult passed = grading.Result(0, v1::PASSED);
    v1::RunResult& run = *passed.mutable_run();
    run.set_verdict(v1::EXITED);
    run.mutable_usage()->mutable_wall_time()->set_nanos(milliseconds * 1'000'000);
    run.set_run_id(std::to_string(milliseconds));
    run.set_start(milliseconds > 5 ? v1::START_KIND_COLD : v1::START_KIND_WARM);
    v1::TestResult& test = *passed.add_tests();
    test.set_outcome(v1::PASSED);
    test.mutable_duration()->set_nanos(milliseconds);
    v1::CaseResult slow = grading.Result(1, v1::FAILED, "stopped after " + std::to_string(1000 + milliseconds));
    slow.mutable_run()->set_verdict(v1::WALL_TIME_LIMIT);
    v1::LimitReport& limit = *slow.mutable_run()->mutable_limit();
    limit.set_unit("ms");
    limit.set_allowed(1000);
    limit.set_observed(1000 + static_cast<std::uint64_t>(milliseconds));
    slow.set_stdout(std::string(static_cast<std::size_t>(milliseconds), 'y'));
    *slow.add_mismatches() = MismatchOf("verdict", std::to_string(milliseconds));
    grading.Add(milliseconds > 5 ? slow : passed);
    grading.Add(milliseconds > 5 ? passed : slow);
    const GradeReport report = grading.Finish();
    return ToJunit(report) + ToTap(report) + ToJsonLines(report) + ToGradescope(report) + ToMarkdown(report) +
           TableText(report, {}) + FailureText(report.cases[1], {});
  };
  const std::string fast = reports(1);
  CHECK(fast == reports(9));
  CHECK_THAT(fast, Catch::Contains("the program was stopped by its wall time limit of 1 s"));
}

TEST_CASE("a timeless reason is the limit only where that is what was wrong") {
  const auto reason = [](const std::string& what) {
    Grading grading({NamedCase("a")}, /*deterministic=*/true);
    v1::CaseResult result = grading.Result(0, v1::FAILED, what + ": line 7 of what it had printed");
    result.mutable_run()->set_verdict(v1::CPU_TIME_LIMIT);
    result.mutable_run()->mutable_limit()->set_unit("ms");
    result.mutable_run()->mutable_limit()->set_allowed(2000);
    *result.add_mismatches() = MismatchOf(what, "line 7 of what it had printed");
    grading.Add(result);
    return ReasonOf(grading.Finish().cases[0]);
  };
  CHECK(reason("verdict") == "the program was stopped by its CPU time limit of 2 s");
  CHECK(reason("stdout") == "stdout is not what was expected");
}

TEST_CASE("the table: words, points and reasons by groups, and a total") {
  const std::string table = TableText(OneOfEach(), {});
  CHECK(table ==
        "  ok       passes   2 of 2\n"
        "  FLAKY    flaky    0 of 1  passed 3 of 5 times; then: stdout differs\n"
        "  ERROR    broken   0 of 1  the sandbox could not be made\n"
        "g\n"
        "  FAILED   fails    0 of 1  stdout differs\n"
        "  skipped  skipped  0 of 1  fail fast\n"
        "\n"
        "1 of 5 passed, 1 failed, 1 flaky, 1 skipped, 1 not graded. 2 of 6 points so far. Incomplete: this is no "
        "grade.\n");
  CHECK_THAT(TableText(OneOfEach(), {.colors = true}), Catch::Contains("\x1b[31mFAILED "));
}

TEST_CASE("what a program printed is behind a bar, and gives a CI no commands") {
  const std::string text = FailureText(Nasty().cases[0], {.hides_commands = true});
  std::istringstream lines(text);
  std::string first;
  std::getline(lines, first);
  CHECK_THAT(first, Catch::StartsWith("FAILED  "));
  for (std::string line; std::getline(lines, line);) CHECK_THAT(line, Catch::StartsWith("  | "));
  CHECK(text.find("##[") == std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
}

}  // namespace
}  // namespace runner::ctl
