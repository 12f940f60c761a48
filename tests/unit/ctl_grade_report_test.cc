// Reports: what each says of the same outcomes, and that nothing a program prints can break one. Read back by readers that
// others wrote.
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "runner/ctl/report/grade_report.h"
#include "runner/ctl/report/grade_text.h"
#include "runner/ctl/report/reports.h"
#include "runner/ctl/report/safe_text.h"
#include "runner/ctl/utf8.h"
#include "tests/support/scratch_directory.h"

namespace runner::ctl {
namespace {

using Json = nlohmann::json;
using test::ScratchDirectory;

// Everything that is awkward somewhere: controls, broken UTF-8, the ends of CDATA and fences, what begins a directive.
const std::string kNasty =
    std::string("a\x00\x01\x1b[31mred\x7f", 12) +
    "\xff\xc3(\xed\xa0\x80\xf4\x90\x80\x80 \xc2\x85\xe2\x80\xae\xef\xbf\xbe" +
    "]]> <b>&amp; ``` ~~~ | # SKIP \\ %0A \r\n...\n---\nok 1\nBail out!\n::error::x\n##[add-mask]x\n\xf0\x9f\x98\x80";

struct Output {
  std::string text;
  int exit_code = 0;
};

// A program of this machine, by a shell.
Output Shell(const std::string& command) {
  Output output;
  FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");  // NOLINT(cert-env33-c)
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> buffer{};
  for (std::size_t size = 0; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    output.text.append(buffer.data(), size);
  }
  const int status = ::pclose(pipe);
  output.exit_code = WEXITSTATUS(status);
  return output;
}

std::string Data(const std::string& name) { return std::string(RUNNER_SOURCE_DIR) + "/tests/data/" + name; }

v1::Case NamedCase(const std::string& name, const std::string& group = "", double points = 1) {
  v1::Case graded;
  graded.set_name(name);
  graded.set_group(group);
  graded.set_points(points);
  graded.mutable_expect();
  return graded;
}

class Grading {
 public:
  explicit Grading(const std::vector<v1::Case>& cases, bool deterministic = false) {
    for (const v1::Case& graded : cases) *request_.add_cases() = graded;
    request_.mutable_determinism()->set_enabled(deterministic);
    gatherer_ = std::make_unique<GradeGatherer>("a suite", request_);
    v1::GradeEvent started;
    started.mutable_started()->set_image("node-26");
    started.mutable_started()->set_policy("grader");
    gatherer_->OnEvent(started);
  }

  v1::CaseResult Result(std::uint32_t index, v1::Outcome outcome, const std::string& message = "") const {
    const v1::Case& graded = request_.cases(static_cast<int>(index));
    v1::CaseResult result;
    result.set_index(index);
    result.set_name(graded.name());
    result.set_group(graded.group());
    result.set_visibility(graded.visibility());
    result.set_outcome(outcome);
    result.set_message(message);
    result.set_points_possible(graded.points());
    if (outcome == v1::PASSED) result.set_points(graded.points());
    result.set_attempts(1);
    return result;
  }

  void Add(const v1::CaseResult& result) {
    v1::GradeEvent event;
    *event.mutable_result() = result;
    gatherer_->OnEvent(event);
  }
  GradeGatherer& gatherer() { return *gatherer_; }
  GradeReport Finish(const std::string& trouble = "") { return gatherer_->Finish(trouble); }

 private:
  v1::GradeRequest request_;
  std::unique_ptr<GradeGatherer> gatherer_;
};

v1::Mismatch MismatchOf(const std::string& what, const std::string& message, const std::string& diff = "") {
  v1::Mismatch mismatch;
  mismatch.set_what(what);
  mismatch.set_message(message);
  mismatch.set_diff(diff);
  return mismatch;
}

// One case of each outcome, as they would come: out of order.
GradeReport OneOfEach() {
  Grading grading({NamedCase("passes", "", 2), NamedCase("fails", "g"), NamedCase("flaky"), NamedCase("skipped", "g"),
                   NamedCase("broken")});
  v1::CaseResult failed = grading.Result(1, v1::FAILED, "stdout differs");
  *failed.add_mismatches() = MismatchOf("stdout", "line 1, column 1", "-7\n+8\n");
  v1::CaseResult flaky = grading.Result(2, v1::FLAKY, "stdout differs");
  flaky.set_attempts(5);
  flaky.set_attempts_passed(3);
  grading.Add(grading.Result(4, v1::ERROR, "the sandbox could not be made"));
  grading.Add(flaky);
  grading.Add(grading.Result(0, v1::PASSED));
  grading.Add(grading.Result(3, v1::SKIPPED, "fail fast"));
  grading.Add(failed);
  return grading.Finish();
}

// What a hostile submission leaves, in every place where text can be.
GradeReport Nasty() {
  Grading grading({NamedCase(kNasty, kNasty), NamedCase("tests"), NamedCase("  "), NamedCase("error")});
  v1::CaseResult failed = grading.Result(0, v1::FAILED, kNasty);
  *failed.add_mismatches() = MismatchOf("exit code", kNasty, kNasty);
  failed.set_stdout(kNasty);
  failed.set_stderr(kNasty);
  grading.Add(failed);
  v1::CaseResult tests = grading.Result(1, v1::FAILED, kNasty);
  for (const v1::Outcome outcome : {v1::PASSED, v1::FAILED, v1::SKIPPED}) {
    v1::TestResult& one = *tests.add_tests();
    one.set_outcome(outcome);
    one.add_path(kNasty);
    one.add_path("inner");
    one.set_message(kNasty);
    one.set_diff(kNasty);
  }
  grading.Add(tests);
  grading.Add(grading.Result(2, v1::PASSED));
  grading.Add(grading.Result(3, v1::ERROR, kNasty));
  return grading.Finish(kNasty);
}

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

TEST_CASE("JUnit is valid, and a reader of others finds failures to be failures and errors errors") {
  const ScratchDirectory scratch;
  const std::string file = scratch.Add("junit.xml", ToJunit(OneOfEach()));
  const Output valid = Shell("xmllint --noout --schema " + Data("junit.xsd") + " " + file);
  INFO(valid.text);
  CHECK(valid.exit_code == 0);
  const Output read = Shell("/usr/bin/python3 " + Data("read-junit.py") + " " + file);
  INFO(read.text);
  REQUIRE(read.exit_code == 0);
  CHECK(Json::parse(read.text) == Json::parse(R"([
    ["a suite", "passes", "passed", ""],
    ["a suite", "flaky", "failure", "passed 3 of 5 times; then: stdout differs"],
    ["a suite", "broken", "error", "the sandbox could not be made"],
    ["g", "fails", "failure", "stdout differs"],
    ["g", "skipped", "skipped", "fail fast"]])"));
}

TEST_CASE("JUnit: whatever programs print, it stays valid and has as many cases and tests") {
  const ScratchDirectory scratch;
  const std::string file = scratch.Add("junit.xml", ToJunit(Nasty()));
  const Output valid = Shell("xmllint --noout --schema " + Data("junit.xsd") + " " + file);
  INFO(valid.text);
  CHECK(valid.exit_code == 0);
  const Output read = Shell("/usr/bin/python3 " + Data("read-junit.py") + " " + file);
  INFO(read.text);
  REQUIRE(read.exit_code == 0);
  const Json cases = Json::parse(read.text);
  REQUIRE(cases.size() == 6);
  CHECK(cases[0][2] == "failure");
  CHECK(cases[1][2] == "passed");
  CHECK(cases[2][2] == "failure");
  CHECK(cases[3][2] == "skipped");
  CHECK(cases[4][1] == "(no name)");
  CHECK(cases[5][2] == "error");
}

// What Perl's TAP::Parser makes of it: a line for each test point, then "plan N", "bailout ..." and "errors N".
Output ReadTap(const ScratchDirectory& scratch, const std::string& tap) {
  const std::string file = scratch.Add("out.tap", tap);
  return Shell(
      "perl -MTAP::Parser -e 'my $p = TAP::Parser->new({source => $ARGV[0]});"
      "while (my $r = $p->next) {"
      "  print $r->number, \" \", ($r->is_ok ? \"ok\" : \"not ok\"), ($r->has_skip ? \" skip\" : \"\"), \"\\n\" if "
      "$r->is_test;"
      "  print \"bailout \", $r->explanation, \"\\n\" if $r->is_bailout;"
      "} print \"plan \", $p->tests_planned // \"none\", \"\\n\"; print \"error $_\\n\" for $p->parse_errors;' " +
      file);
}

TEST_CASE("TAP is read by TAP::Parser; what could not be graded is no test point but a bail out") {
  const ScratchDirectory scratch;
  const std::string tap = ToTap(OneOfEach());
  CHECK_THAT(tap, Catch::StartsWith("TAP version 13\n1..5\nok 1 - passes\nnot ok 2 - fails\n  ---\n"));
  const Output read = ReadTap(scratch, tap);
  INFO(tap);
  CHECK_THAT(read.text,
             Catch::StartsWith("1 ok\n2 not ok\n3 not ok\n4 ok skip\nbailout 1 of 5 cases were not graded\nplan 5\n"));
}

TEST_CASE("TAP: a program cannot forge a test point, a plan or a bail out") {
  const ScratchDirectory scratch;
  GradeReport report = Nasty();
  report.cases.pop_back();  // the one that makes it bail out
  report.total.set_errors(0);
  const std::string tap = ToTap(report);
  const Output read = ReadTap(scratch, tap);
  INFO(tap);
  CHECK(read.text == "1 not ok\n2 not ok\n3 ok\nplan 3\n");
}

TEST_CASE("Gradescope: points of every case, visibility as the suite has it, and no score beside them") {
  Grading grading({NamedCase("a", "g", 2.5), NamedCase("b")});
  v1::CaseResult hidden = grading.Result(1, v1::FAILED, "expected 7");
  hidden.set_visibility(v1::AFTER_DUE_DATE);
  grading.Add(grading.Result(0, v1::PASSED));
  grading.Add(hidden);
  const Json json = Json::parse(ToGradescope(grading.Finish()));
  CHECK_FALSE(json.contains("score"));
  CHECK(json["stdout_visibility"] == "hidden");
  const Json& tests = json["tests"];
  CHECK(tests[0]["score"] == 2.5);
  CHECK(tests[0]["max_score"] == 2.5);
  CHECK(tests[0]["status"] == "passed");
  CHECK(tests[0]["visibility"] == "visible");
  CHECK(tests[0]["tags"] == Json::array({"g"}));
  CHECK(tests[1]["score"] == 0);
  CHECK(tests[1]["status"] == "failed");
  CHECK(tests[1]["visibility"] == "after_due_date");
  CHECK(tests[1]["output"] == "expected 7");
  CHECK(json["output"] == "a suite");
  CHECK_NOTHROW(Json::parse(ToGradescope(Nasty())));
}

TEST_CASE("Gradescope: what everybody sees counts cases only if everybody may see them all") {
  v1::Case other = NamedCase("b");
  other.set_visibility(GENERATE(v1::VISIBLE, v1::HIDDEN, v1::AFTER_DUE_DATE, v1::AFTER_PUBLISHED));
  Grading grading({NamedCase("a"), other});
  grading.Add(grading.Result(0, v1::PASSED));
  grading.Add(grading.Result(1, v1::FAILED));
  const std::string output = Json::parse(ToGradescope(grading.Finish()))["output"];
  CHECK(output == (other.visibility() == v1::VISIBLE ? "a suite: 1 of 2 passed, 1 failed. 1 of 2 points." : "a suite"));
}

TEST_CASE("JSON: a line an event, in the order of the suite, and bytes that are no text as base64") {
  std::istringstream lines(ToJsonLines(Nasty()));
  std::vector<Json> events;
  for (std::string line; std::getline(lines, line);) events.push_back(Json::parse(line));
  REQUIRE(events.size() == 6);
  CHECK(events[0]["event"] == "started");
  CHECK(events[1]["outcome"] == "FAILED");
  CHECK(events[2]["tests"].size() == 3);
  CHECK(events[5]["event"] == "total");
  CHECK(events[5]["complete"] == false);

  Grading grading({NamedCase("a")});
  v1::CaseResult result = grading.Result(0, v1::PASSED);
  result.mutable_run()->set_verdict(v1::EXITED);
  result.mutable_run()->set_exit_code(0);
  result.set_stdout("\xff");
  result.set_stderr("text");
  const Json run = Json::parse(CaseJsonLine(result))["run"];
  CHECK(run["exit_code"] == 0);
  CHECK(run["stdout"]["base64"] == "/w==");
  CHECK(run["stderr"] == "text");
}

TEST_CASE("Markdown: nothing a program prints ends its fence or becomes a row") {
  const std::string markdown = ToMarkdown(Nasty());
  CHECK_THAT(markdown, Catch::Contains("````diff\n"));
  std::istringstream lines(markdown);
  int rows = 0;
  for (std::string line; std::getline(lines, line);) rows += line.starts_with("| ") ? 1 : 0;
  CHECK(rows == 5);  // with that of the headings
  CHECK(IsValidUtf8(markdown));
}

TEST_CASE("Markdown: a suite of any size fits into a step summary") {
  std::vector<v1::Case> cases;
  for (int i = 0; i < 2000; ++i) cases.push_back(NamedCase("case " + std::to_string(i)));
  Grading grading(cases);
  for (std::uint32_t i = 0; i < 2000; ++i) {
    v1::CaseResult result = grading.Result(i, v1::FAILED, std::string(300, 'm'));
    *result.add_mismatches() = MismatchOf("stdout", "differs", std::string(8000, 'x'));
    grading.Add(result);
  }
  const std::string markdown = ToMarkdown(grading.Finish());
  CHECK(markdown.size() < 1U << 20U);
  CHECK_THAT(markdown, Catch::Contains("No room for the details of"));
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
