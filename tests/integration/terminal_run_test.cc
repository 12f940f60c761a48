// Runs with a terminal in place of pipes, on every Node.
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/client.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kReadyAndWait = "setInterval(() => {}, 1000); console.log('ready');";

v1::RunRequest OnTerminal(const std::string& source, const std::string& name = "main.mjs") {
  v1::RunRequest request = Snippet(source, name);
  request.mutable_terminal();
  return request;
}

v1::RunRequest OnTerminalOfEveryNode(const std::string& source, const std::string& name = "main.mjs") {
  v1::RunRequest request = OnTerminal(source, name);
  request.set_image(GENERATE("node-22", "node-24", "node-26"));
  return request;
}

TEST_CASE("terminal: a program sees one, of the size and kind that was asked for") {
  Client client(SharedDaemon());
  v1::RunRequest request = OnTerminalOfEveryNode(
      "const tty = require('tty'), out = process.stdout; console.log(JSON.stringify([process.stdin.isTTY, out.isTTY, "
      "process.stderr.isTTY, tty.isatty(0), out.columns, out.rows, out.getWindowSize(), process.stderr.columns, "
      "process.env.TERM, out.hasColors(), out.getColorDepth()]))",
      "main.js");
  Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "[true,true,true,true,80,24,[80,24],80,\"xterm-256color\",true,8]\r\n");
  request.mutable_terminal()->set_rows(50);
  request.mutable_terminal()->set_columns(132);
  request.mutable_terminal()->set_term("vt100");
  outcome = client.Run(request);
  CHECK(outcome.out == "[true,true,true,true,132,50,[132,50],132,\"vt100\",true,4]\r\n");
}

TEST_CASE("terminal: standard output and standard error are one stream, in the program's order") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(OnTerminalOfEveryNode(
      "for (let i = 0; i < 3; i++) { console.log('out', `${i}`); console.error('err', `${i}`) }", "main.js"));
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "out 0\r\nerr 0\r\nout 1\r\nerr 1\r\nout 2\r\nerr 2\r\n");
  CHECK(outcome.err.empty());
  CHECK(outcome.result.start() == v1::START_KIND_COLD);
  CHECK(outcome.result.usage().stdout_bytes() == outcome.out.size());
}

TEST_CASE("terminal: output is in colour, unless the environment says otherwise") {
  Client client(SharedDaemon());
  v1::RunRequest request = OnTerminalOfEveryNode("console.log([42])");
  CHECK(client.Run(request).out == "[ \x1b[33m42\x1b[39m ]\r\n");
  (*request.mutable_env())["NO_COLOR"] = "1";
  CHECK(client.Run(request).out == "[ 42 ]\r\n");
}

TEST_CASE("terminal: a program is told of another size of the window") {
  Client client(SharedDaemon());
  InteractiveRun run(client, OnTerminalOfEveryNode("process.stdout.on('resize', () => console.log(`now ${process.stdout"
                                                   ".columns}x${process.stdout.rows}`));" +
                                                   std::string(kReadyAndWait)));
  REQUIRE(run.AwaitOutput("ready\r\n"));
  run.Resize(40, 120);
  CHECK(run.AwaitOutput("now 120x40\r\n"));
  run.Resize(30, 4096);
  CHECK(run.AwaitOutput("now 4096x30\r\n"));
  run.Cancel();
  CHECK(run.Finish().Fate() == "CANCELLED");
}

TEST_CASE("terminal: the size that comes before the program is the one that it starts with") {
  Client client(SharedDaemon());
  InteractiveRun run(client, OnTerminal("console.log(process.stdout.columns)"));
  run.Resize(10, 20);
  run.Resize(10, 30);
  const std::string out = run.Finish().out;
  CHECK((out == "\x1b[33m30\x1b[39m\r\n" || out == "\x1b[33m20\x1b[39m\r\n" || out == "\x1b[33m80\x1b[39m\r\n"));
}

TEST_CASE("terminal: in raw mode every key comes by itself and nothing is echoed") {
  Client client(SharedDaemon());
  InteractiveRun run(
      client, OnTerminalOfEveryNode("process.stdin.setRawMode(true); process.stdin.on('data', (keys) => {"
                                    "process.stdout.write(`<${keys.toString('hex')}>`); if (keys[0] === 0x71) {"
                                    "process.stdin.setRawMode(false); process.exit() } }); console.log('ready')"));
  REQUIRE(run.AwaitOutput("ready\r\n"));
  run.WriteStdin("\x1b[A");
  REQUIRE(run.AwaitOutput("<1b5b41>"));
  run.WriteStdin("\x03");
  REQUIRE(run.AwaitOutput("<03>"));
  run.WriteStdin("q");
  const Outcome outcome = run.Finish();
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "ready\r\n<1b5b41><03><71>");
}

TEST_CASE("terminal: readline asks, edits and remembers") {
  Client client(SharedDaemon());
  InteractiveRun run(
      client,
      OnTerminalOfEveryNode("import readline from 'node:readline/promises';"
                            "const rl = readline.createInterface({ input: process.stdin, output: process.stdout });"
                            "console.log('got', await rl.question('first? '));"
                            "console.log('got', await rl.question('second? ')); rl.close()"));
  REQUIRE(run.AwaitOutput("first? "));
  run.WriteStdin("onx");
  run.WriteStdin("\x7f");  // backspace
  run.WriteStdin("e\r");
  REQUIRE(run.AwaitOutput("got one\r\n"));
  REQUIRE(run.AwaitOutput("second? "));
  run.WriteStdin("\x1b[A");  // arrow up
  run.WriteStdin("!\r");
  const Outcome outcome = run.Finish();
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK_THAT(outcome.out, Catch::Contains("got one!\r\n"));
}

TEST_CASE("terminal: Ctrl-C is SIGINT for the program, to die of or to handle") {
  Client client(SharedDaemon());
  SECTION("by default it dies of it") {
    InteractiveRun run(client, OnTerminalOfEveryNode(kReadyAndWait));
    REQUIRE(run.AwaitOutput("ready"));
    run.WriteStdin("\x03");
    const Outcome outcome = run.Finish();
    CHECK(outcome.Fate() == "SIGNALED 2");
    CHECK(outcome.out == "ready\r\n^C");
  }
  SECTION("a handler of its own decides") {
    InteractiveRun run(client,
                       OnTerminalOfEveryNode("process.on('SIGINT', () => { console.log('caught'); process.exit(3) });" +
                                             std::string(kReadyAndWait)));
    REQUIRE(run.AwaitOutput("ready"));
    run.WriteStdin("\x03");
    const Outcome outcome = run.Finish();
    CHECK(outcome.Fate() == "EXITED 3");
    CHECK(outcome.out == "ready\r\n^Ccaught\r\n");
  }
  SECTION("Ctrl-\\ is SIGQUIT") {
    InteractiveRun run(client, OnTerminal(kReadyAndWait));
    REQUIRE(run.AwaitOutput("ready"));
    run.WriteStdin("\x1c");
    CHECK(run.Finish().Fate() == "SIGNALED 3");
  }
}

TEST_CASE("terminal: Ctrl-Z stops nobody, because there is no shell to come back from") {
  Client client(SharedDaemon());
  InteractiveRun run(client, OnTerminal("process.stdin.on('data', (line) => console.log('got', String(line).trim()));"
                                        "console.log('ready')"));
  REQUIRE(run.AwaitOutput("ready"));
  run.WriteStdin("\x1a");
  run.WriteStdin("on\n");
  CHECK(run.AwaitOutput("got on"));
  run.CloseStdin();
  CHECK(run.Finish().Fate() == "EXITED 0");
}

const std::string kLines =
    "console.log('?'); for await (const line of process.stdin) console.log('got', JSON.stringify(String(line)));"
    "console.log('end')";

TEST_CASE("terminal: lines are echoed and handed over, and Ctrl-D ends the input") {
  Client client(SharedDaemon());
  InteractiveRun run(client, OnTerminalOfEveryNode(kLines));
  REQUIRE(run.AwaitOutput("?\r\n"));
  run.WriteStdin("one\n");
  REQUIRE(run.AwaitOutput("got \"one\\n\"\r\n"));
  run.WriteStdin("\x04");
  const Outcome outcome = run.Finish();
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "?\r\none\r\ngot \"one\\n\"\r\nend\r\n");
}

TEST_CASE("terminal: the end of input by message is typed, also within a line") {
  Client client(SharedDaemon());
  InteractiveRun run(client, OnTerminal(kLines));
  REQUIRE(run.AwaitOutput("?\r\n"));
  SECTION("by close_stdin") {
    run.WriteStdin("one\nha");
    run.WriteStdin("lf");
    run.CloseStdin();
    const Outcome outcome = run.Finish();
    CHECK(outcome.Fate() == "EXITED 0");
    CHECK_THAT(outcome.out, Catch::Contains("got \"one\\n\"\r\n") && Catch::Contains("got \"half\"\r\nend\r\n"));
  }
  SECTION("by closing the sending side") {
    run.DoneSending();
    CHECK(run.Finish().out == "?\r\nend\r\n");
  }
}

TEST_CASE("terminal: Run types the request's input, and its end") {
  Client client(SharedDaemon());
  v1::RunRequest request = OnTerminal(
      "let all = ''; for await (const part of process.stdin) all += part;"
      "console.log(JSON.stringify(all))");
  request.set_stdin("a\nb");
  const Outcome outcome = client.Run(request);
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "a\r\nb\"a\\nb\"\r\n");
  request.clear_stdin();
  CHECK(client.Run(request).out == "\"\"\r\n");
}

TEST_CASE("terminal: much that is pasted arrives whole") {
  Client client(SharedDaemon());
  InteractiveRun run(client, OnTerminalOfEveryNode(
                                 "let lines = 0, bytes = 0; process.stdin.on('data', (part) => { bytes += part.length;"
                                 "for (const byte of part) if (byte === 10) lines++ }).on('end', () => "
                                 "console.log(`${lines} lines, ${bytes} bytes`)); console.log('ready')"));
  REQUIRE(run.AwaitOutput("ready"));
  std::string pasted;
  for (int i = 0; i < 5000; ++i) pasted += std::to_string(10'000 + i) + std::string(i % 70, 'x') + "\n";
  run.WriteStdin(pasted);
  run.CloseStdin();
  const Outcome outcome = run.Finish();
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK_THAT(outcome.out, Catch::EndsWith("5000 lines, " + std::to_string(pasted.size()) + " bytes\r\n"));
}

TEST_CASE("terminal: it can be opened by the names of the standard streams; there is no other") {
  Client client(SharedDaemon());
  v1::RunRequest request = OnTerminalOfEveryNode(
      "const fs = require('fs'); for (const f of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/2']) fs.writeFileSync(f, "
      "'x');"
      "console.log(JSON.stringify(fs.readFileSync('/dev/stdin', 'utf8')));"
      "for (const f of ['/dev/tty', '/dev/ptmx', '/dev/pts']) { try { fs.openSync(f); console.log(f) } catch (e) {"
      "console.log(e.code) } } console.log(/devpts/.test(fs.readFileSync('/proc/self/mountinfo', 'utf8')) + '')",
      "main.js");
  request.set_stdin("hi\n");
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.out == "hi\r\nxxx\"hi\\n\"\r\nENOENT\r\nENOENT\r\nENOENT\r\nfalse\r\n");
}

TEST_CASE("terminal: a child of the program shares it") {
  Client client(SharedDaemon());
  v1::RunRequest request = OnTerminalOfEveryNode(
      "const { fork } = require('child_process'); if (process.argv[2]) console.log(`${process.stdout.isTTY}`);"
      "else fork(__filename, ['child'])",
      "main.js");
  request.set_policy("cluster");
  const Outcome outcome = client.Run(request);
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "true\r\n");
}

TEST_CASE("terminal: a missing package is a hint of the result, as with pipes") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(OnTerminalOfEveryNode("import 'no-such-package'"));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 1");
  CHECK_THAT(outcome.result.hint(), Catch::StartsWith("There is no package \"no-such-package\" in node-2"));
}

TEST_CASE("terminal: limits hold as for pipes") {
  Client client(SharedDaemon());
  SECTION("of output") {
    v1::RunRequest request = OnTerminalOfEveryNode("for (;;) console.log('y'.repeat(99))");
    request.mutable_limits()->set_output_bytes(100'000);
    const Outcome outcome = client.Run(request);
    INFO(outcome.Describe());
    CHECK(outcome.Fate() == "OUTPUT_LIMIT");
    CHECK(outcome.result.limit().name() == "stdout");
    CHECK(outcome.result.stdout_truncated());
    CHECK(outcome.out.size() == 100'000);
  }
  SECTION("of elapsed time, also when nothing is typed") {
    v1::RunRequest request = OnTerminal("process.stdin.setRawMode(true).resume()");
    WithWallTime(request, 500ms);
    InteractiveRun run(client, request);
    CHECK(run.Finish().Fate() == "WALL_TIME_LIMIT");
  }
  SECTION("and a program that lets go of its terminal goes on") {
    CHECK(client
              .Run(OnTerminal("const fs = require('fs'); for (const fd of [0, 1, 2]) fs.closeSync(fd);"
                              "setTimeout(() => process.exit(7), 100)",
                              "main.js"))
              .Fate() == "EXITED 7");
  }
}

TEST_CASE("terminal: nothing is left of a run, however it ends") {
  Daemon daemon;
  Client client(daemon);
  (void)client.Run(OnTerminal("1"));
  const Footprint before = TakeFootprint(daemon);
  for (int i = 0; i < 5; ++i) {
    CHECK(client.Run(OnTerminal("console.log('x')")).Fate() == "EXITED 0");
    InteractiveRun run(client, OnTerminal(kReadyAndWait));
    REQUIRE(run.AwaitOutput("ready"));
    run.CancelCall();
    CHECK(run.Finish().Code() == "CANCELLED");
  }
  CHECK(LeaksAfter(before, daemon, Slowed(2000ms)).empty());
}

TEST_CASE("terminal: what cannot be is refused by name") {
  Client client(SharedDaemon());
  v1::RunRequest request = OnTerminal("1");
  request.mutable_terminal()->set_rows(4097);
  request.mutable_terminal()->set_term("a\nb");
  CHECK(client.Run(request).Violations() ==
        "terminal.rows: 4097 is outside [1, 4096]\nterminal.term: \"a\\nb\" does not match [A-Za-z0-9._+-]{0,64}\n");
  const auto refused = [&client](bool terminal, std::uint32_t rows, std::uint32_t columns) {
    v1::RunRequest waits = Snippet(kReadyAndWait);
    if (terminal) waits.mutable_terminal();
    InteractiveRun run(client, waits);
    run.Resize(rows, columns);
    return run.Finish().Violations();
  };
  CHECK_THAT(refused(false, 24, 80), Catch::StartsWith("resize: the run has no terminal"));
  CHECK_THAT(refused(true, 0, 80), Catch::StartsWith("resize.rows: 0 is outside [1, 4096]"));
  CHECK_THAT(refused(true, 24, 5000), Catch::StartsWith("resize.columns: 5000 is outside [1, 4096]"));
}

}  // namespace
}  // namespace runner::test
