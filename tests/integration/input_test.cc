// Standard input, and the ways there are to read and write the three streams.
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/client.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

Outcome RunWithInput(const std::string& source, const std::string& input, const std::string& name = "main.mjs") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(source, name);
  request.set_stdin(input);
  return client.Run(request);
}

TEST_CASE("standard input can be read in every way Node has") {
  const auto [how, source] = GENERATE(table<std::string, std::string>({
      {"/dev/stdin by name", "console.log(await (await import('node:fs/promises')).readFile('/dev/stdin', 'utf8'))"},
      {"/dev/stdin, synchronously", "console.log((await import('node:fs')).readFileSync('/dev/stdin', 'utf8'))"},
      {"descriptor 0", "console.log((await import('node:fs')).readFileSync(0, 'utf8'))"},
      {"/dev/fd/0", "console.log((await import('node:fs')).readFileSync('/dev/fd/0', 'utf8'))"},
      {"/proc/self/fd/0", "console.log((await import('node:fs')).readFileSync('/proc/self/fd/0', 'utf8'))"},
      {"process.stdin as a stream",
       "let all = ''; for await (const part of process.stdin) all += part; console.log(all)"},
      {"readline",
       "const lines = (await import('node:readline')).createInterface({input: process.stdin});"
       "for await (const line of lines) console.log(line + '\\n')"},
  }));
  INFO(how);
  const Outcome outcome = RunWithInput(source, "hi\n");
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "hi\n\n");
}

TEST_CASE("stdout and stderr can be opened by name") {
  const Outcome outcome = RunWithInput(
      "const fs = await import('node:fs');"
      "fs.writeFileSync('/dev/stdout', 'a'); fs.writeFileSync('/dev/fd/1', 'b'); fs.appendFileSync('/dev/stderr', 'c');"
      "fs.writeFileSync('/dev/fd/2', 'd')",
      "");
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "ab");
  CHECK(outcome.err == "cd");
}

TEST_CASE("without input a program sees the end of standard input at once") {
  const Outcome outcome =
      RunWithInput("let n = 0; for await (const part of process.stdin) n += part.length; console.log(n)", "");
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "0\n");
}

TEST_CASE("standard input arrives byte-exact, whatever bytes it is made of") {
  std::string input;
  for (std::size_t i = 0; i < 3'000'000; ++i) input.push_back(static_cast<char>(i * 31 + i / 256));
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("process.stdin.pipe(process.stdout)");
  request.set_stdin(input);
  request.mutable_limits()->set_output_bytes(4'000'000);
  const Outcome outcome = client.Run(request);
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK((outcome.out == input));
}

TEST_CASE("input that is never read keeps nobody waiting") {
  const Outcome outcome = RunWithInput("console.log('done')", std::string(32U << 20U, 'x'));
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "done\n");
}

TEST_CASE("a program that never reads its input and never ends is ended by its wall time") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("setInterval(() => {}, 1000)");
  request.set_stdin(std::string(8U << 20U, 'x'));
  WithWallTime(request, 500ms);
  CHECK(client.Run(request).Fate() == "WALL_TIME_LIMIT");
}

TEST_CASE("a program may close its standard input early") {
  const Outcome outcome = RunWithInput(
      "const fs = await import('node:fs'); fs.closeSync(0);"
      "await new Promise(r => setTimeout(r, 50)); console.log('still here')",
      std::string(4U << 20U, 'x'));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "still here\n");
  // The daemon has not died of SIGPIPE.
  CHECK(RunWithInput("console.log(1)", "").Fate() == "EXITED 0");
}

}  // namespace
}  // namespace runner::test
