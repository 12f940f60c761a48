// What a limit does, and what the result says about it.
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/client.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::uint64_t kMib = 1024 * 1024;

void CheckLimit(const Outcome& outcome, const std::string& name, const std::string& unit, std::uint64_t allowed) {
  REQUIRE(outcome.result.has_limit());
  CHECK(outcome.result.limit().name() == name);
  CHECK(outcome.result.limit().unit() == unit);
  CHECK(outcome.result.limit().allowed() == allowed);
  CHECK(outcome.result.limit().observed() >= allowed);
  CHECK_FALSE(outcome.result.has_exit_code());
  CHECK_FALSE(outcome.result.has_signal());
}

// Whether `measure` gives at most `bound` in one of three tries: on a busy machine any one of them can be held up.
template <typename Measure>
bool OnceWithin(milliseconds bound, Measure measure) {
  for (int i = 0; i < 3; ++i) {
    if (measure() <= Slowed(bound)) return true;
  }
  return false;
}

TEST_CASE("a timer that never stops streams its lines and ends in WALL_TIME_LIMIT within 1.2 s") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("setInterval(() => console.log(Date.now()), 100)");
  const milliseconds limit = Slowed(1s);
  WithWallTime(request, limit);
  CHECK(OnceWithin(1200ms, [&] {
    std::vector<std::chrono::microseconds> lines;
    const Outcome outcome = client.Run(request, [&](const v1::RunEvent& event) {
      if (event.has_stdout()) lines.push_back(ToMicroseconds(event.offset()));
      return true;
    });
    INFO(outcome.Describe());
    CHECK(outcome.Fate() == "WALL_TIME_LIMIT");
    CheckLimit(outcome, "wall_time", "ms", static_cast<std::uint64_t>(limit.count()));
    CHECK(WallTime(outcome.result) >= limit);
    CHECK_FALSE(lines.empty());
    // Not all at the end: each carries the time it was written at.
    if (lines.size() >= 4) CHECK(lines.back() - lines.front() >= 250ms);
    return WallTime(outcome.result);
  }));
}

TEST_CASE("an endless loop under 300 ms of CPU time ends with between 300 and 360 ms of it") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("for(;;);");
  WithCpuTime(request, 300ms);
  CHECK(OnceWithin(360ms, [&] {
    const Outcome outcome = client.Run(request);
    INFO(outcome.Describe());
    CHECK(outcome.Fate() == "CPU_TIME_LIMIT");
    CheckLimit(outcome, "cpu_time", "ms", 300);
    CHECK(CpuTime(outcome.result) >= 300ms);
    return CpuTime(outcome.result);
  }));
}

TEST_CASE("a program that sleeps uses no CPU time") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("await new Promise(r => setTimeout(r, 1500))");
  WithCpuTime(request, Slowed(1000ms));
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(CpuTime(outcome.result) < WallTime(outcome.result) / 2 * Slowness());
}

TEST_CASE("a program that ignores SIGTERM is killed at its deadline") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(
      "for (const s of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(s, () => {});"
      "setInterval(() => {}, 1000)");
  WithWallTime(request, 400ms);
  CHECK(client.Run(request).Fate() == "WALL_TIME_LIMIT");
}

TEST_CASE("memory that runs out is MEMORY_LIMIT, whoever allocates it") {
  const auto [what, source] = GENERATE(table<std::string, std::string>({
      {"arrays", "const a=[];for(;;)a.push(new Array(1e5).fill(1))"},
      {"objects", "const a=[];for(;;)a.push({a: a.length})"},
      {"Buffers", "const a=[];for(;;)a.push(Buffer.alloc(1e5))"},
      {"filled Buffers", "const a=[];for(;;)a.push(Buffer.alloc(1e6, 1))"},
  }));
  INFO(what);
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(source, "main.js");
  WithCpuTime(WithWallTime(WithMemory(request, 128 * kMib), 30s), 15s);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "MEMORY_LIMIT");
  CheckLimit(outcome, "memory", "bytes", 128 * kMib);
  CHECK(outcome.result.usage().memory_peak_bytes() >= 100 * kMib);
  CHECK(outcome.result.usage().memory_peak_bytes() <= 129 * kMib);
}

TEST_CASE("a program that makes much garbage and keeps little stays within its memory") {
  Client client(SharedDaemon());
  v1::RunRequest request =
      Snippet("let kept; for (let i = 0; i < 600; i++) kept = new Array(1e5).fill(i); console.log(kept[0])");
  WithMemory(request, 128 * kMib);
  WithCpuTime(request, 15s);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "599\n");
}

TEST_CASE("output over its limit is delivered as far as it fits and marked as cut") {
  const std::string stream = GENERATE("stdout", "stderr");
  const bool out = stream == "stdout";
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("import { writeSync } from 'node:fs'; for (;;) writeSync(" +
                                   std::string(out ? "1" : "2") + ", '0123456789'.repeat(100))");
  request.mutable_limits()->set_output_bytes(100'003);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "OUTPUT_LIMIT");
  CheckLimit(outcome, stream, "bytes", 100'003);
  std::string expected;
  while (expected.size() < 100'003) expected += "0123456789";
  expected.resize(100'003);
  CHECK(((out ? outcome.out : outcome.err) == expected));
  CHECK((out ? outcome.err : outcome.out).empty());
  CHECK(outcome.result.stdout_truncated() == out);
  CHECK(outcome.result.stderr_truncated() == !out);
  CHECK((out ? outcome.result.usage().stdout_bytes() : outcome.result.usage().stderr_bytes()) == 100'003);
}

TEST_CASE("a loop that prints for ever meets the output limit, not the one for memory") {
  const std::string call = GENERATE("console.log", "console.error");
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("for (let i = 0;; i++) " + call + "('line', i)");
  // Half of what the pipe holds: with all of it, a daemon that gets no time until the pipe is full sees no byte too many.
  constexpr std::size_t kLimit = 512 * 1024;
  request.mutable_limits()->set_output_bytes(kLimit);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "OUTPUT_LIMIT");
  CHECK((call == "console.log" ? outcome.out : outcome.err).size() == kLimit);
}

TEST_CASE("output of exactly the limit is no violation") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("process.stdout.write('x'.repeat(5000)); process.stderr.write('y'.repeat(5000))");
  request.mutable_limits()->set_output_bytes(5000);
  const Outcome outcome = client.Run(request);
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out.size() == 5000);
  CHECK(outcome.err.size() == 5000);
  CHECK_FALSE(outcome.result.stdout_truncated());
  CHECK_FALSE(outcome.result.stderr_truncated());
}

TEST_CASE("one byte over the output limit is OUTPUT_LIMIT even when the program ends by itself") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("process.stdout.write('x'.repeat(5001))");
  request.mutable_limits()->set_output_bytes(5000);
  const Outcome outcome = client.Run(request);
  CHECK(outcome.Fate() == "OUTPUT_LIMIT");
  CHECK(outcome.out == std::string(5000, 'x'));
}

TEST_CASE("a full workspace and a full /tmp are ENOSPC inside, and the run goes on") {
  const std::string directory = GENERATE("/workspace", "/tmp");
  Client client(SharedDaemon());
  const Outcome outcome =
      client.Run(Snippet("const fs = await import('node:fs');"
                         "try { for (let i = 0; i < 100; i++) fs.appendFileSync('" +
                         directory +
                         "/big', Buffer.alloc(1 << 20)) }"
                         "catch (e) { console.log(e.code) } fs.rmSync('" +
                         directory + "/big'); console.log('going on')"));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "ENOSPC\ngoing on\n");
}

TEST_CASE("a child process that is killed for memory is MEMORY_LIMIT, whatever its parent makes of it") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(
      "import { fork } from 'node:child_process';\n"
      "if (process.argv[2]) { const all = []; for (;;) all.push(Buffer.alloc(8 << 20, 1)); }\n"
      "fork(process.argv[1], ['child']).on('exit', () => process.exit(0));\n",
      "main.mjs");
  request.set_policy("cluster");
  request.mutable_limits()->set_memory_bytes(128U << 20U);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "MEMORY_LIMIT");
}

}  // namespace
}  // namespace runner::test
