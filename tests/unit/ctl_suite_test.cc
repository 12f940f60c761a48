// Suite files: what they come to, and what is said about those that are wrong.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "runner/ctl/grade/starter.h"
#include "runner/ctl/suite/suite.h"
#include "runner/ctl/suite/suite_keys.h"
#include "runner/ctl/usage_error.h"
#include "tests/support/scratch_directory.h"

namespace runner::ctl {
namespace {

using test::ScratchDirectory;

Suite Load(const ScratchDirectory& scratch, const std::string& text) {
  return LoadSuite(scratch.Add("suite.yaml", text));
}

// What is said about a suite, without the directory.
std::string Complaint(const ScratchDirectory& scratch, const std::string& text) {
  try {
    (void)Load(scratch, text);
  } catch (const UsageError& error) {
    const std::string what = error.what();
    const std::string prefix = scratch.path().string() + "/";
    return what.starts_with(prefix) ? what.substr(prefix.size()) : what;
  }
  return "";
}

TEST_CASE("a suite: cases inline, with what they have in common") {
  const ScratchDirectory scratch;
  const Suite suite = Load(scratch, R"(
name: Sums
image: node-24
policy: grader
jobs: 3
repeat: 2
fail_fast: true
defaults:
  entry: sum.mjs
  limits: {wall_time: 1.5s, memory: 128M}
  env: {LANG: C, MODE: test}
  points: 2
cases:
  - name: first
    args: [a, 1, true]
    stdin: "x\n"
    stdout: "7"
    env: {MODE: special}
    limits: {cpu_time: 500ms, memory: 64MiB, output: 1KB, threads: 30, workspace: 1M}
  - points: 0
    visibility: after_due_date
    exit_code: any
    group: others
)");
  const v1::GradeRequest& request = suite.request;
  CHECK(suite.name == "Sums");
  CHECK(request.image() == "node-24");
  CHECK(request.policy() == "grader");
  CHECK(request.entry() == "sum.mjs");
  CHECK(request.max_parallel() == 3);
  CHECK(request.repeat() == 2);
  CHECK(request.fail_fast());
  REQUIRE(request.cases_size() == 2);
  const v1::Case& first = request.cases(0);
  CHECK(first.name() == "first");
  CHECK(first.entry() == "sum.mjs");
  CHECK(first.args_size() == 3);
  CHECK(first.args(2) == "true");
  CHECK(first.stdin() == "x\n");
  CHECK(first.points() == 2);
  CHECK(first.env().at("MODE") == "special");
  CHECK(first.env().at("LANG") == "C");
  CHECK(first.limits().wall_time().nanos() == 500'000'000);
  CHECK(first.limits().cpu_time().nanos() == 500'000'000);
  CHECK(first.limits().memory_bytes() == 64U << 20U);
  CHECK(first.limits().output_bytes() == 1000);
  CHECK(first.limits().threads() == 30);
  CHECK(first.limits().workspace_bytes() == 1U << 20U);
  CHECK(first.expect().stdout().trim() == "7");
  CHECK_FALSE(first.expect().has_stderr());
  const v1::Case& second = request.cases(1);
  CHECK(second.name() == "case 2");
  CHECK(second.group() == "others");
  CHECK(second.points() == 0);
  CHECK(second.visibility() == v1::AFTER_DUE_DATE);
  CHECK(second.expect().any_exit_code());
  CHECK(suite.places[0] == scratch.path().string() + "/suite.yaml:14");
}

TEST_CASE("a suite: every comparer, in its short and its long form") {
  const ScratchDirectory scratch;
  scratch.Add("expected.json", "[1, 2]");
  const Suite suite = Load(scratch, R"(
defaults: {compare: {how: numbers, absolute: 0.5}}
cases:
  - {stdout: "1.5", stderr: {exact: "a\n"}}
  - {compare: lines, stdout: "b", stderr: {tokens: "c d"}}
  - {stdout: {contains: e}, stderr: {regex: "^f+$"}}
  - {stdout: {json: {a: [1, 1.50, true, null, "1"]}, unordered: true}, stderr: {json: '{"b": 2}'}}
  - {stdout: {json_file: expected.json, relative: 1e-9}, stderr: {numbers: 3, relative: 0.25}}
  - {stdout_file: expected.json, stderr: ""}
)");
  const auto expect = [&](int i) -> const v1::Expectation& { return suite.request.cases(i).expect(); };
  CHECK(expect(0).stdout().numbers().expected() == "1.5");
  CHECK(expect(0).stdout().numbers().absolute() == 0.5);
  CHECK(expect(0).stderr().exact() == "a\n");
  CHECK(expect(1).stdout().lines() == "b");
  CHECK(expect(1).stderr().tokens() == "c d");
  CHECK(expect(2).stdout().contains() == "e");
  CHECK(expect(2).stderr().regex() == "^f+$");
  CHECK(expect(3).stdout().json().expected() == R"({"a":[1,1.50,true,null,"1"]})");
  CHECK(expect(3).stdout().json().unordered());
  CHECK(expect(3).stderr().json().expected() == R"({"b": 2})");
  CHECK(expect(4).stdout().json().expected() == "[1, 2]");
  CHECK(expect(4).stdout().json().relative() == 1e-9);
  CHECK(expect(4).stderr().numbers().relative() == 0.25);
  CHECK(expect(5).stdout().numbers().expected() == "[1, 2]");
  CHECK(expect(5).has_stderr());
}

TEST_CASE("a suite: JSON that is written as YAML says what was written") {
  const ScratchDirectory scratch;
  const auto [yaml, json] = GENERATE(table<std::string, std::string>({
      {"[0.1234567890123456789, 12345678901234567890123, -0, 1e999]",
       "[0.1234567890123456789,12345678901234567890123,-0,1e999]"},
      {"[true, True, TRUE, false, False, FALSE]", "[true,true,true,false,false,false]"},
      {"['true', \"null\", yes, 1.2.3, 01]", R"(["true","null","yes","1.2.3","01"])"},
      {"[null, Null, ~, ]", "[null,null,null]"},
      {"null", "null"},
      {"{b: {}, a: [], ü: \"\\n\"}", R"({"b":{},"a":[],"ü":"\n"})"},
  }));
  INFO(yaml);
  const Suite suite = Load(scratch, "cases:\n  - stdout: {json: " + yaml + "}\n");
  CHECK(suite.request.cases(0).expect().stdout().json().expected() == json);
}

TEST_CASE("a suite: how a program ends, the files it leaves, a checker") {
  const ScratchDirectory scratch;
  scratch.Add("check.mjs", "process.exit(0)");
  const Suite suite = Load(scratch, R"(
cases:
  - {signal: SIGABRT}
  - {verdict: memory_limit}
  - {exit_code: 3, checker: check.mjs}
  - checker: {files: {a.mjs: "1", b.mjs: {file: check.mjs, executable: true}}, entry: b.mjs, args: [x], limits: {wall_time: 2}}
    expect_files: {out/a.txt: {contains: a}, b.txt: {absent: true}, c.txt: "text"}
)");
  CHECK(suite.request.cases(0).expect().signal() == 6);
  CHECK(suite.request.cases(1).expect().verdict() == v1::MEMORY_LIMIT);
  CHECK(suite.request.cases(2).expect().exit_code() == 3);
  CHECK(suite.request.cases(2).expect().checker().entry() == "check.mjs");
  const v1::Expectation& last = suite.request.cases(3).expect();
  CHECK(last.checker().entry() == "b.mjs");
  CHECK(last.checker().files(1).executable());
  CHECK(last.checker().files(1).content() == "process.exit(0)");
  CHECK(last.checker().limits().wall_time().seconds() == 2);
  CHECK(last.files(0).content().contains() == "a");
  CHECK(last.files(1).absent());
  CHECK(last.files(2).content().trim() == "text");
}

TEST_CASE("a suite: a case from each file, and groups") {
  const ScratchDirectory scratch;
  for (const char* const name : {"10", "9", "x"}) {
    scratch.Add(std::string("cases/") + name + ".in", name);
    scratch.Add(std::string("cases/") + name + ".out", "o");
  }
  scratch.Add("cases/9.args", "one\ntwo words\r\n\nlast");
  scratch.Add("cases/10.code", "7\n");
  scratch.Add("cases/x.err", "e");
  scratch.Add("more/deep/1.ans", "a");
  scratch.Add("more/notes.txt", "");
  const Suite suite = Load(scratch, R"(
cases:
  - {from: cases/*.in, points: 3}
  - {from: more, group: secret}
  - group: pair
    points: 5
    cases:
      - {name: a, stdout: ""}
      - {name: b, points: 6, stdout: ""}
)");
  const auto& cases = suite.request.cases();
  REQUIRE(cases.size() == 6);
  CHECK(cases[0].name() == "9");
  CHECK(cases[0].stdin() == "9");
  CHECK(cases[0].points() == 3);
  CHECK(std::vector<std::string>(cases[0].args().begin(), cases[0].args().end()) ==
        std::vector<std::string>{"one", "two words", "", "last"});
  CHECK(cases[1].name() == "10");
  CHECK(cases[1].expect().exit_code() == 7);
  CHECK(cases[2].expect().stderr().trim() == "e");
  CHECK(cases[3].name() == "secret/deep/1");
  CHECK(cases[3].group() == "secret");
  CHECK(cases[3].expect().stdout().trim() == "a");
  CHECK(cases[4].group() == "pair");
  CHECK(cases[4].points() == 5);
  CHECK(cases[5].points() == 6);
}

TEST_CASE("a suite: test files and shared files keep their places in the workspace") {
  const ScratchDirectory scratch;
  scratch.Add("test/a.test.mjs", "A");
  scratch.Add("test/b.test.mjs", "B");
  scratch.Add("lib/deep/help.mjs", "H");
  const Suite suite = Load(scratch, R"(
shared: [lib]
deterministic: {seed: 7, start_time: 2001-09-09T01:46:40Z}
cases:
  - tests: test/*.test.mjs
  - name: one
    tests: {files: {test/a.test.mjs: {file: test/a.test.mjs}, test/h.mjs: "h"}, entries: test/a.test.mjs, required: [a, b]}
)");
  CHECK(suite.request.shared(0).path() == "lib/deep/help.mjs");
  CHECK(suite.request.determinism().seed() == 7);
  CHECK(suite.request.determinism().start_time_ms() == 1'000'000'000'000);
  CHECK(suite.request.cases(0).name() == "test/*.test.mjs");
  CHECK(suite.request.cases(0).tests().files_size() == 2);
  CHECK(suite.request.cases(1).tests().files(1).content() == "h");
  CHECK(suite.request.cases(1).tests().entries(0) == "test/a.test.mjs");
  CHECK(suite.request.cases(1).tests().required_size() == 2);
}

TEST_CASE("a suite that is wrong is told with line, column, value, and what would be right") {
  const ScratchDirectory scratch;
  scratch.Add("a.in", "1");
  scratch.Add("check.txt", "");
  const auto [text, complaint] = GENERATE(table<std::string, std::string>({
      {"cases:\n  - {stdout: a", "suite.yaml:2:1: this is not YAML: end of map flow not found"},
      {"cases: []\n---\nmore: 1\n", "suite.yaml:3:1: a suite is one document"},
      {"", "suite.yaml:1:1: 'cases' is missing"},
      {"cases: []", "suite.yaml:1:8: cases: is empty; a suite has at least one case"},
      {"cases: 7", "suite.yaml:1:8: cases: expected a list of cases, not '7'"},
      {"case: []", "suite.yaml:1:1: unknown key 'case' (did you mean cases?)"},
      {"cases:\n  - stdoutt: a", "suite.yaml:2:5: cases[0]: unknown key 'stdoutt' (did you mean stdout?)"},
      {"cases:\n  - stdout:\n", "cases[0].stdout: there is nothing after it; for an empty text write \"\""},
      {"cases:\n  - stdout: {trimm: a}", "suite.yaml:2:14: cases[0].stdout: unknown key 'trimm' (did you mean trim?)"},
      {"cases:\n  - stdout: {trim: a, exact: b}", "cases[0].stdout: has two comparers"},
      {"cases:\n  - stdout: {absolute: 1}", "cases[0].stdout: names no comparer: exact, trim,"},
      {"cases:\n  - stdout: {trim: a, absolute: 1}",
       "cases[0].stdout.absolute: goes with numbers and json, not with trim"},
      {"cases:\n  - stdout: {json: {a: 1, b: {c: 2, c: 3}}}",
       "suite.yaml:2:37: cases[0].stdout.json.b: 'c' is there twice"},
      {"cases:\n  - entry: ./sum.mjs", "suite.yaml:2:12: cases[0].entry: './sum.mjs' cannot be sent: write a relative"},
      {"cases:\n  - {group: g, entry: ../a, cases: [{}]}", "suite.yaml:2:23: cases[0].entry: '../a' cannot be sent"},
      {"defaults: {entry: ./sum.mjs}\ncases: [{}]", "suite.yaml:1:19: defaults.entry: './sum.mjs' cannot be sent"},
      {"cases:\n  - stdout: {json: hello}", "suite.yaml:2:20: cases[0].stdout.json: expected JSON"},
      {"cases:\n  - stdout: {numbers: a, absolute: -1}",
       "cases[0].stdout.absolute: expected a number of at least 0, not '-1'"},
      {"cases:\n  - {stdout: a, stdout_file: b}", "cases[0].stdout_file: and stdout: one of them is enough"},
      {"cases:\n  - stdin_file: nowhere.txt", "suite.yaml:2:17: cases[0].stdin_file: cannot open '"},
      {"cases:\n  - limits: {memory: lots}", "suite.yaml:2:22: cases[0].limits.memory: 'lots' is not a size; write"},
      {"cases:\n  - limits: {wall_time: 5 parsecs}", "cases[0].limits.wall_time: '5 parsecs' is not a duration"},
      {"cases:\n  - limits: {wall: 5}", "unknown key 'wall'; known are wall_time, cpu_time, memory"},
      {"cases:\n  - limits: {threads: 0}",
       "cases[0].limits.threads: expected a whole number in [1, 4294967295], not '0'"},
      {"cases:\n  - points: -1", "cases[0].points: expected a number of at least 0, not '-1'"},
      {"cases:\n  - points: .inf", "cases[0].points: expected a number of at least 0"},
      {"cases:\n  - repeat: 101", "cases[0].repeat: expected a whole number in [1, 100], not '101'"},
      {"cases:\n  - visibility: secret", "expected visible, hidden, after_due_date or after_published, not 'secret'"},
      {"cases:\n  - exit_code: 256", "cases[0].exit_code: expected a whole number in [0, 255], not '256'"},
      {"cases:\n  - exit_code: yes", "cases[0].exit_code: expected an exit code in [0, 255], or any, not 'yes'"},
      {"cases:\n  - signal: SIGNONE", "cases[0].signal: expected a signal, such as SIGABRT"},
      {"cases:\n  - {signal: 6, exit_code: 1}",
       "cases[0].signal: a program ends by exit_code or by signal, not by both"},
      {"cases:\n  - {verdict: WALL_TIME_LIMIT, exit_code: 1}", "cases[0].exit_code: goes with the verdict EXITED"},
      {"cases:\n  - verdict: SETUP_FAILED", "cases[0].verdict: expected EXITED, SIGNALED,"},
      {"cases:\n  - {name: a}\n  - {name: a}", "suite.yaml:3: a second case named 'a'; the first is at"},
      {"cases:\n  - {name: a, name: b}", "suite.yaml:2:15: cases[0]: 'name' is there twice"},
      {"cases:\n  - {name: \"\"}", "suite.yaml:2: the name of a case has 1 to 256 bytes and no control characters"},
      {"cases:\n  - {from: nothing/*.in}", "suite.yaml:2:12: cases[0].from: there is no 'nothing/*.in' in '"},
      {"cases:\n  - {from: '*.in'}", "there is no .out beside it"},
      {"cases:\n  - {from: check.txt}", "'check.txt' is no file of a case"},
      {"cases:\n  - {from: '*.in', name: a}", "cases[0].name: does not go with from"},
      {"cases:\n  - {tests: check.txt, stdout: a}", "cases[0].stdout: does not go with tests"},
      {"cases:\n  - {tests: {files: check.txt, entries: other}}",
       "cases[0].tests.entries: 'other' is none of the files"},
      {"cases:\n  - {tests: ../a.test.mjs}", "cases[0].tests: there is no '../a.test.mjs' in"},
      {"cases:\n  - files: {../a: x}", "suite.yaml:2:13: cases[0].files: "},
      {"cases:\n  - files: {a: {file: check.txt, text: b}}", "cases[0].files.a: wants one of file and text"},
      {"cases:\n  - cases: [{cases: []}]", "a group is not in a group"},
      {"cases:\n  - {cases: [{}], name: a}", "cases[0].name: does not go with cases"},
      {"cases:\n  - checker: {files: {a: x, b: y}}", "cases[0].checker: has several files: which is its entry?"},
      {"cases:\n  - expect_files: {a: {absent: false}}", "expected absent: true, or how the file is compared"},
      {"deterministic: {start_time: tomorrow}\ncases: [{}]", "expected a time of UTC, such as 2024-01-01T00:00:00Z"},
      {"deterministic: {start_time: 2024-02-30}\ncases: [{}]", "expected a time of UTC"},
      {"jobs: 0\ncases: [{}]", "suite.yaml:1:7: jobs: expected a whole number in [1, 4096], not '0'"},
      {"defaults: {name: a}\ncases: [{}]", "suite.yaml:1:12: defaults: unknown key 'name'"},
      {"cases:\n  - stdout: {json: &a [*a]}", "cases[0].stdout.json: is nested more than 64 deep"},
  }));
  INFO(text);
  CHECK_THAT(Complaint(scratch, text), Catch::Contains(complaint));
}

TEST_CASE("a directory of cases needs no suite file; its directories are groups") {
  const ScratchDirectory scratch;
  scratch.Add("2.in", "b");
  scratch.Add("2.out", "B");
  scratch.Add("10.ans", "C");
  scratch.Add("sub/1.in", "d");
  scratch.Add("sub/1.out", "D");
  scratch.Add(".hidden/1.out", "");
  scratch.Add("README.md", "");
  const Suite suite = LoadSuite(scratch.path().string());
  const auto& cases = suite.request.cases();
  REQUIRE(cases.size() == 3);
  CHECK(cases[0].name() == "2");
  CHECK(cases[1].name() == "10");
  CHECK(cases[1].stdin().empty());
  CHECK(cases[2].name() == "sub/1");
  CHECK(cases[2].group() == "sub");
  CHECK(cases[2].expect().stdout().trim() == "D");

  scratch.Add("3.in", "");
  CHECK_THROWS_WITH(LoadSuite(scratch.path().string()), Catch::Contains("3.in: there is no .out beside it"));
  scratch.Add("3.out", "");
  scratch.Add("3.ans", "");
  CHECK_THROWS_WITH(LoadSuite(scratch.path().string()), Catch::Contains("has both .out and .ans"));
}

TEST_CASE("a directory without cases, a suite that is not there, a code that is none") {
  const ScratchDirectory scratch;
  CHECK_THROWS_WITH(LoadSuite(scratch.path().string()), Catch::Contains("holds no suite.yaml and no cases"));
  CHECK_THROWS_WITH(LoadSuite((scratch / "none").string()), Catch::Contains("cannot find"));
  scratch.Add("1.code", "many");
  CHECK_THROWS_WITH(LoadSuite(scratch.path().string()),
                    Catch::Contains("1.code: expected an exit code in [0, 255], or any, not 'many'"));
}

TEST_CASE("a filter keeps the cases whose names match, and says which there are when none does") {
  const ScratchDirectory scratch;
  Suite suite = Load(scratch, "cases:\n  - name: sum/1\n  - name: sum/2\n  - name: product\n");
  FilterCases(suite, "sum*");
  REQUIRE(suite.request.cases_size() == 2);
  CHECK(suite.places.size() == 2);
  CHECK(suite.request.cases(1).name() == "sum/2");
  CHECK_THROWS_WITH(FilterCases(suite, "x"), Catch::Contains("no case matches 'x'; there are 'sum/1', 'sum/2'"));
}

TEST_CASE("the starter is a suite, and is written once") {
  const ScratchDirectory scratch;
  WriteStarter((scratch / "new/place").string());
  const Suite suite = LoadSuite((scratch / "new/place").string());
  CHECK(suite.request.cases_size() == 8);
  std::filesystem::remove((scratch / "new/place/suite.yaml").string());
  CHECK_THROWS_WITH(WriteStarter((scratch / "new/place").string()),
                    Catch::Contains("01.in' already; nothing was written"));
  CHECK_FALSE(std::filesystem::exists((scratch / "new/place/suite.yaml").string()));
}

using Names = std::set<std::string>;

template <std::size_t Count>
Names NamesOf(const std::array<KeyName, Count>& keys) {
  return {keys.begin(), keys.end()};
}

Names NamesOf(const nlohmann::json& schema) {
  Names names;
  for (const auto& property : schema.at("properties").items()) names.insert(property.key());
  return names;
}

TEST_CASE("the schema of suite files knows the keys that the reader knows, everywhere") {
  std::ifstream file(std::string(RUNNER_SOURCE_DIR) + "/docs/suite.schema.json");
  const auto schema = nlohmann::json::parse(file);
  const auto& definitions = schema.at("$defs");
  const auto& of_case = definitions.at("case").at("properties");
  CHECK(NamesOf(schema) == NamesOf(kSuiteKeys));
  CHECK(NamesOf(schema.at("properties").at("defaults")) == NamesOf(kDefaultKeys));
  CHECK(NamesOf(definitions.at("case")) == NamesOf(kCaseKeys));
  CHECK(NamesOf(definitions.at("limits")) == NamesOf(kLimitKeys));
  CHECK(NamesOf(definitions.at("comparison").at("oneOf").at(1)) == NamesOf(kComparisonKeys));
  CHECK(NamesOf(of_case.at("tests").at("oneOf").at(2)) == NamesOf(kTestKeys));
  CHECK(NamesOf(of_case.at("checker").at("oneOf").at(1)) == NamesOf(kCheckerKeys));
  CHECK(NamesOf(of_case.at("compare").at("oneOf").at(1)) == NamesOf(kComparerKeys));
  CHECK(NamesOf(schema.at("properties").at("deterministic").at("oneOf").at(1)) == NamesOf(kDeterministicKeys));
  CHECK(of_case.at("verdict").at("enum").get<Names>() == NamesOf(kVerdicts));
  CHECK(of_case.at("visibility").at("enum").get<Names>() == NamesOf(kVisibilities));
  CHECK(of_case.at("compare").at("oneOf").at(0).at("enum").get<Names>() == NamesOf(kDefaultComparers));
}

}  // namespace
}  // namespace runner::ctl
