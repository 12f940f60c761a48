// Files that come back.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using Names = std::vector<std::string>;

v1::RunRequest Collecting(v1::RunRequest request, const Names& globs) {
  for (const std::string& glob : globs) request.add_collect(glob);
  return request;
}

Names NamesOf(const Outcome& outcome) {
  Names names;
  for (const auto& [name, content] : outcome.files) names.push_back(name);
  return names;
}

const std::string kWriteSome =
    "import fs from 'node:fs/promises'; await fs.mkdir('out/deep', {recursive: true});"
    "await fs.writeFile('out/a.json', '{\"a\":1}'); await fs.writeFile('out/deep/b.json', '{}');"
    "await fs.writeFile('out/empty', ''); await fs.writeFile('.hidden', 'h'); console.log('written');";

TEST_CASE("files that match come back whole, after all output and before the result") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(Collecting(Snippet(kWriteSome), {"out/*", "**/b.json"}));
  INFO(outcome.Describe());
  REQUIRE(outcome.Fate() == "EXITED 0");
  CHECK(NamesOf(outcome) == Names{"out/a.json", "out/deep/b.json", "out/empty"});
  CHECK(outcome.files.at("out/a.json") == "{\"a\":1}");
  CHECK(outcome.files.at("out/empty").empty());
  CHECK(outcome.order == Names{"started", "stdout", "file", "file", "file", "result"});
  CHECK(outcome.result.collected().files() == 3);
  CHECK(outcome.result.collected().bytes() == 9);
  CHECK(outcome.Refused().empty());
}

TEST_CASE("a file of many parts arrives byte for byte, with its mode") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(Collecting(
      Snippet(
          "import fs from 'node:fs'; const b = Buffer.alloc(3000001); for (let i = 0; i < b.length; i++) b[i] = i * 7;"
          "fs.writeFileSync('big', b, {mode: 0o750}); fs.writeFileSync('exact', Buffer.alloc(131072, 'x'))"),
      {"big", "exact"}));
  INFO(outcome.Describe());
  REQUIRE(outcome.files.at("big").size() == 3000001);
  bool same = true;
  for (std::size_t i = 0; i < 3000001; ++i) same = same && outcome.files.at("big")[i] == static_cast<char>(i * 7);
  CHECK(same);
  CHECK(outcome.files.at("exact") == std::string(131072, 'x'));
  CHECK(outcome.modes.at("big") == 0750);
  CHECK(outcome.modes.at("exact") == 0644);
}

TEST_CASE("the request's own files match like the others, as the program has left them") {
  Client client(SharedDaemon());
  v1::RunRequest request =
      Snippet("require('fs').appendFileSync('data.txt', ' and more'); require('fs').unlinkSync('gone')", "main.js");
  AddFile(request, "data.txt", "some");
  AddFile(request, "gone", "");
  const Outcome outcome = client.Run(Collecting(request, {"**"}));
  CHECK(NamesOf(outcome) == Names{"data.txt", "main.js"});
  CHECK(outcome.files.at("data.txt") == "some and more");
}

TEST_CASE("a glob without a file is no error and is told, with what was in its way") {
  Client client(SharedDaemon());
  const Outcome outcome =
      client.Run(Collecting(Snippet("require('fs').mkdirSync('out'); require('fs').writeFileSync('out/x', ''); "
                                    "require('fs').symlinkSync('out', 'link')",
                                    "main.js"),
                            {"*.json", "out", "link/x"}));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.files.empty());
  CHECK(outcome.Refused() ==
        "out: is a directory; \"out/**\" is what is below it\n"
        "link: is a symbolic link, and those are not followed\n"
        "*.json: unmatched\nout: unmatched\nlink/x: unmatched\n");
}

TEST_CASE("a program that fails, or is ended by a signal of its own, still leaves its files") {
  Client client(SharedDaemon());
  const std::string write = "require('fs').writeFileSync('log.txt', 'so far');";
  const auto [end, fate] = GENERATE(table<std::string, std::string>({{"process.exit(3)", "EXITED 3"},
                                                                     {"throw new Error('x')", "EXITED 1"},
                                                                     {"process.abort()", "SIGNALED 6"},
                                                                     {"process.kill(process.pid, 9)", "SIGNALED 9"}}));
  const Outcome outcome = client.Run(Collecting(Snippet(write + end, "main.js"), {"log.txt"}));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == fate);
  CHECK(outcome.files.at("log.txt") == "so far");
}

TEST_CASE("a run that was ended from outside leaves nothing, and says so by leaving collected out") {
  Client client(SharedDaemon());
  const auto [end, verdict] = GENERATE(
      table<std::string, v1::Verdict>({{"setInterval(() => {}, 1000)", v1::WALL_TIME_LIMIT},
                                       {"for (;;);", v1::CPU_TIME_LIMIT},
                                       {"for (;;) require('fs').writeSync(1, 'x'.repeat(10000))", v1::OUTPUT_LIMIT},
                                       {"const a = []; for (;;) a.push(Buffer.alloc(1e6, 1))", v1::MEMORY_LIMIT}}));
  v1::RunRequest request = Snippet("require('fs').writeFileSync('log.txt', 'so far');" + end, "main.js");
  if (verdict == v1::WALL_TIME_LIMIT) WithWallTime(request, Slowed(std::chrono::milliseconds(1000)));
  if (verdict == v1::CPU_TIME_LIMIT) WithCpuTime(request, std::chrono::milliseconds(500));
  const Outcome outcome = client.Run(Collecting(request, {"**"}));
  INFO(outcome.Describe());
  CHECK(outcome.result.verdict() == verdict);
  CHECK(outcome.files.empty());
  CHECK_FALSE(outcome.result.has_collected());
}

TEST_CASE("output that exceeds its limit only at the end is OUTPUT_LIMIT, and nothing is collected") {
  Client client(SharedDaemon());
  v1::RunRequest request = Collecting(
      Snippet("require('fs').writeFileSync('a', ''); require('fs').writeSync(1, 'x'.repeat(2000))", "main.js"), {"a"});
  request.mutable_limits()->set_output_bytes(1000);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "OUTPUT_LIMIT");
  CHECK(outcome.out.size() == 1000);
  CHECK(outcome.files.empty());
}

TEST_CASE("what the program has left running is ended before its files are read") {
  Client client(SharedDaemon());
  v1::RunRequest request = SnippetFile("leave-a-writer.mjs");
  request.set_policy("cluster");
  const Outcome outcome = client.Run(Collecting(request, {"numbers"}));
  INFO(outcome.Describe());
  REQUIRE(outcome.Fate() == "EXITED 0");
  // Whole lines or the beginning of one: what counts is that the size told at first is the size that came.
  CHECK_FALSE(outcome.files.at("numbers").empty());
  CHECK(outcome.unfinished.empty());
}

TEST_CASE("a run with a terminal leaves files like any other") {
  Client client(SharedDaemon());
  v1::RunRequest request = Collecting(
      Snippet("require('fs').writeFileSync('size', String(process.stdout.columns)); console.log('seen')", "main.js"),
      {"size"});
  request.mutable_terminal()->set_columns(77);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.files.at("size") == "77");
  CHECK_THAT(outcome.out, Catch::Contains("seen"));
}

TEST_CASE("wrong globs are refused with the field, the value and what is wrong") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(Collecting(Snippet(""), {"fine.txt", "../up", "a[", "", "dir/"}));
  CHECK(outcome.Code() == "INVALID_ARGUMENT");
  CHECK_THAT(outcome.Violations(), Catch::Contains("collect[1]: \"../up\" has the component \"..\"") &&
                                       Catch::Contains("collect[2]: \"a[\" has a '[' without a ']'") &&
                                       Catch::Contains("collect[3]: \"\" is empty") &&
                                       Catch::Contains("collect[4]: \"dir/\" ends with '/'"));
  const Outcome many = client.Run(Collecting(Snippet(""), Names(33, "*")));
  CHECK(many.Violations() == "collect: 33 globs, allowed are [0, 32]\n");
}

TEST_CASE("a client that goes away while files come ends the run, and the daemon goes on") {
  Client client(SharedDaemon());
  const Footprint before = TakeFootprint(SharedDaemon());
  {
    Client other(SharedDaemon());
    const Outcome outcome =
        other.Run(Collecting(Snippet("require('fs').writeFileSync('big', Buffer.alloc(12 << 20))", "main.js"), {"big"}),
                  [](const v1::RunEvent& event) { return !event.has_file(); });
    CHECK(outcome.Code() == "CANCELLED");
  }
  CHECK(LeaksAfter(before, SharedDaemon(), std::chrono::seconds(5)).empty());
  CHECK(client.Run(Snippet("console.log(1)")).out == "1\n");
}

TEST_CASE("a client that reads files slowly gets them all, and the daemon's memory stays flat") {
  Daemon daemon;
  Client client(daemon);
  (void)client.Run(Snippet(""));
  const std::size_t before = daemon.resident_bytes();
  std::size_t most = 0;
  const Outcome outcome =
      client.Run(Collecting(Snippet("const fs = require('fs'); for (let i = 0; i < 12; i++) fs.writeFileSync('f' + i, "
                                    "Buffer.alloc(1 << 20, i))",
                                    "main.js"),
                            {"f*"}),
                 [&](const v1::RunEvent& event) {
                   if (event.has_file()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
                   most = std::max(most, daemon.resident_bytes());
                   return true;
                 });
  INFO(outcome.Describe());
  CHECK(outcome.result.collected().bytes() == 12U << 20U);
  CHECK(NamesOf(outcome).size() == 12);
  CHECK(most < before + (8U << 20U) + kQuarantineBytes);
}

TEST_CASE("cancelling while files come keeps the verdict and says that files are missing") {
  Client client(SharedDaemon());
  InteractiveRun run(client, Collecting(Snippet("require('fs').writeFileSync('big', Buffer.alloc(14 << 20)); "
                                                "console.log('done')",
                                                "main.js"),
                                        {"big"}));
  REQUIRE(run.AwaitOutput("done"));
  run.Cancel();
  const Outcome outcome = run.Finish();
  INFO(outcome.Describe());
  // Either the program was still ending, or its files were coming, or all had come.
  const bool cancelled = outcome.Fate() == "CANCELLED";
  CHECK((cancelled || outcome.Fate() == "EXITED 0"));
  CHECK(outcome.result.has_collected() != cancelled);
  if (!outcome.unfinished.empty()) CHECK_THAT(outcome.result.collected().incomplete(), Catch::Contains("cancelled"));
}

TEST_CASE("CPU time and memory of a run are the program's, however much is collected") {
  Client client(SharedDaemon());
  const std::string source = "const fs = require('fs'); for (let i = 0; i < 3000; i++) fs.writeFileSync('f' + i, 'x')";
  const Outcome without = client.Run(Snippet(source, "main.js"));
  const Outcome with = client.Run(Collecting(Snippet(source, "main.js"), {"**"}));
  INFO(with.Describe());
  CHECK(with.result.collected().files() == 3001);
  CHECK(WallTime(with.result) < WallTime(without.result) * 3 + std::chrono::milliseconds(200));
  CHECK(CpuTime(with.result) < CpuTime(without.result) * 2 + std::chrono::milliseconds(100));
}

TEST_CASE("a heap snapshot comes back under a lesson's limits, on every Node") {
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(
      "const v8 = require('v8'); const leak = []; for (let i = 0; i < 20000; i++) leak.push({i, text: 'x' + i});"
      "console.log(v8.writeHeapSnapshot())",
      "main.js");
  request.set_image(image);
  const Outcome outcome = client.Run(Collecting(request, {"*.heapsnapshot"}));
  INFO(image << " " << outcome.Describe());
  REQUIRE(outcome.Fate() == "EXITED 0");
  REQUIRE(outcome.files.size() == 1);
  const auto& [name, content] = *outcome.files.begin();
  CHECK(outcome.out == name + "\n");
  CHECK(content.starts_with("{\"snapshot\":{\"meta\":"));
  CHECK(nlohmann::json::accept(content));
}

}  // namespace
}  // namespace runner::test
