// runnerctl run: the environment that a program gets.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/integration/runnerctl.h"
#include "tests/integration/terminal.h"
#include "tests/support/eventually.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

TEST_CASE("runnerctl: a file of variables means what it means to Node itself") {
  const std::string file =
      "# comment\nA=1\n  B = two words  # not this\nexport C='single # quoted'\nD=\"double\\nnew line\\t\\\\\"\n"
      "E=`it's \"so\"`\nF=\"multi\nline\"\nG='x\\ny'\n\nH=\nI=\"\" rest\nJ=1=2\nK=a#b\nL=a'b'#c\nM=crlf\r\nno value\n"
      "  # indented=comment\nA=last\nN\t=\ttab\nO=\"a\"P=2\nQ=grüß\nR=http://x/?a=b\n export  S=9\nT=\"never closed\n";
  Programs programs;
  const std::string env = programs.Add(".env", file);
  const std::string program = programs.Add("a.js",
                                           "const { A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T } = "
                                           "process.env; console.log(JSON.stringify([{ A, B, C, D, E, F, G, H, I, J, "
                                           "K, L, M, N, O, P, Q, R, S, T }, "
                                           "require('util').parseEnv(require('fs').readFileSync(0, 'utf8'))]))");
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  const Finished finished = Run({"--image", image, "--env-file", env, program}, file);
  INFO(finished.err);
  REQUIRE(finished.exit_code == 0);
  const auto both = nlohmann::json::parse(finished.out);
  CHECK(both[0] == both[1]);
  CHECK(both[0].size() == 19);
}

TEST_CASE("runnerctl: a later file of variables wins over an earlier one, and --env over both") {
  Programs programs;
  const std::string program =
      programs.Add("a.js", "console.log(process.env.A, process.env.B, process.env.C, process.env.NODE_ENV)");
  CHECK(Run({"--env", "C=3", "--env-file", programs.Add("1.env", "A=1\nB=1\nC=1\nNODE_ENV=test"), "--env-file",
             programs.Add("2.env", "B=2\nC=2"), program})
            .out == "1 2 3 test\n");
  const Finished refused = Run({"--env-file", programs.Add("3.env", "NODE_OPTIONS=--inspect"), program});
  CHECK(refused.exit_code == 64);
  CHECK_THAT(refused.err,
             Catch::Contains("env[\"NODE_OPTIONS\"]") && Catch::Contains("it changes how Node is started"));
}

TEST_CASE("runnerctl: a program is told to colour its output for a terminal, and by --color") {
  Programs programs;
  const std::string program = programs.Add("a.js", "console.log([42]); console.error(process.env.NO_COLOR)");
  CHECK(Run({program}).out == "[ 42 ]\n");
  CHECK(Run({"--color", "always", program}).out == "[ \x1b[33m42\x1b[39m ]\n");
  CHECK(Run({"--color=never", program}).err == "1\n");
  CHECK(Run({"--color=pink", program}).exit_code == 64);

  ProcessOptions options = With(SharedDaemon());
  options.env["TERM"] = "xterm-256color";
  Terminal terminal(Runnerctl({"run", program}), options);
  CHECK(terminal.Await("[ \x1b[33m42\x1b[39m ]\r\n", Slowed(5s)));
  CHECK(terminal.Wait(Slowed(2s)) == 0);
  options.env["NO_COLOR"] = "1";
  Terminal plain(Runnerctl({"run", program}), options);
  CHECK(plain.Await("[ 42 ]\r\n", Slowed(5s)));
}

}  // namespace
}  // namespace runner::test
