// Grade: what is compared, by which comparer, files, checkers, and what a submission does to get past them.
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/client.h"
#include "tests/support/grade.h"

namespace runner::test {
namespace {

v1::Comparison& Stdout(v1::Case& of) { return *of.mutable_expect()->mutable_stdout(); }

v1::FileExpectation& ExpectFile(v1::Case& of, const std::string& path) {
  v1::FileExpectation& file = *of.mutable_expect()->add_files();
  file.set_path(path);
  return file;
}

v1::Checker& AddChecker(v1::Case& of, const std::string& source) {
  v1::Checker& checker = *of.mutable_expect()->mutable_checker();
  v1::File& file = *checker.add_files();
  file.set_path("check.mjs");
  file.set_content(source);
  return checker;
}

TEST_CASE("every comparer decides through the service") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Submission("process.stdout.write(process.argv[2])");
  const auto pair = [&](const std::string& right, const std::string& wrong, const auto& expect) {
    expect(Stdout(AddCase(request, right)));
    expect(Stdout(AddCase(request, wrong)));
  };
  pair("a\n", "a", [](v1::Comparison& how) { how.set_exact("a\n"); });
  pair("a \n\n", "a\nb", [](v1::Comparison& how) { how.set_trim("a"); });
  pair("b\na", "a\na", [](v1::Comparison& how) { how.set_lines("a\nb"); });
  pair("a\nb", "a c", [](v1::Comparison& how) { how.set_tokens("a b"); });
  pair("x 1.05", "x 1.2", [](v1::Comparison& how) {
    how.mutable_numbers()->set_expected("x 1");
    how.mutable_numbers()->set_absolute(0.1);
  });
  pair("abc", "acb", [](v1::Comparison& how) { how.set_contains("bc"); });
  pair("n = 42;", "n = x;", [](v1::Comparison& how) { how.set_regex("n = \\d+"); });
  pair(R"({"b":[2,1],"a":0})", R"({"b":[2,2],"a":0})", [](v1::Comparison& how) {
    how.mutable_json()->set_expected(R"({"a":0,"b":[1,2]})");
    how.mutable_json()->set_unordered(true);
  });
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  for (std::size_t i = 0; i < graded.results.size(); ++i) {
    INFO(i);
    CHECK(graded.results[i].outcome() == (i % 2 == 0 ? v1::PASSED : v1::FAILED));
    CHECK(graded.results[i].mismatches_size() == (i % 2 == 0 ? 0 : 1));
  }
  CHECK(graded.total.passed() == 8);
}

TEST_CASE("files are compared as the program leaves them, and may have to be absent") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Submission(
      "import fs from 'node:fs';\n"
      "fs.mkdirSync('out'); fs.writeFileSync('out/a.txt', 'a\\n'); fs.symlinkSync('out/a.txt', 'link.txt');\n"
      "fs.symlinkSync('/etc/passwd', 'passwd'); fs.linkSync('out/a.txt', 'hard.txt'); fs.symlinkSync('out', 'way');\n");
  ExpectFile(AddCase(request), "out/b.txt").set_absent(true);
  ExpectFile(AddCase(request), "out").set_absent(true);
  ExpectFile(AddCase(request), "link.txt").mutable_content()->set_exact("a\n");
  ExpectFile(AddCase(request), "way/a.txt").mutable_content()->set_exact("a\n");
  ExpectFile(AddCase(request), "way/a.txt").set_absent(true);
  ExpectFile(AddCase(request), "hard.txt").mutable_content()->set_exact("a\n");
  ExpectFile(AddCase(request), "none.txt").mutable_content()->set_exact("a\n");
  ExpectFile(AddCase(request), "passwd").mutable_content()->set_contains("root");
  ExpectFile(AddCase(request), "main.mjs").mutable_content()->set_contains("mkdirSync");
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.Outcomes() == "PASSED FAILED FAILED FAILED FAILED FAILED FAILED FAILED PASSED");
  CHECK(Mismatches(graded.results[1]) == "out: is there, and must not be\n");
  CHECK(Mismatches(graded.results[2]) == "link.txt: is a symbolic link\n");
  CHECK_THAT(Mismatches(graded.results[3]), Catch::StartsWith("way/a.txt: is not there: way is a symbolic link"));
  CHECK_THAT(Mismatches(graded.results[5]), Catch::StartsWith("hard.txt: "));
  CHECK(Mismatches(graded.results[6]) == "none.txt: is not there\n");
}

TEST_CASE("a checker decides with all that the program did before it, in a sandbox without the submission") {
  Client client(SharedDaemon());
  v1::GradeRequest request = Submission(
      "import fs from 'node:fs';\n"
      "fs.mkdirSync('checker', { recursive: true });\n"
      "fs.writeFileSync('checker/stdout', 'forged'); fs.writeFileSync('checker/result.json', '{}');\n"
      "fs.writeFileSync('check.mjs', 'process.exit(0)'); fs.writeFileSync('out.txt', 'file');\n"
      "console.log(process.argv[2]); console.error('err')");
  const std::string check =
      "import fs from 'node:fs';\n"
      "const read = (name) => fs.readFileSync('checker/' + name, 'utf8');\n"
      "const result = JSON.parse(read('result.json'));\n"
      "const all = [read('stdout'), read('stderr'), read('stdin'), read('files/out.txt'), result.verdict,\n"
      "  result.exit_code, fs.readdirSync('.').sort().join()];\n"
      "console.log(JSON.stringify(all)); process.exit(read('stdout') === 'right\\n' ? 42 : 43);\n";
  for (const char* argument : {"right", "wrong"}) {
    v1::Case& of = AddCase(request, argument);
    of.set_stdin("in");
    AddChecker(of, check);
    ExpectFile(of, "out.txt").mutable_content()->set_exact("file");
  }
  // Comes to its end and has not decided; throws, which Node ends with 1; crashes.
  AddChecker(AddCase(request, "right"), "0");
  AddChecker(AddCase(request, "right"), "throw new Error('oops')").mutable_limits();
  AddChecker(AddCase(request, "right"), "process.abort()");
  // A case that has failed already asks no checker.
  AddChecker(AddCase(request, "right"), "process.exit(42)");
  request.mutable_cases(5)->mutable_expect()->set_exit_code(3);
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.Outcomes() == "PASSED FAILED ERROR ERROR ERROR FAILED");
  CHECK(Mismatches(graded.results[1]) ==
        "checker: [\"wrong\\n\",\"err\\n\",\"in\",\"file\",\"EXITED\",0,\"check.mjs,checker\"]\n");
  CHECK(graded.results[2].message() ==
        "the checker has to exit with code 42 (accepts) or 43 (refuses), and exited with code 0");
  CHECK_THAT(graded.results[3].message(), Catch::EndsWith("exited with code 1"));
  CHECK_THAT(Mismatches(graded.results[3]), Catch::StartsWith("checker: wrote on stderr: ") && Catch::Contains("oops"));
  CHECK(Mismatches(graded.results[5]) == "exit code: expected 3, got 0\n");
  CHECK_FALSE(graded.total.complete());
}

TEST_CASE("a submission that guesses, or prints what another case expects, earns what it gets right and no more") {
  Client client(SharedDaemon());
  v1::GradeRequest request =
      Submission("process.on('exit', () => { process.exitCode = 0 }); console.log('one'); throw 1");
  AddCase(request, "", "one");
  AddCase(request, "", "two");
  AddCase(request, "", "one").mutable_expect()->set_exit_code(1);
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  // Node lets a handler of 'exit' choose the code: a program that says 0 has said 0.
  CHECK(graded.Outcomes() == "PASSED FAILED FAILED");
}

TEST_CASE("a hidden case tells its outcome and its points, and nothing else") {
  Client client(SharedDaemon());
  v1::GradeRequest request =
      Submission("console.log('secret ' + process.argv[2]); console.error('secret'); process.exit(7)");
  v1::Case& failed = AddCase(request, "secret");
  failed.set_visibility(v1::HIDDEN);
  failed.set_points(3);
  Stdout(failed).set_exact("secret");
  v1::Case& passed = AddCase(request, "secret");
  passed.set_visibility(v1::HIDDEN);
  passed.mutable_expect()->set_exit_code(7);
  // Node shows the line that throws.
  v1::Case& checked = AddCase(request, "secret");
  checked.set_visibility(v1::HIDDEN);
  checked.mutable_expect()->set_exit_code(7);
  AddChecker(checked, "import fs from 'node:fs'; throw new Error(fs.readFileSync('checker/stdout'));");
  const Graded graded = Grade(client, request);
  INFO(graded.Describe());
  REQUIRE(graded.Outcomes() == "FAILED PASSED ERROR");
  CHECK_THAT(graded.results[2].message(), Catch::EndsWith("exited with code 1"));
  for (const v1::CaseResult& result : graded.results) {
    CHECK(result.visibility() == v1::HIDDEN);
    CHECK((result.message().empty() || result.outcome() == v1::ERROR));
    CHECK(result.mismatches_size() == 0);
    CHECK(result.stdout().empty());
    CHECK(result.stderr().empty());
    CHECK_FALSE(result.has_run());
    CHECK_THAT(result.SerializeAsString(), !Catch::Contains("secret"));
  }
  CHECK(graded.results[0].points_possible() == 3);
}

}  // namespace
}  // namespace runner::test
