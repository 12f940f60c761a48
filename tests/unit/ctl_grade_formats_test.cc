// Reports: what each format says of the same outcomes, and that nothing a program prints can break one. Read back by readers
// that others wrote.
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "runner/ctl/report/reports.h"
#include "runner/ctl/utf8.h"
#include "tests/support/scratch_directory.h"
#include "tests/unit/grading.h"

namespace runner::ctl {
namespace {

using Json = nlohmann::json;
using test::ScratchDirectory;

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

// What a reader of others makes of a JUnit report, which must be valid.
Json ReadBack(const std::string& junit) {
  const ScratchDirectory scratch;
  const std::string file = scratch.Add("junit.xml", junit);
  const Output valid = Shell("xmllint --noout --schema " + Data("junit.xsd") + " " + file);
  INFO(valid.text);
  CHECK(valid.exit_code == 0);
  const Output read = Shell("/usr/bin/python3 " + Data("read-junit.py") + " " + file);
  INFO(read.text);
  REQUIRE(read.exit_code == 0);
  return Json::parse(read.text);
}

TEST_CASE("JUnit is valid, and a reader of others finds failures to be failures and errors errors") {
  CHECK(ReadBack(ToJunit(OneOfEach())) == Json::parse(R"([
    ["a suite", "passes", "passed", ""],
    ["a suite", "flaky", "failure", "passed 3 of 5 times; then: stdout differs"],
    ["a suite", "broken", "error", "the sandbox could not be made"],
    ["g", "fails", "failure", "stdout differs"],
    ["g", "skipped", "skipped", "fail fast"]])"));
}

TEST_CASE("JUnit: whatever programs print, it stays valid and has as many cases and tests") {
  const Json cases = ReadBack(ToJunit(Nasty()));
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

}  // namespace
}  // namespace runner::ctl
