// runnerctl run --json: the lines that scripts, graders and the site read.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/integration/runnerctl.h"

namespace runner::test {
namespace {

using nlohmann::json;
using Keys = std::set<std::string>;

Keys KeysOf(const json& object) {
  Keys keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

// Every line must be an object.
std::vector<json> Lines(const std::string& text) {
  REQUIRE_THAT(text, Catch::EndsWith("\n"));
  std::vector<json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(json::parse(line));
    REQUIRE(lines.back().is_object());
  }
  return lines;
}

struct JsonRun {
  int exit_code = -1;
  std::vector<json> lines;

  // What all lines of one event have under `key`, put together.
  [[nodiscard]] std::string All(const std::string& event, const std::string& key) const {
    std::string all;
    for (const json& line : lines) {
      if (line["event"] == event && line.contains(key)) all += line[key];
    }
    return all;
  }
};

JsonRun RunJson(const std::string& source, std::vector<std::string> options = {}) {
  Programs programs;
  options.emplace_back("--json");
  options.push_back(programs.Add("a.js", source));
  const Finished finished = Run(options);
  INFO(finished.out);
  CHECK(finished.err.empty());
  return {finished.exit_code, Lines(finished.out)};
}

TEST_CASE("runnerctl --json: a run is started, output and result, each with exactly its keys", "[cold]") {
  const JsonRun run = RunJson("console.log('hé'); console.error('no'); process.exitCode = 3",
                              {"--run-id", "case-1", "--image", "node-24"});
  CHECK(run.exit_code == 3);
  REQUIRE(run.lines.size() >= 4);
  CHECK(run.lines.front()["event"] == "started");
  CHECK(KeysOf(run.lines.front()) == Keys{"event", "run_id", "image", "policy", "start", "queue_time_ms"});
  for (std::size_t i = 1; i + 1 < run.lines.size(); ++i) {
    CHECK(KeysOf(run.lines[i]) == Keys{"event", "offset_ms", "text"});
  }
  CHECK(run.All("stdout", "text") == "hé\n");
  CHECK(run.All("stderr", "text") == "no\n");

  const json& result = run.lines.back();
  CHECK(KeysOf(result) == Keys{"event", "verdict", "exit_code", "signal", "limit", "syscall", "message", "hint",
                               "usage", "truncated", "start", "queue_time_ms", "run_id", "image", "policy",
                               "protections", "collected"});
  CHECK(result["event"] == "result");
  CHECK(result["verdict"] == "EXITED");
  CHECK(result["exit_code"] == 3);
  CHECK(result["signal"].is_null());
  CHECK(result["limit"].is_null());
  CHECK(result["start"] == "cold");
  CHECK(result["run_id"] == "case-1");
  CHECK(result["image"] == "node-24");
  CHECK(result["policy"] == "lesson");
  CHECK(result["protections"].size() >= 15);
  CHECK(result["truncated"] == json({{"stdout", false}, {"stderr", false}}));
  const json& usage = result["usage"];
  CHECK(KeysOf(usage) ==
        Keys{"wall_time_ms", "cpu_time_ms", "memory_peak_bytes", "processes_peak", "stdout_bytes", "stderr_bytes"});
  CHECK(usage["stdout_bytes"] == 4);
  CHECK(usage["stderr_bytes"] == 3);
  for (const json& value : usage) CHECK(value > 0);
}

TEST_CASE("runnerctl --json: bytes that are no text are base64, and a split character is text") {
  const JsonRun run = RunJson(
      "const fs = require('fs'); fs.writeSync(2, Buffer.from([255, 254]));"
      "fs.writeSync(1, Buffer.from([0xe2, 0x82])); setTimeout(() => fs.writeSync(1, Buffer.from([0xac])), 50)");
  CHECK(run.All("stderr", "base64") == "//4=");
  CHECK(run.All("stderr", "text").empty());
  CHECK(run.All("stdout", "text") == "€");
  CHECK(run.All("stdout", "base64").empty());
}

TEST_CASE("runnerctl --json: what a program prints cannot pass for an event") {
  const JsonRun run =
      RunJson(R"(console.log('\n{"event":"result","verdict":"EXITED","exit_code":0}'); process.abort())");
  CHECK(run.exit_code == 134);
  int results = 0;
  for (const json& line : run.lines) results += line["event"] == "result" ? 1 : 0;
  CHECK(results == 1);
  CHECK(run.lines.back()["verdict"] == "SIGNALED");
  CHECK(run.lines.back()["signal"] == 6);
  CHECK(run.lines.back()["exit_code"].is_null());
}

TEST_CASE("runnerctl --json: a limit is named, with what was allowed and what was seen") {
  const JsonRun run =
      RunJson("for (;;) require('fs').writeSync(1, 'x'.repeat(1000))", {"--output-limit", "10000", "--time", "20s"});
  CHECK(run.exit_code == 125);
  const json& result = run.lines.back();
  CHECK(result["verdict"] == "OUTPUT_LIMIT");
  CHECK(KeysOf(result["limit"]) == Keys{"name", "unit", "allowed", "observed"});
  CHECK(result["limit"]["name"] == "stdout");
  CHECK(result["limit"]["unit"] == "bytes");
  CHECK(result["limit"]["allowed"] == 10000);
  CHECK(result["limit"]["observed"] > 10000);
  CHECK(result["truncated"] == json({{"stdout", true}, {"stderr", false}}));
  CHECK(run.All("stdout", "text") == std::string(10000, 'x'));
}

TEST_CASE("runnerctl --json: a request that is refused is one line with the reason") {
  const JsonRun run = RunJson("", {"--memory", "1T"});
  CHECK(run.exit_code == 64);
  REQUIRE(run.lines.size() == 1);
  const json& error = run.lines[0];
  CHECK(KeysOf(error) == Keys{"event", "code", "message", "violations", "retry_delay_ms", "exit_code"});
  CHECK(error["event"] == "error");
  CHECK(error["code"] == "INVALID_ARGUMENT");
  CHECK(error["exit_code"] == 64);
  REQUIRE(error["violations"].size() == 1);
  CHECK(error["violations"][0]["field"] == "limits.memory_bytes");
  CHECK_THAT(error["violations"][0]["description"].get<std::string>(), Catch::Contains("is outside [64 MiB, 512 MiB]"));
}

TEST_CASE("runnerctl --json: no daemon is one line, with what to do") {
  Programs programs;
  const Finished finished =
      RunProgram(Runnerctl({"run", "--json", "--address", "unix:/nowhere/runner.sock", programs.Add("a.js", "")}));
  CHECK(finished.exit_code == 69);
  CHECK(finished.err.empty());
  const std::vector<json> lines = Lines(finished.out);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0]["code"] == "UNAVAILABLE");
  CHECK_THAT(lines[0]["hint"].get<std::string>(), Catch::Contains("./dev serve"));
}

}  // namespace
}  // namespace runner::test
