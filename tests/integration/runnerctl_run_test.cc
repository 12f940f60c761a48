// runnerctl run, when nothing is wrong: programs, arguments, exit codes.
#include <catch2/catch.hpp>
#include <csignal>
#include <iterator>

#include "tests/integration/runnerctl.h"
#include "tests/support/eventually.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST_CASE("runnerctl: a program reads /dev/stdin as under bare Node") {
  Programs programs;
  const std::string file =
      programs.Add("a.mjs", R"(console.log(await (await import("node:fs/promises")).readFile("/dev/stdin","utf8")))");
  const Finished finished = Run({file}, "hi\n");
  CHECK(finished.exit_code == 0);
  CHECK(finished.out == "hi\n\n");
  CHECK(finished.err.empty());
}

TEST_CASE("runnerctl: arguments, environment and the program's own exit code") {
  Programs programs;
  const std::string file = programs.Add(
      "a.cjs", "console.log(process.argv.slice(2).join('|'), process.env.GREETING); process.exitCode = 42");
  const Finished finished = Run({file, "--env", "GREETING=good day", "--", "one", "--two", "th ree"});
  CHECK(finished.exit_code == 42);
  CHECK(finished.out == "one|--two|th ree good day\n");
  CHECK(finished.err.empty());
}

TEST_CASE("runnerctl: a program from standard input, by its name a module or TypeScript") {
  CHECK(Run({"-"}, "console.log(typeof require)").out == "function\n");
  CHECK(Run({"--entry", "main.mjs", "-"}, "console.log(typeof require)").out == "undefined\n");
  CHECK(Run({"--entry", "main.ts", "-"}, "const n: number = 2; console.log(n)").out == "2\n");
}

TEST_CASE("runnerctl: a directory is sent whole, without node_modules, and package.json names the entry") {
  Programs programs;
  programs.Add("package.json", R"({"type": "module", "main": "src/start.js"})");
  programs.Add("src/start.js",
               "import { name } from './länder/na me.js'; import fs from 'node:fs';"
               "console.log(name, fs.existsSync('node_modules'))");
  programs.Add("src/länder/na me.js", "export const name = 'found'");
  programs.Add("node_modules/x/index.js", "");
  const Finished finished = Run({programs.directory().string()});
  CHECK(finished.out == "found false\n");
  CHECK(finished.exit_code == 0);
}

TEST_CASE("runnerctl: a file's name may have spaces and any letters") {
  Programs programs;
  CHECK(Run({programs.Add("Übung 1: 日本.mjs", "console.log(import.meta.filename)")}).out ==
        "/workspace/Übung 1: 日本.mjs\n");
}

TEST_CASE("runnerctl: options may stand on either side of the program") {
  Programs programs;
  const std::string file = programs.Add("a.cjs", "console.log(process.version.split('.')[0], process.argv[2])");
  CHECK(Run({"--image", "node-22", file, "x"}).out == "v22 x\n");
  CHECK(Run({file, "x", "--image=node-24"}).out == "v24 x\n");
}

TEST_CASE("runnerctl: lines arrive while the program runs, and the limit is told in one sentence") {
  Programs programs;
  Process process(Runnerctl({"run", "--time", std::to_string(Slowness()) + "s",
                             programs.Add("a.js", "setInterval(() => console.log(Date.now()), 100)")}),
                  With(SharedDaemon()));
  const auto begin = Clock::now();
  REQUIRE(process.ReadLine(Slowed(1s)));
  REQUIRE(process.ReadLine(Slowed(1s)));
  CHECK(Clock::now() - begin < Slowed(900ms));
  CHECK(process.Wait(0ms) == -1);
  (void)process.ReadAll(Slowed(5s));
  CHECK(process.Wait(Slowed(2s)) == 124);
  CHECK(Clock::now() - begin < Slowed(1s) + 200ms * Slowness());
  CHECK_THAT(process.ErrorOutput(),
             Catch::StartsWith("runnerctl: stopped after ") && Catch::Contains("the wall time limit is"));
}

// No JavaScript can make a call that is an attack, so here an innocent one counts as such.
TEST_CASE("runnerctl: a policy violation is 159 and names the system call") {
  std::ifstream lesson(SourceDirectory() / "policies/lesson.yaml");
  std::string policy{std::istreambuf_iterator<char>(lesson), {}};
  const std::string allowed = "        - link\n";
  policy.erase(policy.find(allowed), allowed.size());
  Programs programs;
  programs.Add("lesson.yaml", policy + "    - names: [link]\n      action: SCMP_ACT_NOTIFY\n");
  DaemonOptions options;
  options.policies = programs.directory();
  const Daemon daemon(options);
  const Finished finished =
      RunProgram(Runnerctl({"run", programs.Add("a.js", "require('fs').linkSync('a.js', 'b.js')")}), "", With(daemon));
  CHECK(finished.exit_code == 159);
  CHECK_THAT(finished.err, Catch::StartsWith("runnerctl: stopped: ") && Catch::Contains("(link)"));
}

TEST_CASE("runnerctl: each verdict has its exit code and its sentence") {
  struct Case {
    std::vector<std::string> options;
    std::string source;
    int exit_code;
    std::string sentence;
  };
  const std::string cpu = std::to_string(300 * Slowness()) + "ms";
  const Case ending = GENERATE_COPY(
      Case{{"--cpu-time", cpu}, "for(;;);", 124, "the CPU time limit is"},
      Case{
          {"--memory", "128M"}, "const a=[];for(;;)a.push(new Array(1e5).fill(1))", 137, "the memory limit is 128 MiB"},
      Case{{"--output-limit", "64K"}, "for(;;) require('fs').writeSync(1, 'x'.repeat(999))", 125, "64 KiB"},
      Case{{}, "process.abort()", 134, "SIGABRT"}, Case{{}, "process.kill(process.pid, 'SIGKILL')", 137, "SIGKILL"},
      Case{{}, "process.exit(137)", 137, ""}, Case{{}, "process.exit(255)", 255, ""});
  Programs programs;
  std::vector<std::string> arguments = ending.options;
  arguments.push_back(programs.Add("a.js", ending.source));
  const Finished finished = Run(arguments);
  INFO(ending.source << "\n" << finished.err);
  CHECK(finished.exit_code == ending.exit_code);
  if (ending.sentence.empty()) {
    CHECK(finished.err.empty());
  } else {
    CHECK_THAT(finished.err, Catch::Contains("runnerctl: ") && Catch::Contains(ending.sentence));
  }
  arguments.insert(arguments.begin(), "--quiet");
  CHECK(Run(arguments).err.find("runnerctl:") == std::string::npos);
}

}  // namespace
}  // namespace runner::test
