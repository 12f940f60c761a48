// runnerctl grade, when something is wrong or somebody has had enough: never a student's failure.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/integration/grade.h"
#include "tests/integration/terminal.h"
#include "tests/support/eventually.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr const char* kOneForever = R"(
jobs: 1
cases:
  - {name: quick, args: [quick], stdout: done}
  - {name: forever, args: [forever]}
  - {name: never begun, args: [quick]}
)";
constexpr const char* kMaybeForever =
    "if (process.argv[2] === 'forever') setInterval(() => {}, 1000); else console.log('done')";

bool Exists(const std::string& path) { return std::filesystem::exists(path); }

// Files that were to become reports.
std::ptrdiff_t LeftOvers(const Exercise& exercise) {
  const std::filesystem::directory_iterator files(exercise.directory());
  return std::count_if(begin(files), end(files),
                       [](const auto& file) { return file.path().filename().string().starts_with("."); });
}

TEST_CASE("grade: mistakes are 64, say what would be right, and leave no report") {
  struct Mistake {
    std::vector<std::string> arguments;
    std::string hint;
    bool in_words = false;  // nothing is done at all
  };
  const Mistake mistake = GENERATE(
      Mistake{{"--job", "2"}, "unknown option --job (did you mean --jobs?)", true},
      Mistake{{"--jobs", "0"}, "--jobs: '0'"}, Mistake{{"--repeat", "101"}, "from 1 to 100"},
      Mistake{{"--filter", "x*"}, "no case matches 'x*'; there are 'a'"},
      Mistake{{"--tap", "--json"}, "write --tap=FILE", true}, Mistake{{"--color", "red"}, "'red' is not one of"},
      Mistake{{"--gradescope", "r.json", "--fail-fast"}, "would be no grade"},
      Mistake{{"--gradescope", "r.json", "--reveal"}, "what is hidden"},
      Mistake{{"--markdown", "/nowhere/a.md"}, "cannot write '/nowhere/a.md'"},
      Mistake{{"--markdown", "/tmp"}, "is a directory"}, Mistake{{"more"}, "unexpected argument 'more'", true});
  const Exercise exercise("cases:\n  - name: a\n");
  std::vector<std::string> arguments = mistake.arguments;
  const std::string junit = exercise.Path("junit.xml");
  arguments.insert(arguments.end(), {"--junit", junit});
  std::ofstream(junit) << "of an earlier time";
  const Finished graded = exercise.Grade(arguments);
  INFO(graded.err);
  CHECK(graded.exit_code == 64);
  CHECK(graded.out.empty());
  CHECK_THAT(graded.err, Catch::StartsWith("runnerctl: ") && Catch::Contains(mistake.hint));
  CHECK(Exists(junit) == mistake.in_words);
  CHECK(LeftOvers(exercise) == 0);
}

TEST_CASE("grade: a report of an earlier time does not outlive a submission that cannot be sent") {
  const Exercise exercise("cases:\n  - {name: a, entry: main.mjs}\n");
  const std::string junit = exercise.Add("submission/junit.xml", "<testsuites failures=\"0\"/>");
  std::filesystem::create_symlink("/etc/hostname", exercise.Path("submission/link"));
  const Finished graded = GradeWith({exercise.suite(), exercise.Path("submission"), "--junit", junit});
  INFO(graded.err);
  CHECK(graded.exit_code == 64);
  CHECK_FALSE(Exists(junit));
}

TEST_CASE("grade: a report is in nobody's place") {
  const Exercise exercise("cases:\n  - name: a\n");
  std::filesystem::create_directory_symlink(".", exercise.Path("here"));
  const auto complaint = [&](const std::vector<std::string>& arguments) {
    const Finished graded = exercise.Grade(arguments);
    CHECK(graded.exit_code == 64);
    return graded.err;
  };
  CHECK_THAT(complaint({"--junit", exercise.Path("a"), "--tap=" + exercise.Path("here/a")}),
             Catch::Contains("--tap: ") && Catch::Contains("is another report already, of --junit"));
  CHECK_THAT(complaint({"--markdown", exercise.submission()}), Catch::Contains("is the suite or the submission"));
  CHECK_THAT(complaint({"--markdown", exercise.suite()}), Catch::Contains("is the suite or the submission"));
  CHECK((Exists(exercise.suite()) && Exists(exercise.submission())));
}

TEST_CASE("grade: no suite, no submission, no cases, two cases of one name, a suite that is no YAML") {
  Programs place;
  const std::string program = place.Add("a.mjs", "");
  const auto complaint = [&](std::vector<std::string> arguments) {
    const Finished graded = GradeWith(std::move(arguments));
    CHECK(graded.exit_code == 64);
    return graded.err;
  };
  CHECK_THAT(complaint({}), Catch::Contains("name a SUITE and a SUBMISSION"));
  const std::string empty = (place.directory() / "empty").string();
  std::filesystem::create_directory(empty);
  CHECK_THAT(complaint({empty}), Catch::Contains("name the SUBMISSION"));
  CHECK_THAT(complaint({empty, program}), Catch::Contains("holds no suite.yaml and no cases"));
  CHECK_THAT(complaint({empty + "/none", program}), Catch::Contains("cannot find"));
  const std::string twice = place.Add("twice.yaml", "cases:\n  - name: a\n  - name: a\n");
  CHECK_THAT(complaint({twice, program}), Catch::Contains("twice.yaml:3: a second case named 'a'; the first is at ") &&
                                              Catch::Contains("twice.yaml:2\n"));
  const std::string broken = place.Add("broken.yaml", "cases: [");
  CHECK_THAT(complaint({broken, program}), Catch::Contains("broken.yaml:1:") && Catch::Contains("not YAML"));
  const std::string fine = place.Add("fine.yaml", "cases: [{}]\n");
  CHECK_THAT(complaint({fine, "/nowhere/a.mjs"}), Catch::Contains("/nowhere/a.mjs"));
  CHECK_THAT(complaint({fine, "-"}), Catch::Contains("not standard input"));
}

TEST_CASE("grade: what the daemon refuses is told with the case's name and place") {
  const Exercise exercise("policy: grader\ncases:\n  - name: a\n  - {name: greedy, limits: {memory: 900G}}\n");
  const Finished graded = exercise.Grade();
  INFO(graded.err);
  CHECK(graded.exit_code == 64);
  CHECK_THAT(graded.err, Catch::Contains("memory") && Catch::Contains("'greedy' at " + exercise.suite() + ":4"));
  const Exercise regex("cases:\n  - {name: open, stdout: {regex: '('}}\n");
  const Finished refused = regex.Grade();
  INFO(refused.err);
  CHECK(refused.exit_code == 64);
  CHECK_THAT(refused.err, Catch::Contains("'open' at "));
}

TEST_CASE("grade: files that are too large are refused with their names, before anything is sent") {
  Exercise exercise("cases:\n  - name: a\n");
  const std::string huge = exercise.Add("submission/huge.bin", "");
  std::filesystem::resize_file(huge, 3ULL << 30U);
  const auto begin = Clock::now();
  const Finished graded = GradeWith({exercise.suite(), exercise.Path("submission")});
  INFO(graded.err);
  CHECK(graded.exit_code == 64);
  CHECK_THAT(graded.err, Catch::Contains("3 GiB") && Catch::Contains("huge.bin"));
  CHECK(Clock::now() - begin < Slowed(2s));

  const std::string input = exercise.Add("suite/huge.txt", "");
  std::filesystem::resize_file(input, 3ULL << 30U);
  exercise.Add("suite/suite.yaml", "cases:\n  - {name: a, stdin_file: huge.txt}\n");
  const Finished refused = exercise.Grade();
  CHECK(refused.exit_code == 64);
  CHECK_THAT(refused.err, Catch::Contains("suite.yaml:2:") && Catch::Contains("is 3 GiB"));

  // Each may be sent, all together not.
  std::filesystem::resize_file(input, 50ULL << 20U);
  exercise.Add("suite/suite.yaml",
               "cases:\n  - {name: a, stdin_file: huge.txt}\n  - {name: b, stdin_file: huge.txt}\n");
  const Finished together = exercise.Grade();
  INFO(together.err);
  CHECK(together.exit_code == 64);
  CHECK_THAT(together.err, Catch::Contains("come to 100 MiB") && Catch::Contains("'case a' (50 MiB)"));
}

TEST_CASE("grade: no daemon is 69, errors in JUnit, and no file for Gradescope, also not an old one") {
  const Exercise exercise("cases:\n  - {name: a, stdout: x}\n  - name: b\n");
  const std::string junit = exercise.Path("junit.xml");
  const std::string gradescope = exercise.Path("results.json");
  std::ofstream(gradescope) << "of an earlier time";
  const Finished graded =
      exercise.Grade({"--address", "unix:/nowhere/s", "--junit", junit, "--gradescope", gradescope, "--tap"});
  INFO(graded.err);
  CHECK(graded.exit_code == 69);
  CHECK_THAT(graded.err, Catch::Contains("cannot reach a daemon at unix:/nowhere/s") && Catch::Contains("./dev serve"));
  CHECK_THAT(FileContent(junit), Catch::Contains("errors=\"2\"") && Catch::Contains("failures=\"0\""));
  CHECK_THAT(graded.out, Catch::Contains("\nBail out! 2 of 2 cases were not graded") && !Catch::Contains("not ok"));
  CHECK_FALSE(Exists(gradescope));
}

TEST_CASE("grade: a daemon that is killed in the middle is 69, and what was known stays known") {
  Daemon daemon;
  const Exercise exercise(kOneForever, kMaybeForever);
  const std::string junit = exercise.Path("junit.xml");
  Process process(GradeCommand(exercise.Command({"--json", "--junit", junit})), OutsideOfCi(daemon));
  CHECK(process.ReadLine(Slowed(10s)).value_or("").find("started") != std::string::npos);
  CHECK(process.ReadLine(Slowed(10s)).value_or("").find("PASSED") != std::string::npos);
  daemon.Kill(SIGKILL);
  CHECK(process.Wait(Slowed(10s)) == 69);
  CHECK_THAT(process.ErrorOutput(), Catch::Contains("lost the daemon at"));
  CHECK_THAT(FileContent(junit), Catch::Contains("errors=\"2\"") && Catch::Contains("failures=\"0\""));
}

TEST_CASE("grade: Ctrl-C ends what runs, and writes what is known, marked as incomplete", "[cold]") {
  const auto [signal, exit_code] = GENERATE(table<int, int>({{SIGINT, 130}, {SIGTERM, 143}}));
  Daemon daemon;
  const Exercise exercise(kOneForever, kMaybeForever);
  const std::string junit = exercise.Path("junit.xml");
  const std::string gradescope = exercise.Path("results.json");
  Process process(GradeCommand(exercise.Command({"--json", "--junit", junit, "--gradescope", gradescope})),
                  OutsideOfCi(daemon));
  CHECK(process.ReadLine(Slowed(10s)));
  CHECK(process.ReadLine(Slowed(10s)).value_or("").find("PASSED") != std::string::npos);
  process.Kill(signal);
  const auto rest = process.ReadAll(Slowed(5s));
  CHECK(process.Wait(Slowed(3s)) == exit_code);
  INFO(rest << process.ErrorOutput());
  CHECK_THAT(rest, Catch::Contains("\"complete\":false") && Catch::Contains("interrupted"));
  CHECK_THAT(FileContent(junit), Catch::Contains("errors=\"2\"") && Catch::Contains("not graded: interrupted"));
  CHECK_FALSE(Exists(gradescope));
  CHECK(Eventually(Slowed(500ms), [&] { return daemon.sandbox_processes().empty(); }));
}

TEST_CASE("grade: when nobody reads the results any more, it ends with 141 and so do the runs", "[cold]") {
  Daemon daemon;
  const Exercise exercise(
      "jobs: 1\ncases:\n  - {name: a}\n  - {name: b, args: ['500']}\n  - {name: c, args: ['60000']}\n",
      "setTimeout(() => {}, Number(process.argv[2] ?? 0))");
  Process process(GradeCommand(exercise.Command({"--json"})), OutsideOfCi(daemon));
  REQUIRE(process.ReadLine(Slowed(10s)));
  process.CloseStdout();
  CHECK(process.Wait(Slowed(10s)) == 141);
  CHECK(Eventually(Slowed(500ms), [&] { return daemon.sandbox_processes().empty(); }));
}

TEST_CASE("grade: --watch grades again when the submission or the suite changes, until Ctrl-C") {
  Exercise exercise("cases:\n  - {name: a, stdout: '2'}\n", "console.log(1)");
  const std::string junit = exercise.Path("submission/junit.xml");  // its own changes are no reason
  Process process(GradeCommand(exercise.Command({"--watch", "--junit", junit})), OutsideOfCi(SharedDaemon()));
  const auto await = [&](const std::string& text) {
    for (std::optional<std::string> line; (line = process.ReadLine(Slowed(10s)));) {
      if (line->find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(await("0 of 1 passed"));
  CHECK(Eventually(Slowed(2s), [&] { return process.ErrorOutput().find("watching") != std::string::npos; }));
  exercise.Add("submission/main.mjs", "console.log(2)");
  CHECK(await("1 of 1 passed"));
  exercise.Add("suite/suite.yaml", "cases:\n  - {name: a, stdout: '3'\n");
  CHECK(Eventually(Slowed(5s), [&] { return process.ErrorOutput().find("not YAML") != std::string::npos; }));
  exercise.Add("suite/suite.yaml", "cases:\n  - {name: a, stdout: '3'}\n  - {name: b}\n");
  CHECK(await("1 of 2 passed"));
  CHECK_FALSE(process.ReadLine(500ms));
  process.Kill(SIGINT);
  CHECK(process.Wait(Slowed(3s)) == 130);
}

TEST_CASE("grade: --watch does not take a report for a change, whatever way leads to it") {
  const Exercise exercise("cases:\n  - name: a\n");
  std::filesystem::create_directory_symlink("submission", exercise.Path("link"));
  const auto [submission, junit] = GENERATE(
      table<std::string, std::string>({{"submission", "link/junit.xml"}, {"link", "submission/../link/junit.xml"}}));
  Process process(
      GradeCommand({exercise.suite(), exercise.Path(submission), "--watch", "--junit", exercise.Path(junit)}),
      OutsideOfCi(SharedDaemon()));
  CHECK(Eventually(Slowed(5s), [&] { return process.ErrorOutput().find("watching") != std::string::npos; }));
  CHECK_FALSE(Eventually(
      1s, [&] { return process.ErrorOutput().find("watching") != process.ErrorOutput().rfind("watching"); }));
  exercise.Add("submission/main.mjs", "process.exitCode = 1");
  CHECK(Eventually(Slowed(5s),
                   [&] { return process.ErrorOutput().find("watching") != process.ErrorOutput().rfind("watching"); }));
}

TEST_CASE("grade: --watch ends with 141 when nobody reads any more") {
  const Exercise exercise("cases:\n  - name: a\n");
  Process process(GradeCommand(exercise.Command({"--watch"})), OutsideOfCi(SharedDaemon()));
  CHECK(process.ReadLine(Slowed(5s)));
  process.CloseStdout();
  CHECK(process.Wait(Slowed(5s)) == 141);
}

TEST_CASE("grade: a signal ends it while a submission is read that never ends") {
  const auto [signal, exit_code] = GENERATE(table<int, int>({{SIGINT, 130}, {SIGTERM, 143}}));
  const Exercise exercise("cases:\n  - name: a\n");
  const std::string pipe = exercise.Path("pipe.mjs");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  Process process(GradeCommand({exercise.suite(), pipe}), OutsideOfCi(SharedDaemon()));
  CHECK(process.Wait(500ms) == -1);
  process.Kill(signal);
  CHECK(process.Wait(Slowed(3s)) == exit_code);
}

TEST_CASE("grade: the second signal ends it while a report is written that nobody reads") {
  const Exercise exercise("cases:\n  - name: a\n");
  const std::string pipe = exercise.Path("pipe.xml");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  Process process(GradeCommand(exercise.Command({"--junit", pipe})), OutsideOfCi(SharedDaemon()));
  CHECK(process.ReadLine(Slowed(5s)));
  CHECK(process.Wait(500ms) == -1);
  process.Kill(SIGINT);
  CHECK(process.Wait(500ms) == -1);
  process.Kill(SIGINT);
  CHECK(process.Wait(Slowed(3s)) == 130);
}

TEST_CASE("grade: a terminal gets colours and a line of progress that leaves nothing behind, a pipe neither") {
  const Exercise exercise("cases:\n  - {name: a}\n  - {name: b, exit_code: 1}\n");
  ProcessOptions options = OutsideOfCi(SharedDaemon());
  options.env["TERM"] = "xterm-256color";
  options.env["NO_COLOR"] = "";
  Terminal terminal(GradeCommand(exercise.Command()), options);
  CHECK(terminal.Await("graded 1 of 2", Slowed(10s)));
  CHECK(terminal.Await("\r\x1b[K", Slowed(10s)));
  CHECK(terminal.Await("\x1b[31mFAILED", Slowed(10s)));
  CHECK(terminal.Await("1 of 2 passed, 1 failed.", Slowed(10s)));
  CHECK(terminal.Wait(Slowed(5s)) == 1);
  const Finished piped = exercise.Grade();
  CHECK(piped.out.find('\x1b') == std::string::npos);
  CHECK(piped.err.empty());
}

}  // namespace
}  // namespace runner::test
