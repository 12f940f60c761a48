// Warm sandboxes: that a program cannot tell, that nothing gets from one to another, and how the pool keeps them.
#include "tests/integration/warm.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <regex>
#include <set>
#include <thread>

#include "tests/support/eventually.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

const std::string kHello = "console.log('hello')";

DaemonOptions WarmDaemon(const std::string& warm = "{per_image: 2, max: 4}") { return {.warm = warm}; }

std::string WithoutPids(const std::string& text) {
  return std::regex_replace(text, std::regex(R"(\(node:\d+\))"), "(node:PID)");
}

std::set<pid_t> NodePids(const Daemon& daemon) {
  std::set<pid_t> pids;
  for (const ProcessInfo& info : daemon.sandbox_processes()) {
    if (info.name.starts_with("node")) pids.insert(info.pid);
  }
  return pids;
}

TEST_CASE("a program cannot tell a warm start from a cold one") {
  Daemon daemon(WarmDaemon());
  Client client(daemon);
  for (const std::string image : {"node-26", "node-24", "node-22"}) {
    INFO(image);
    v1::RunRequest request = SnippetFile("self-portrait.cjs");
    request.set_image(image);
    request.add_args("two words");
    request.add_args("");
    (*request.mutable_env())["TZ"] = "America/New_York";
    (*request.mutable_env())["NODE_ENV"] = "production";
    (*request.mutable_env())["EQUALS"] = "a=b=c\nü";
    const Outcome cold = RunStarted(client, request, v1::START_KIND_COLD);
    const Outcome warm = RunStarted(client, request, v1::START_KIND_WARM);
    CHECK(cold.Fate() == "EXITED 0");
    CHECK(cold.err == "");
    CHECK(warm.Fate() == cold.Fate());
    CHECK(warm.out == cold.out);
    CHECK(warm.err == cold.err);
    CHECK_THAT(warm.out, Catch::Contains("\"execArgv\": []") && Catch::Contains("Eastern"));
  }
}

TEST_CASE("programs of every kind print and end alike, cold and warm") {
  Daemon daemon(WarmDaemon());
  Client client(daemon);
  const auto [name, source, fate] = GENERATE(table<std::string, std::string, std::string>({
      {"main.js", "throw new TypeError('mine')", "EXITED 1"},
      {"main.mjs", "throw new TypeError('mine')", "EXITED 1"},
      {"main.js", "Promise.reject(new Error('nobody catches'))", "EXITED 1"},
      {"main.js", "syntax error here", "EXITED 1"},
      {"main.js", "require('./missing')", "EXITED 1"},
      {"main.mjs", "import './missing.mjs'", "EXITED 1"},
      {"main.mjs", "await new Promise(() => {})", "EXITED 13"},
      {"main.mjs", "console.log(import.meta.url, typeof require, new Error('x').stack)", "EXITED 0"},
      {"main.js", "import fs from 'fs'; console.log(typeof fs, import.meta.filename)", "EXITED 0"},
      {"main.js",
       "process.on('beforeExit', () => console.log('beforeExit', process.exitCode));"
       "process.on('exit', (code) => { console.log('exit', code); process.exitCode = 4 }); process.exitCode = 3",
       "EXITED 4"},
      {"main.js", "process.exit(137)", "EXITED 137"},
      {"main.js", "process.abort()", "SIGNALED 6"},
      {"main.js", "process.kill(process.pid, 'SIGTERM')", "SIGNALED 15"},
      {"main.js", "console.log(require('fs').readFileSync(0, 'utf8'))", "EXITED 0"},
      {"main.mjs", "for await (const chunk of process.stdin) console.log(String(chunk))", "EXITED 0"},
      {"main.js", "console.error('err'); console.warn({ a: [1] }); console.log(new Error('e').message)", "EXITED 0"},
      {"main.js", "process.emitWarning('careful')", "EXITED 0"},
      {"main.js", "process.stdout.write('x'.repeat(200000)); process.exit(0)", "EXITED 0"},
  }));
  INFO(name << ": " << source);
  v1::RunRequest request = Snippet(source, name);
  request.set_stdin("some input");
  const Outcome cold = RunStarted(client, request, v1::START_KIND_COLD);
  const Outcome warm = RunStarted(client, request, v1::START_KIND_WARM);
  CHECK(cold.Fate() == fate);
  CHECK(warm.Fate() == fate);
  CHECK(warm.out == cold.out);
  CHECK(WithoutPids(warm.err) == WithoutPids(cold.err));
}

TEST_CASE("a Node that was there before the workspace had files finds all of them, package.json too") {
  Daemon daemon(WarmDaemon());
  Client client(daemon);
  for (const std::string image : {"node-26", "node-24", "node-22"}) {
    INFO(image);
    v1::RunRequest request = Snippet(
        "import own from 'me'; import data from '#data' with { type: 'json' };\n"
        "console.log(own, data.value, process.cwd(), import.meta.dirname)",
        "main.js");
    request.set_image(image);
    AddFile(request, "package.json",
            R"({"name": "me", "type": "module", "exports": "./lib.js", "imports": {"#data": "./data.json"}})");
    AddFile(request, "lib.js", "export default 'own'");
    AddFile(request, "data.json", R"({"value": 42})");
    request.set_entry("main.js");
    const Outcome warm = RunStarted(client, request, v1::START_KIND_WARM);
    INFO(warm.Describe());
    CHECK(warm.Fate() == "EXITED 0");
    CHECK(warm.out == "own 42 /workspace /workspace\n");
  }
}

TEST_CASE("TypeScript that has to be compiled runs in a warm sandbox as in a cold one, in worker threads too") {
  Daemon daemon(WarmDaemon());
  Client client(daemon);
  const std::string source =
      "import { Worker, isMainThread, threadId } from 'node:worker_threads';\n"
      "enum Size { Big = 3 }\n"
      "console.log(Size.Big, process.argv.length, process.execArgv, threadId);\n"
      "if (threadId < 2) new Worker(new URL(import.meta.url)).on('error', console.error);\n"
      "else throw new Error(`in a worker of a worker: ${isMainThread}`);\n";
  for (const std::string image : {"node-26", "node-24", "node-22"}) {
    INFO(image);
    v1::RunRequest request = Snippet(source, "main.mts");
    request.set_image(image);
    const Outcome cold = RunStarted(client, request, v1::START_KIND_COLD);
    const Outcome warm = RunStarted(client, request, v1::START_KIND_WARM);
    INFO(warm.Describe());
    CHECK(cold.out == "3 2 [] 0\n3 2 [] 1\n3 2 [] 2\n");
    CHECK(warm.out == cold.out);
    CHECK(warm.err == cold.err);
    CHECK_THAT(warm.err, Catch::Contains("main.mts:5:12"));
    CHECK(warm.Fate() == cold.Fate());
  }
}

TEST_CASE("a deterministic run is the same cold and warm, in worker threads too") {
  Daemon daemon(WarmDaemon());
  Client client(daemon);
  const std::string source =
      "const { Worker, isMainThread } = require('worker_threads');\n"
      "const all = [Math.random(), crypto.randomUUID(), Date.now(), performance.now(), process.uptime(), "
      "process.hrtime()];\n"
      "console.log(JSON.stringify(all), performance.timeOrigin, process.argv.length, process.execArgv, "
      "Object.keys(process.env));\n"
      "setTimeout(() => console.log(performance.now()), 20);\n"
      "if (isMainThread) new Worker(__filename);\n";
  for (const std::string image : {"node-26", "node-24", "node-22"}) {
    INFO(image);
    v1::RunRequest request = Snippet(source, "main.js");
    request.set_image(image);
    request.mutable_determinism()->set_enabled(true);
    request.mutable_determinism()->set_seed(~std::uint64_t{0});
    const Outcome cold = RunStarted(client, request, v1::START_KIND_COLD);
    const Outcome warm = RunStarted(client, request, v1::START_KIND_WARM);
    INFO(warm.Describe());
    CHECK(cold.Fate() == "EXITED 0");
    CHECK_THAT(cold.out, Catch::Contains(",1704067200000,") && Catch::Contains("\n20.00"));
    CHECK(warm.out == cold.out);
  }
}

TEST_CASE("variables take effect in a warm run, and those Node reads while it starts make it a cold one") {
  Daemon daemon(WarmDaemon());
  Client client(daemon);
  v1::RunRequest request = Snippet(
      "console.log(process.stdout.hasColors?.() ?? require('util').styleText('red', 'x', {validateStream: "
      "false}).length > 1,"
      "require('tty').WriteStream.prototype.getColorDepth(process.env), new Date(0).getHours())",
      "main.js");
  (*request.mutable_env())["FORCE_COLOR"] = "3";
  (*request.mutable_env())["TZ"] = "Asia/Tokyo";
  const Outcome cold = RunStarted(client, request, v1::START_KIND_COLD);
  const Outcome warm = RunStarted(client, request, v1::START_KIND_WARM);
  CHECK(warm.out == cold.out);
  CHECK_THAT(warm.out, Catch::Contains("24") && Catch::Contains("9"));

  (void)AwaitParked(client, 1);
  v1::RunRequest debug = Snippet(kHello, "main.js");
  (*debug.mutable_env())["NODE_DEBUG"] = "module";
  const Outcome debugged = client.Run(debug);
  CHECK(debugged.result.start() == v1::START_KIND_COLD);
  CHECK_THAT(debugged.err, Catch::Contains("MODULE"));
}

TEST_CASE("limits hold in a warm run, and waiting is charged to nobody") {
  Daemon daemon(WarmDaemon());
  Client client(daemon);
  const v1::StartKind start = GENERATE(v1::START_KIND_COLD, v1::START_KIND_WARM);
  INFO(v1::StartKind_Name(start));
  v1::RunRequest spin = Snippet("for (;;);");
  const Outcome spun = RunStarted(client, WithCpuTime(spin, 300ms), start);
  CHECK(spun.Fate() == "CPU_TIME_LIMIT");
  CHECK(CpuTime(spun.result) >= 300ms);
  CHECK(CpuTime(spun.result) < Slowed(600ms));
  v1::RunRequest sleeps = Snippet("setTimeout(() => {}, 60000)");
  const Outcome slept = RunStarted(client, WithWallTime(sleeps, 400ms), start);
  CHECK(slept.Fate() == "WALL_TIME_LIMIT");
  CHECK(WallTime(slept.result) < Slowed(700ms));
  v1::RunRequest hogs = Snippet("const kept = []; for (;;) kept.push(Buffer.alloc(1 << 20, 1))");
  const Outcome hogged = RunStarted(client, WithMemory(hogs, 96ULL << 20U), start);
  CHECK(hogged.Fate() == "MEMORY_LIMIT");
  CHECK(hogged.result.limit().allowed() == 96ULL << 20U);
  const Outcome hello = RunStarted(client, Snippet(kHello), start);
  CHECK(hello.result.usage().memory_peak_bytes() > 0);
  if (start == v1::START_KIND_WARM) {
    const Outcome cold = RunStarted(client, Snippet(kHello), v1::START_KIND_COLD);
    CHECK(2 * CpuTime(hello.result) < CpuTime(cold.result));
  }
}

TEST_CASE("when no warm sandbox is left, runs start cold") {
  Daemon daemon(WarmDaemon("{per_image: 1, max: 1}"));
  Client client(daemon);
  (void)AwaitParked(client, 1);
  InteractiveRun first(client, Snippet("console.log('ready'); process.stdin.resume()"));
  REQUIRE(first.AwaitOutput("ready"));
  v1::RunRequest other_workspace = Snippet(kHello);
  other_workspace.mutable_limits()->set_workspace_bytes(1 << 20);
  CHECK(client.Run(other_workspace).result.start() == v1::START_KIND_COLD);
  first.DoneSending();
  CHECK(first.Finish().result.start() == v1::START_KIND_WARM);
  Daemon off(WarmDaemon("{max: 0}"));
  Client cold(off);
  CHECK(cold.Run(Snippet(kHello)).result.start() == v1::START_KIND_COLD);
  CHECK(NodePids(off).empty());
}

TEST_CASE("a warm sandbox is used once, and nothing of a run is left for the next") {
  Daemon daemon(WarmDaemon("{per_image: 1, max: 1}"));
  Client client(daemon);
  std::set<std::string> seen;
  for (int i = 0; i < 5; ++i) {
    const Outcome outcome = RunStarted(
        client,
        Snippet("const fs = require('fs'); const left = [globalThis.mark, fs.existsSync('/tmp/mark'),"
                " fs.existsSync('/workspace/mark'), process.env.MARK]; globalThis.mark = process.env.MARK = 1;"
                "fs.writeFileSync('/tmp/mark', ''); fs.writeFileSync('/workspace/mark', '');"
                "console.log(JSON.stringify(left), Math.random())",
                "main.js"),
        v1::START_KIND_WARM);
    CHECK_THAT(outcome.out, Catch::StartsWith("[null,false,false,null]"));
    seen.insert(outcome.out);
  }
  CHECK(seen.size() == 5);
}

TEST_CASE("a hostile program finds nothing of the wait: no descriptor, no trap in what was warmed") {
  Daemon daemon(WarmDaemon());
  Client client(daemon);
  const Outcome outcome = RunStarted(
      client,
      Snippet("const fs = require('fs'); const open = [];"
              "for (let fd = 0; fd < 65536; fd++) { try { const s = fs.fstatSync(fd);"
              "  open.push(s.isFIFO() ? 'pipe' : s.isSocket() ? 'socket' : s.isFile() ? 'file' : 'other') } catch {} }"
              "console.log(JSON.stringify([open.filter((x) => x === 'pipe').length >= 3, open.includes('socket'),"
              " open.includes('file'), 'RUNNER_PARK' in process.env]))",
              "main.js"),
      v1::START_KIND_WARM);
  INFO(outcome.Describe());
  CHECK(outcome.out == "[true,false,false,false]\n");
  const Outcome poisoned = RunStarted(
      client,
      Snippet(
          "const log = console.log; for (const type of [Object, Array, Function, Promise, Proxy, Reflect, Buffer])"
          "  for (const target of [type, type.prototype ?? {}]) for (const key of Reflect.ownKeys(target))"
          "    if (!['log', 'constructor'].includes(key)) try { target[key] = () => { throw 1 } } catch {}\n"
          "process.exitCode = 7; const t = performance.now(), u = process.uptime(); if (!(t > 0 && u > 0)) throw 2;",
          "main.js"),
      v1::START_KIND_WARM);
  INFO(poisoned.Describe());
  CHECK((poisoned.result.verdict() == v1::EXITED || poisoned.result.verdict() == v1::SIGNALED));
  CHECK(poisoned.result.usage().cpu_time().nanos() > 0);
}

TEST_CASE("warm sandboxes that grow old are replaced") {
  Daemon daemon(WarmDaemon("{per_image: 1, max: 1, max_idle: 1s}"));
  Client client(daemon);
  (void)AwaitParked(client, 1);
  const std::set<pid_t> before = NodePids(daemon);
  REQUIRE_FALSE(before.empty());
  CHECK(Eventually(Slowed(20s), [&] {
    const std::set<pid_t> now = NodePids(daemon);
    return std::none_of(before.begin(), before.end(), [&](pid_t pid) { return now.contains(pid); });
  }));
  CHECK(RunStarted(client, Snippet(kHello), v1::START_KIND_WARM).out == "hello\n");
}

TEST_CASE("a warm Node that is killed from outside is the pool's trouble and no run's") {
  Daemon daemon(WarmDaemon());
  Client client(daemon);
  (void)AwaitParked(client, 2);
  const std::set<pid_t> killed = NodePids(daemon);
  for (const pid_t pid : killed) ::kill(pid, SIGKILL);
  // One that dies while it is handed a program is that run's SIGNALED 9.
  REQUIRE(Eventually(Slowed(5s), [&] {
    return std::all_of(killed.begin(), killed.end(), [](pid_t pid) { return ::kill(pid, 0) != 0; });
  }));
  for (int i = 0; i < 3; ++i) CHECK(client.Run(Snippet(kHello)).Fate() == "EXITED 0");
  CHECK(Eventually(Slowed(10s), [&] {
    grpc::ClientContext context;
    v1::ServerInfo info;
    return client.stub().GetServerInfo(&context, {}, &info).ok() && info.pool().failures_total() > 0 &&
           !info.pool().last_failure().empty() && info.pool().parked() > 0;
  }));
}

TEST_CASE("the end of a daemon with warm sandboxes leaves nothing, however it ends") {
  const int signal = GENERATE(SIGTERM, SIGKILL);
  Daemon daemon(WarmDaemon());
  Client client(daemon);
  (void)AwaitParked(client, 2);
  REQUIRE(NodePids(daemon).size() >= 2);
  daemon.Kill(signal);
  REQUIRE(daemon.Wait(Slowed(5s)) == (signal == SIGTERM ? 0 : 128 + SIGKILL));
  CHECK(daemon.RemainsAfter(Slowed(1s)) == "");
}

TEST_CASE("a warm start cannot be asked for") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(kHello);
  request.set_start(v1::START_KIND_WARM);
  CHECK_THAT(client.Run(request).Violations(), Catch::Contains("start: "));
}

TEST_CASE("a trace has the phases in their order, and only when it is asked for") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(kHello);
  CHECK(client.Run(request).result.phases_size() == 0);
  request.set_trace(true);
  const Outcome outcome = client.Run(request);
  std::string names;
  for (const v1::Phase& phase : outcome.result.phases()) names += phase.name() + " ";
  CHECK(names == "leased sent started first_output ended drained gone removed ");
}

}  // namespace
}  // namespace runner::test
