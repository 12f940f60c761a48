// What is run, with which files, arguments and environment.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/client.h"

namespace runner::test {
namespace {

using nlohmann::json;

const std::string kWhichSystem = "console.log(typeof require === 'undefined' ? 'ESM' : 'CommonJS')";

TEST_CASE("the file's extension decides the module system") {
  const auto [name, source, expected] = GENERATE(table<std::string, std::string, std::string>({
      {"main.js", kWhichSystem, "CommonJS"},
      {"main.cjs", kWhichSystem, "CommonJS"},
      {"main.mjs", kWhichSystem, "ESM"},
      {"main.ts", "const which: string = typeof require;" + kWhichSystem, "CommonJS"},
      {"main.cts", "const which: string = typeof require;" + kWhichSystem, "CommonJS"},
      {"main.mts", "const n: number = 1;" + kWhichSystem, "ESM"},
      {"anything-at-all.mjs", kWhichSystem, "ESM"},
  }));
  INFO(name);
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(Snippet(source, name));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == expected + "\n");
}

TEST_CASE("the type field of package.json decides about .js and .ts") {
  const std::string name = GENERATE("main.js", "main.ts");
  const auto [package, expected] = GENERATE(table<std::string, std::string>(
      {{R"({"type": "module"})", "ESM"}, {R"({"type": "commonjs"})", "CommonJS"}, {"{}", "CommonJS"}}));
  INFO(name << " with " << package);
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(kWhichSystem, name);
  AddFile(request, "package.json", package);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.out == expected + "\n");
}

TEST_CASE("without an entry main of package.json is run, or else main or index") {
  Client client(SharedDaemon());
  v1::RunRequest by_package = Snippet("console.log('app')", "lib/app.js");
  AddFile(by_package, "package.json", R"({"main": "./lib/app.js"})");
  AddFile(by_package, "main.js", "console.log('main')");
  CHECK(client.Run(by_package).out == "app\n");
  for (const std::string name : {"main.js", "index.mjs", "index.ts"}) {
    v1::RunRequest by_name = Snippet("console.log('found')", name);
    AddFile(by_name, "helper.js", "");
    INFO(name);
    CHECK(client.Run(by_name).out == "found\n");
  }
}

TEST_CASE("modules, data and binary files of the request are where their paths say") {
  Client client(SharedDaemon());
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  v1::RunRequest request = Snippet(
      "import { add } from '../lib/deep/er/add.js'; import data from '../data.json' with { type: 'json' };"
      "import { readFileSync, readdirSync } from 'node:fs'; import greet from 'greet';"
      "console.log(add(data.a, data.b), greet('you'), readFileSync('b i n/ünïcode', 'latin1').length,"
      " Buffer.compare(readFileSync('b i n/ünïcode'), Buffer.from(Array.from({length: 256}, (_, i) => i))),"
      " readdirSync('.').sort().join())",
      "src/start.mjs");
  AddFile(request, "lib/deep/er/add.js", "exports.add = (a, b) => a + b");
  AddFile(request, "data.json", R"({"a": 40, "b": 2})");
  AddFile(request, "b i n/ünïcode", bytes);
  AddFile(request, "node_modules/greet/index.js", "module.exports = name => `hello ${name}`");
  AddFile(request, "empty", "");
  request.set_entry("src/start.mjs");
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "42 hello you 256 0 b i n,data.json,empty,lib,node_modules,src\n");
}

TEST_CASE("a file is executable where the request says so, and its owner may write it") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(
      "const fs = require('fs'); fs.appendFileSync('tool', 'more');"
      "const mode = name => !!(fs.statSync(name).mode & 0o100);"
      "console.log(mode('tool'), mode('main.js'))",
      "main.js");
  AddFile(request, "tool", "#!/usr/bin/env node\n");
  request.mutable_files(1)->set_executable(true);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.out == "true false\n");
}

TEST_CASE("arguments arrive exactly, and argv begins as under bare Node") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("console.log(JSON.stringify(process.argv))", "main.js");
  const std::vector<std::string> args = {"", "two words", "--flag", "-e", "ünïcode", "a\nb", "$HOME", "\"'\\"};
  for (const std::string& arg : args) request.add_args(arg);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  REQUIRE(outcome.Fate() == "EXITED 0");
  std::vector<std::string> expected = {"/usr/bin/node", "/workspace/main.js"};
  expected.insert(expected.end(), args.begin(), args.end());
  CHECK(json::parse(outcome.out).get<std::vector<std::string>>() == expected);
}

TEST_CASE("a thousand arguments fit") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("console.log(process.argv.length)", "main.js");
  for (int i = 0; i < 1024; ++i) request.add_args("argument number " + std::to_string(i));
  CHECK(client.Run(request).out == "1026\n");
}

TEST_CASE("the environment is built and never inherited") {
  Daemon daemon({.env = {{"SECRET_OF_THE_DAEMON", "42"}, {"NODE_OPTIONS", "--no-warnings"}}});
  Client client(daemon);
  v1::RunRequest request = Snippet("console.log(JSON.stringify(process.env))", "main.js");
  (*request.mutable_env())["GREETING"] = "grüß = gott\n";
  (*request.mutable_env())["EMPTY"] = "";
  (*request.mutable_env())["TZ"] = "Europe/Berlin";
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  REQUIRE(outcome.Fate() == "EXITED 0");
  const json expected = {
      {"GREETING", "grüß = gott\n"}, {"EMPTY", ""},        {"HOME", "/workspace"},  {"LANG", "C.UTF-8"},
      {"NODE_ENV", "development"},   {"PATH", "/usr/bin"}, {"TZ", "Europe/Berlin"}, {"USER", "runner"}};
  CHECK(json::parse(outcome.out) == expected);
}

TEST_CASE("the request's environment wins over what is there by default, and colours are a matter of it") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("console.log(process.env.NODE_ENV, [42])", "main.js");
  (*request.mutable_env())["NODE_ENV"] = "production";
  CHECK(client.Run(request).out == "production [ 42 ]\n");
  (*request.mutable_env())["FORCE_COLOR"] = "1";
  request.set_image(GENERATE("node-22", "node-24", "node-26"));
  CHECK(client.Run(request).out == "production [ \x1b[33m42\x1b[39m ]\n");
}

TEST_CASE("a program starts in its workspace as the user runner") {
  Client client(SharedDaemon());
  const Outcome outcome =
      client.Run(Snippet("const os = require('os'); console.log(process.cwd(), __filename, os.homedir(), "
                         "os.userInfo().username, process.getuid())",
                         "main.js"));
  INFO(outcome.Describe());
  CHECK(outcome.out == "/workspace /workspace/main.js /workspace runner 1000\n");
}

TEST_CASE("an uncaught exception's stack reads as under bare Node") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(Snippet("console.log(new Error('x').stack)", "main.js"));
  CHECK_THAT(outcome.out, Catch::StartsWith("Error: x\n    at Object.<anonymous> (/workspace/main.js:1:13)\n"
                                            "    at Module._compile (node:internal/modules/cjs/loader:"));
  CHECK_THAT(outcome.out, !Catch::Contains("preload"));
}

TEST_CASE("top-level await, worker threads, WebAssembly, timers and crypto work") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(SnippetFile("a-bit-of-everything.mjs"));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "worker 42\nwasm 5\nsha256 ba7816bf\ntimer\nzlib hello\n");
}

}  // namespace
}  // namespace runner::test
