// runnerctl run: what passes through it, in both directions.
#include <catch2/catch.hpp>
#include <cstdint>

#include "tests/integration/runnerctl.h"
#include "tests/support/eventually.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

// A line of shell, in which $RUNNERCTL is the program and $A a file with this source.
Finished Shell(const std::string& line, const std::string& source, Programs& programs) {
  ProcessOptions options = With(SharedDaemon());
  options.env["RUNNERCTL"] = Binary("runnerctl").string();
  options.env["A"] = programs.Add("a.mjs", source);
  return RunProgram({"/bin/bash", "-c", line}, "", options);
}

constexpr const char* kUpperCase =
    "import { text } from 'node:stream/consumers'; console.log((await text(process.stdin)).toUpperCase())";

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

TEST_CASE("runnerctl: standard input is exact too, and as long as it likes") {
  Programs programs;
  std::string bytes;
  for (std::uint32_t i = 0; i < 3'000'000; ++i) bytes += static_cast<char>(i * 7919 >> 5U);
  const Finished finished = Run({"--output-limit", "8M", "--time", "30s",
                                 programs.Add("a.mjs", "for await (const c of process.stdin) process.stdout.write(c)")},
                                bytes);
  CHECK(finished.exit_code == 0);
  CHECK((finished.out == bytes));
}

TEST_CASE("runnerctl: input from a pipe, a file, and none") {
  Programs programs;
  CHECK(Shell("echo hi | $RUNNERCTL run $A", kUpperCase, programs).out == "HI\n\n");
  CHECK(Shell("$RUNNERCTL run $A <<< hi", kUpperCase, programs).out == "HI\n\n");
  CHECK(Shell("$RUNNERCTL run $A < /dev/null", kUpperCase, programs).out == "\n");
  CHECK(Shell("$RUNNERCTL run $A <&-", kUpperCase, programs).out == "\n");
  CHECK(Shell("echo hi | $RUNNERCTL run --no-stdin $A", kUpperCase, programs).out == "\n");
  CHECK(Shell("printf '%s\\n' 1 2 | while read -r n; do $RUNNERCTL run --no-stdin $A -- $n; done",
              "console.log(process.argv[2])", programs)
            .out == "1\n2\n");
}

TEST_CASE("runnerctl: input that never ends does not keep it when the program has ended") {
  Programs programs;
  const Finished finished = Shell("yes | $RUNNERCTL run $A; echo ${PIPESTATUS[1]}", "console.log('done')", programs);
  CHECK(finished.out == "done\n0\n");
  CHECK(finished.err.empty());
}

TEST_CASE("runnerctl: standard output and standard error stay apart") {
  Programs programs;
  const std::string both = "console.log('out'); console.error('err')";
  CHECK(Shell("$RUNNERCTL run $A 2>/dev/null", both, programs).out == "out\n");
  CHECK(Shell("$RUNNERCTL run $A 2>&1 >/dev/null", both, programs).out == "err\n");
}

TEST_CASE("runnerctl: head takes what it wants, and nobody complains") {
  Programs programs;
  const auto begin = std::chrono::steady_clock::now();
  const Finished finished =
      Shell("$RUNNERCTL run $A | head -n 1; echo ${PIPESTATUS[0]}", "setInterval(() => console.log('y'), 5)", programs);
  CHECK(finished.out == "y\n141\n");
  CHECK(finished.err.empty());
  CHECK(std::chrono::steady_clock::now() - begin < Slowed(3s));
}

TEST_CASE("runnerctl: output that cannot be written is a failure with a reason") {
  Programs programs;
  const Finished finished = Shell("$RUNNERCTL run $A >/dev/full", "console.log('lost')", programs);
  CHECK(finished.exit_code == 70);
  CHECK_THAT(finished.err, Catch::Contains("No space left on device"));
}

TEST_CASE("runnerctl: its sentence never shares a line with the program's") {
  Programs programs;
  const Finished finished = Shell("$RUNNERCTL run $A 2>&1", "process.stdout.write('half'); process.abort()", programs);
  CHECK(finished.exit_code == 134);
  CHECK_THAT(finished.out, Catch::Contains("\nrunnerctl: the program was ended by signal 6 (SIGABRT)\n"));
}

}  // namespace
}  // namespace runner::test
