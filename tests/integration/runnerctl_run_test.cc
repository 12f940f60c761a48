// runnerctl run, when nothing is wrong: streams, arguments, files, exit codes.
#include <catch2/catch.hpp>
#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>

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

TEST_CASE("runnerctl: a hundred megabytes through a pipe are exact") {
  Programs programs;
  const std::string file =
      programs.Add("a.js",
                   "const fs = require('fs'); const b = Buffer.alloc(1e6, Buffer.from([0, 255, 10, 13, 128]));"
                   "for (let i = 0; i < 100; i++) for (let n = 0; n < b.length;) n += fs.writeSync(1, b, n)");
  const Finished finished = Run({"--output-limit", "200M", "--time", "30s", "--cpu-time", "15s", file});
  CHECK(finished.exit_code == 0);
  REQUIRE(finished.out.size() == 100'000'000);
  std::string block;
  for (int i = 0; i < 200'000; ++i) block.append("\x00\xFF\x0A\x0D\x80", 5);
  bool same = true;
  for (std::size_t at = 0; at < finished.out.size(); at += block.size())
    same = same && finished.out.compare(at, block.size(), block) == 0;
  CHECK(same);
}

TEST_CASE("runnerctl: standard input streams to a program that answers each line") {
  Programs programs;
  ProcessOptions options = With(SharedDaemon());
  options.pipe_stdin = true;
  Process process(Runnerctl({"run", programs.Add("a.mjs",
                                                 "import rl from 'node:readline';"
                                                 "for await (const l of rl.createInterface({input: process.stdin}))"
                                                 "console.log('got ' + l); console.log('end')")}),
                  options);
  process.WriteStdin("one\n");
  CHECK(process.ReadLine(Slowed(5s)) == "got one");
  process.WriteStdin("two\n");
  CHECK(process.ReadLine(Slowed(5s)) == "got two");
  process.CloseStdin();
  CHECK(process.ReadLine(Slowed(5s)) == "end");
  CHECK(process.Wait(Slowed(5s)) == 0);
}

TEST_CASE("runnerctl: --json is one object a line, and the result has the keys that scripts rely on") {
  Programs programs;
  const Finished finished = Run(
      {"--json",
       programs.Add("a.js",
                    "console.log('hé'); require('fs').writeSync(2, Buffer.from([255, 254])); process.exitCode = 3")});
  CHECK(finished.exit_code == 3);
  CHECK(finished.err.empty());
  std::vector<nlohmann::json> lines;
  std::istringstream stream(finished.out);
  for (std::string line; std::getline(stream, line);) lines.push_back(nlohmann::json::parse(line));
  REQUIRE(lines.size() >= 4);
  CHECK(lines.front()["event"] == "started");
  const nlohmann::json result = lines.back();
  const nlohmann::json usage = result["usage"];
  for (const char* key : {"event", "verdict", "exit_code", "signal", "limit", "usage", "truncated", "start",
                          "queue_time_ms", "run_id", "image", "policy", "protections"}) {
    INFO(key);
    CHECK(result.contains(key));
  }
  for (const char* key :
       {"wall_time_ms", "cpu_time_ms", "memory_peak_bytes", "processes_peak", "stdout_bytes", "stderr_bytes"}) {
    INFO(key);
    CHECK((usage.contains(key) && usage[key].is_number()));
  }
  CHECK(result["verdict"] == "EXITED");
  CHECK(result["exit_code"] == 3);
  CHECK(result["signal"].is_null());
  CHECK(result["start"] == "cold");
  CHECK(result["truncated"] == nlohmann::json({{"stdout", false}, {"stderr", false}}));
  std::string text;
  std::string bytes;
  for (const auto& line : lines) {
    if (line["event"] == "stdout") text += line["text"];
    if (line["event"] == "stderr") bytes += line["base64"];
  }
  CHECK(text == "hé\n");
  CHECK(bytes == "//4=");
}

TEST_CASE("runnerctl: info and doctor say what there is") {
  const Finished info = RunProgram(Runnerctl({"info"}), "", With(SharedDaemon()));
  CHECK(info.exit_code == 0);
  CHECK_THAT(info.out, Catch::Contains("node-26") && Catch::Contains("lesson") && Catch::Contains("cluster"));
  const Finished json = RunProgram(Runnerctl({"info", "--json"}), "", With(SharedDaemon()));
  CHECK(nlohmann::json::parse(json.out)["images"].size() >= 3);
  const Finished doctor = RunProgram(Runnerctl({"doctor", "--json"}), "", With(SharedDaemon()));
  INFO(doctor.out);
  CHECK(doctor.exit_code == 0);
  CHECK(nlohmann::json::parse(doctor.out)["possible"] == true);
}

}  // namespace
}  // namespace runner::test
