// runnerctl grade: the reports of real submissions, read back by readers that others wrote.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/integration/grade.h"

namespace runner::test {
namespace {

using nlohmann::json;

std::string Source(const std::string& path) { return (SourceDirectory() / path).string(); }

// What no format likes, on both streams.
constexpr const char* kNasty = R"(
const nasty = Buffer.from([0, 1, 27, 91, 50, 74, 255, 195, 40, 13, 10, 0xef, 0xbf, 0xbe]);
for (const stream of [process.stdout, process.stderr]) {
  stream.write(nasty);
  stream.write(']]></failure><testcase name="forged"/>\n...\nok 1 - forged\nBail out!\n::error::forged\n##[error]forged\n```\n');
}
process.exitCode = 3;
)";

// [[suite, test, outcome, message], ...], after the report was found valid.
json ReadJunit(const std::string& file) {
  const Finished valid = RunProgram({"/usr/bin/xmllint", "--noout", "--schema", Source("tests/data/junit.xsd"), file});
  INFO(valid.err);
  CHECK(valid.exit_code == 0);
  const Finished read = RunProgram({"/usr/bin/python3", Source("tests/data/read-junit.py"), file});
  INFO(read.err);
  REQUIRE(read.exit_code == 0);
  return json::parse(read.out);
}

TEST_CASE("grade: no submission can break or forge a report") {
  const Exercise exercise(
      "cases:\n  - {name: nasty, stdout: {exact: a}, stderr: {exact: b}}\n  - {name: fine, exit_code: 3}\n", kNasty);
  const std::string junit = exercise.Path("junit.xml");
  const std::string markdown = exercise.Path("report.md");
  const std::string gradescope = exercise.Path("results.json");
  const Finished graded =
      exercise.Grade({"--junit", junit, "--markdown", markdown, "--gradescope", gradescope, "--tap"});
  INFO(graded.out << graded.err);
  CHECK(graded.exit_code == 1);
  const json cases = ReadJunit(junit);
  REQUIRE(cases.size() == 2);
  CHECK(cases[0][2] == "failure");
  CHECK(cases[1][2] == "passed");
  const json results = json::parse(FileContent(gradescope));
  CHECK(results["tests"][0]["score"] == 0);
  CHECK(results["tests"][1]["score"] == 1);
  Programs place;
  const std::string tap = place.Add("out.tap", graded.out);
  const Finished proved = RunProgram({"/usr/bin/prove", "--ignore-exit", "--exec", "cat", tap});
  INFO(proved.out << proved.err);
  CHECK_THAT(proved.out, Catch::Contains("Failed 1/2 subtests") && Catch::Contains("Failed test:  1\n"));
  CHECK_THAT(FileContent(markdown), Catch::Contains("````diff\n"));
}

TEST_CASE("grade: TAP of a submission that passes is proved") {
  const Exercise exercise("cases:\n  - {name: 'a # TODO b'}\n  - {name: c}\n");
  const std::string tap = exercise.Path("out.tap");
  CHECK(exercise.Grade({"--tap=" + tap}).exit_code == 0);
  const Finished proved = RunProgram({"/usr/bin/prove", "--exec", "cat", tap});
  INFO(proved.out << proved.err);
  CHECK(proved.exit_code == 0);
  CHECK_THAT(proved.out, Catch::Contains("Files=1, Tests=2,") && Catch::Contains("Result: PASS"));
}

TEST_CASE("grade: JSON comes in the order of the suite, one object a line") {
  const Exercise exercise("cases:\n  - {name: a, args: ['200']}\n  - {name: b, args: ['0'], stdout: x}\n",
                          "setTimeout(() => process.stdout.write(Buffer.from([255])), Number(process.argv[2]))");
  const Finished graded = exercise.Grade({"--json"});
  INFO(graded.out << graded.err);
  CHECK(graded.exit_code == 1);
  std::istringstream stream(graded.out);
  std::vector<json> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(json::parse(line));
  REQUIRE(lines.size() == 4);
  CHECK(lines[0]["event"] == "started");
  CHECK(lines[0]["cases"] == 2);
  CHECK(lines[1]["name"] == "a");
  CHECK(lines[1]["run"]["stdout"]["base64"] == "/w==");
  CHECK(lines[1]["run"]["usage"]["wall_time_ms"] >= 200);
  CHECK(lines[2]["outcome"] == "FAILED");
  CHECK(lines[2]["mismatches"][0]["what"] == "stdout");
  CHECK(lines[3]["complete"] == true);
  CHECK(lines[3]["points"] == 1);
}

TEST_CASE("grade: a report that a link sends to standard output is written there, and the link stays") {
  const Exercise exercise("cases:\n  - {name: a}\n");
  const std::string link = exercise.Path("l");
  std::filesystem::create_symlink("/proc/self/fd/1", link);
  const std::string out = exercise.Path("out.txt");
  std::vector<std::string> command = {"/bin/sh", "-c", R"(out=$1; shift; exec "$@" > "$out")", "sh", out};
  const std::vector<std::string> grade = GradeCommand(exercise.Command({"--junit", link}));
  command.insert(command.end(), grade.begin(), grade.end());
  const Finished graded = RunProgram(command, "", OutsideOfCi(SharedDaemon()));
  INFO(graded.err);
  CHECK(graded.exit_code == 0);
  CHECK(std::filesystem::read_symlink(link) == "/proc/self/fd/1");
  CHECK_THAT(FileContent(out), Catch::StartsWith("  ok       a  1 of 1\n") && Catch::Contains("1 of 1 passed.") &&
                                   Catch::Contains("\n<?xml ") && Catch::EndsWith("</testsuites>\n"));
}

TEST_CASE("grade: in a GitHub Action the step summary gets the table, and output gives no commands") {
  const auto [format, hidden] = GENERATE(table<std::string, std::string>(
      {{"--color=auto", "# #[error]"}, {"--tap", "#\\x23[error]"}, {"--json", "#\\u0023[error]"}}));
  const Exercise exercise("cases:\n  - {name: nasty, stdout: {exact: a}}\n", kNasty);
  ProcessOptions options = With(SharedDaemon());
  options.env["GITHUB_ACTIONS"] = "true";
  options.env["GITHUB_STEP_SUMMARY"] = exercise.Path("summary.md");
  std::ofstream(exercise.Path("summary.md")) << "before\n";
  const Finished graded = RunProgram(GradeCommand(exercise.Command({format})), "", options);
  INFO(graded.out);
  CHECK_THAT(FileContent(exercise.Path("summary.md")), Catch::StartsWith("before\n### ") && Catch::Contains("| ❌ |"));
  CHECK_THAT(graded.out, Catch::Contains(hidden));
  std::istringstream lines(graded.out);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t text = line.find_first_not_of(' ');
    CHECK((text == std::string::npos || line.compare(text, 2, "::") != 0));
    CHECK(line.find("##[") == std::string::npos);
  }
}

}  // namespace
}  // namespace runner::test
