// runnerctl grade: the suites that the documentation gives people to begin with, by the commands that it gives with them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/integration/grade.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

const fs::path& Examples() {
  static const fs::path examples = SourceDirectory() / "docs/examples/grading";
  return examples;
}

Finished Validate(const fs::path& suite) {
  return RunProgram({"/usr/bin/python3", (SourceDirectory() / "tests/data/validate-suite.py").string(),
                     (SourceDirectory() / "docs/suite.schema.json").string(), suite.string()});
}

// The shell commands of a CI file, run where its checkouts are, with runnerctl in the PATH.
Finished RunCommandsOf(const std::string& ci_file, const fs::path& directory,
                       std::map<std::string, std::string> variables = {}) {
  const Finished commands = RunProgram({"/usr/bin/python3", (SourceDirectory() / "tests/data/ci-commands.py").string(),
                                        (Examples() / ci_file).string()});
  INFO(commands.err);
  REQUIRE_THAT(commands.out, Catch::Contains("runnerctl grade"));
  ProcessOptions options = OutsideOfCi(SharedDaemon());
  options.directory = directory;
  options.env["PATH"] = Binary("runnerctl").parent_path().string() + ":/usr/bin:/bin";
  options.env.merge(variables);
  return RunProgram({"/bin/sh", "-e", "-c", commands.out}, "", options);
}

// A directory with what a CI would have checked out: the student's files in submission/, the teachers' in grading/.
class Checkouts : public Programs {
 public:
  explicit Checkouts(const std::string& submission) {
    fs::copy(Examples() / "submissions" / submission, directory() / "submission", fs::copy_options::recursive);
    fs::create_directory(directory() / "grading");
    fs::copy(Examples() / "sum", directory() / "grading/sum", fs::copy_options::recursive);
  }
};

TEST_CASE("grade: the suite of the examples is valid by the schema, and tells right from wrong") {
  const Finished valid = Validate(Examples() / "sum/suite.yaml");
  INFO(valid.out << valid.err);
  CHECK(valid.exit_code == 0);
  const auto grade = [](const char* submission) {
    return GradeWith({(Examples() / "sum").string(), (Examples() / "submissions" / submission).string()},
                     OutsideOfCi(SharedDaemon()));
  };
  const Finished good = grade("good");
  INFO(good.out << good.err);
  CHECK(good.exit_code == 0);
  CHECK(grade("bad").exit_code == 1);
}

TEST_CASE("grade: the starter is valid by the schema, and its example passes") {
  const Programs place;
  ProcessOptions options = OutsideOfCi(SharedDaemon());
  options.directory = place.directory();
  const Finished init = RunProgram(GradeCommand({"--init", "exercise"}), "", options);
  INFO(init.out << init.err);
  REQUIRE(init.exit_code == 0);
  const Finished valid = Validate(place.directory() / "exercise/suite.yaml");
  INFO(valid.out << valid.err);
  CHECK(valid.exit_code == 0);
  const Finished graded = RunProgram(GradeCommand({"exercise", "exercise/example"}), "", options);
  INFO(graded.out << graded.err);
  CHECK(graded.exit_code == 0);
  CHECK_THAT(graded.out, Catch::EndsWith("\n8 of 8 passed. 13 of 13 points.\n"));
}

TEST_CASE("grade: what the example for GitHub Actions runs") {
  const Checkouts good("good");
  const Finished passed = RunCommandsOf("github-actions.yml", good.directory());
  INFO(passed.out << passed.err);
  CHECK(passed.exit_code == 0);
  CHECK_THAT(FileContent(good.directory() / "junit.xml"), Catch::Contains("<testsuites"));
  const Checkouts bad("bad");
  const Finished failed = RunCommandsOf("github-actions.yml", bad.directory());
  INFO(failed.out << failed.err);
  CHECK(failed.exit_code == 1);
  CHECK_THAT(FileContent(bad.directory() / "junit.xml"), Catch::Contains("<failure"));
}

TEST_CASE("grade: what the example for GitLab CI runs") {
  const Checkouts checkouts("good");
  const std::string repository = (checkouts.directory() / "repository").string();
  fs::rename(checkouts.directory() / "grading", repository);
  const Finished committed = RunProgram(
      {"/bin/sh", "-e", "-c",
       "cd \"$1\"; git init --quiet; git add .; git -c user.name=t -c user.email=t@example.org commit --quiet -m suite",
       "sh", repository});
  INFO(committed.err);
  REQUIRE(committed.exit_code == 0);
  const Finished passed = RunCommandsOf("gitlab-ci.yml", checkouts.directory() / "submission",
                                        {{"GRADING_REPOSITORY", "file://" + repository}});
  INFO(passed.out << passed.err);
  CHECK(passed.exit_code == 0);
  CHECK_THAT(FileContent(checkouts.directory() / "submission/junit.xml"), Catch::Contains("<testsuites"));
}

TEST_CASE("grade: a checker decides, and one that throws is the suite's trouble") {
  const Exercise exercise(R"yaml(
cases:
  - {name: multiple, args: ["14"], checker: &check check.mjs}
  - {name: other, args: ["15"], checker: *check}
)yaml",
                          "console.log(process.argv[2])");
  // The program of docs/grading.md.
  const std::string manual = FileContent(SourceDirectory() / "docs/grading.md");
  const std::size_t fence = manual.find("```js\n", manual.find("### A checker"));
  REQUIRE(fence != std::string::npos);
  const std::string check = manual.substr(fence + 6, manual.find("```", fence + 6) - fence - 6);
  std::ofstream(exercise.Path("suite/check.mjs")) << check;
  const Finished graded = exercise.Grade();
  INFO(graded.out << graded.err);
  CHECK(graded.exit_code == 1);
  CHECK_THAT(graded.out, Catch::Contains("15 is no multiple of 7") && Catch::Contains("1 of 2 passed, 1 failed."));
  std::ofstream(exercise.Path("suite/check.mjs")) << "throw new Error('a bug of the teacher')";
  const Finished thrown = exercise.Grade();
  INFO(thrown.out << thrown.err);
  CHECK(thrown.exit_code == 70);
  CHECK_THAT(thrown.out, Catch::Contains("a bug of the teacher"));
}

TEST_CASE("grade: ten gradings of a deterministic suite give the same bytes in every report") {
  const Exercise exercise(R"yaml(
deterministic: true
cases:
  - {name: random, stdout: {regex: "^0[.][0-9]+ [0-9a-f-]{36} 2024-01-01T00:00:00"}}
  - {name: wrong, stdout: "1"}
  - {name: loops, limits: {cpu_time: 100ms}, args: [loop]}
  - {name: tests, tests: sum.test.mjs}
)yaml",
                          "import { randomUUID } from 'node:crypto';\n"
                          "console.log(Math.random(), randomUUID(), new Date().toISOString(), performance.now());\n"
                          "if (process.argv[2] === 'loop') for (;;) console.log(Date.now());\n");
  std::ofstream(exercise.Path("suite/sum.test.mjs"))
      << "test('equal', () => expect(1).toBe(1)); test('random', () => expect(Math.random()).toBe(2));";
  std::string first;
  for (int turn = 0; turn < 10; ++turn) {
    std::string all;
    std::vector<std::string> options;
    for (const char* report : {"--junit", "--tap", "--gradescope", "--markdown"}) {
      options.push_back(std::string(report) + "=" + exercise.Path(std::string(report).substr(2)));
    }
    const Finished told = exercise.Grade(options);
    INFO(told.out << told.err);
    CHECK(told.exit_code == 1);
    CHECK_THAT(told.out, Catch::Contains("1 of 4 passed, 3 failed."));
    all += told.out;
    for (const char* report : {"junit", "tap", "gradescope", "markdown"}) {
      const std::string content = FileContent(exercise.Path(report));
      CHECK_FALSE(content.empty());
      all += content;
    }
    all += exercise.Grade({"--json"}).out;
    if (turn == 0) first = all;
    CHECK(all == first);
  }
}

}  // namespace
}  // namespace runner::test
