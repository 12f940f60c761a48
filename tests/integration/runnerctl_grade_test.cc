// runnerctl grade: what it runs, what it prints, what it exits with.
#include <catch2/catch.hpp>

#include "tests/integration/grade.h"

namespace runner::test {
namespace {

constexpr const char* kUpper = "process.stdin.on('data', (d) => process.stdout.write(d.toString().toUpperCase()));";

TEST_CASE(
    "grade: what did not pass is shown with its differences, in the order of the suite, before a table and a total") {
  const Exercise exercise(R"(
cases:
  - {name: slow and wrong, args: ["300"], stdout: "8"}
  - {name: quick, args: ["0"], stdout: "7"}
  - {name: quick and wrong, args: ["0"], stdout: "9", points: 2}
)",
                          "setTimeout(() => console.log(7), Number(process.argv[2]))");
  const Finished graded = exercise.Grade();
  INFO(graded.out << graded.err);
  CHECK(graded.exit_code == 1);
  const std::string& out = graded.out;
  CHECK_THAT(out, Catch::StartsWith("FAILED  slow and wrong: "));
  CHECK_THAT(out, Catch::Contains("  | -8\n  | +7\n"));
  CHECK(out.find("FAILED  quick and wrong") > out.find("FAILED  slow and wrong"));
  CHECK_THAT(out, Catch::Contains("\n  FAILED   slow and wrong   0 of 1  ") &&
                      Catch::Contains("\n  ok       quick            1 of 1\n") &&
                      Catch::EndsWith("\n1 of 3 passed, 2 failed. 1 of 4 points.\n"));
  CHECK(graded.err.empty());
}

TEST_CASE("grade: a directory of pairs is a suite, and a single file gets the entry's name") {
  Programs place;
  place.Add("cases/1.in", "a");
  place.Add("cases/1.out", "A\n");
  place.Add("cases/b/2.in", "b");
  place.Add("cases/b/2.out", "c\n");
  const std::string program = place.Add("alice.mjs", kUpper);
  const Finished pairs = GradeWith({(place.directory() / "cases").string(), program}, OutsideOfCi(SharedDaemon()));
  INFO(pairs.out << pairs.err);
  CHECK(pairs.exit_code == 1);
  CHECK_THAT(pairs.out, Catch::Contains("1 of 2 passed, 1 failed."));
  const std::string suite = place.Add("suite.yaml", "defaults: {entry: up.mjs}\ncases:\n  - {stdin: x, stdout: X}\n");
  const Finished named = GradeWith({suite, program});
  INFO(named.out << named.err);
  CHECK(named.exit_code == 0);
}

TEST_CASE("grade: a submission without the file to run has failed, and is told which it lacks") {
  const Exercise exercise("defaults: {entry: sum.mjs}\ncases:\n  - {name: a}\n  - {name: b, entry: main.mjs}\n");
  const Finished graded = GradeWith({exercise.suite(), exercise.Path("submission")}, OutsideOfCi(SharedDaemon()));
  INFO(graded.out << graded.err);
  CHECK(graded.exit_code == 1);
  CHECK_THAT(graded.out, Catch::Contains("FAILED  a: the submission has no file 'sum.mjs'\n") &&
                             Catch::Contains("1 of 2 passed, 1 failed."));
}

TEST_CASE("grade: where the suite names what runs, the rules of `run DIR` do not matter") {
  const auto grade = [](const Exercise& exercise, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {exercise.suite(), exercise.Path("submission")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished graded = GradeWith(arguments, OutsideOfCi(SharedDaemon()));
    INFO(graded.out << graded.err);
    CHECK(graded.exit_code == (graded.out.find("1 of 1 passed.") == std::string::npos ? 1 : 0));
    return graded.out;
  };
  SECTION("main of package.json is left out") {
    const Exercise exercise("defaults: {entry: main.mjs}\ncases:\n  - {name: a}\n");
    exercise.Add("submission/package.json", R"({"main": "dist/app.js"})");
    exercise.Add("submission/dist/app.js", "");
    exercise.Add("submission/.gitignore", "dist/\n");
    CHECK_THAT(grade(exercise), Catch::Contains("1 of 1 passed."));
  }
  SECTION("what runs is left out") {
    const Exercise exercise("defaults: {entry: dist/sum.mjs}\ncases:\n  - {name: a}\n");
    exercise.Add("submission/dist/sum.mjs", "");
    exercise.Add("submission/.gitignore", "dist/\n");
    CHECK_THAT(grade(exercise),
               Catch::Contains("FAILED  a: the submission has no file 'dist/sum.mjs' (.gitignore leaves it out; "
                               "--no-gitignore sends it)\n"));
    CHECK_THAT(grade(exercise, {"--no-gitignore"}), Catch::Contains("1 of 1 passed."));
  }
  SECTION("nothing is there") {
    const Exercise exercise(
        "cases:\n  - {name: a, entry: sum.mjs}\n  - {name: t, tests: {files: {a.test.mjs: 'test(\"a\", () => "
        "{})'}}}\n");
    std::filesystem::remove(exercise.submission());
    CHECK_THAT(grade(exercise), Catch::Contains("FAILED  a: the submission has no file 'sum.mjs'\n") &&
                                    Catch::Contains("FAILED  t: the submission has no files\n") &&
                                    Catch::Contains("0 of 2 passed, 2 failed."));
  }
}

TEST_CASE("grade: a submission that holds the suite does not get to read it") {
  Programs place;
  place.Add("suite.yaml", "cases:\n  - {stdin_file: secret.txt, stdout: main.mjs}\n");
  place.Add("secret.txt", "hidden");
  place.Add("main.mjs", "import { readdirSync } from 'node:fs'; console.log(readdirSync('.').join(' '))");
  const std::string directory = place.directory().string();
  const Finished graded = GradeWith({directory, directory}, OutsideOfCi(SharedDaemon()));
  INFO(graded.out << graded.err);
  CHECK(graded.exit_code == 0);
}

TEST_CASE("grade: hidden cases show outcome and points; --reveal is for whoever wrote them") {
  const Exercise exercise("cases:\n  - {name: a, visibility: hidden, stdout: S3CRET, points: 4}\n", "console.log('x')");
  const std::string junit = exercise.Path("junit.xml");
  const Finished graded = exercise.Grade({"--junit", junit});
  CHECK(graded.exit_code == 1);
  CHECK_THAT(graded.out, Catch::Contains("0 of 4") && !Catch::Contains("S3CRET"));
  CHECK_THAT(FileContent(junit), Catch::Contains("<failure") && !Catch::Contains("S3CRET"));
  CHECK_THAT(exercise.Grade({"--reveal"}).out, Catch::Contains("S3CRET"));
}

TEST_CASE("grade: what passes only sometimes is FLAKY, and that is not passed") {
  const Exercise exercise("cases:\n  - {name: coin, stdout: heads}\n  - {name: sure, entry: main.mjs}\n",
                          "console.log(Math.random() < 0.5 ? 'heads' : 'tails')");
  const Finished graded = exercise.Grade({"--repeat", "12"});
  INFO(graded.out << graded.err);
  CHECK(graded.exit_code == 1);
  CHECK_THAT(graded.out, Catch::Contains("FLAKY  coin: passed ") && Catch::Contains(" of 12 times") &&
                             Catch::Contains("1 of 2 passed, 1 flaky."));
}

TEST_CASE("grade: programs that loop, leak and flood get their verdicts while the others pass") {
  const Exercise exercise(R"(
defaults: {limits: {cpu_time: 1s, wall_time: 20s, memory: 128M, output: 64K}}
cases:
  - {name: fine, args: [fine], stdout: fine}
  - {name: loops, args: [loops]}
  - {name: leaks, args: [leaks]}
  - {name: floods, args: [floods]}
  - {name: leaks as it should, args: [leaks], verdict: MEMORY_LIMIT}
  - {name: fine again, args: [fine], stdout: fine}
)",
                          R"(
const kept = [];
switch (process.argv[2]) {
  case 'loops': while (true) {}
  case 'leaks': while (true) kept.push(Buffer.alloc(1 << 20, 1));
  case 'floods': while (true) process.stdout.write('x'.repeat(1000));
  default: console.log('fine');
}
)");
  const Finished graded = exercise.Grade({"--jobs", "2"});
  INFO(graded.out << graded.err);
  CHECK(graded.exit_code == 1);
  CHECK_THAT(graded.out, Catch::Contains("CPU time") && Catch::Contains("memory") && Catch::Contains("on stdout") &&
                             Catch::Contains("3 of 6 passed, 3 failed."));
}

TEST_CASE("grade: --fail-fast skips what comes after, --filter leaves out what does not match") {
  const Exercise exercise("cases:\n  - {name: a/1, exit_code: 1}\n  - {name: b/1}\n  - {name: b/2}\n");
  const Finished fast = exercise.Grade({"--fail-fast", "--jobs", "1"});
  INFO(fast.out << fast.err);
  CHECK(fast.exit_code == 1);
  CHECK_THAT(fast.out, Catch::Contains("0 of 3 passed, 1 failed, 2 skipped."));
  const Finished filtered = exercise.Grade({"--filter", "b*"});
  CHECK(filtered.exit_code == 0);
  CHECK_THAT(filtered.out, Catch::Contains("2 of 2 passed."));
}

}  // namespace
}  // namespace runner::test
