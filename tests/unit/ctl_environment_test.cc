// What runnerctl run makes of --env-file and --color.
#include <catch2/catch.hpp>

#include "runner/ctl/color.h"
#include "runner/ctl/env_file.h"
#include "runner/ctl/run_command.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

using Catch::Contains;

// The one variable that --color adds, "" for none.
std::string Colored(const std::string& when, const Screen& screen, v1::RunRequest request = {}) {
  const int before = static_cast<int>(request.env().size());
  AddColor(when, screen, request);
  if (static_cast<int>(request.env().size()) == before) return "";
  for (const char* name : {"FORCE_COLOR", "NO_COLOR"}) {
    if (request.env().count(name) != 0) return name + ("=" + request.env().at(name));
  }
  return "something else";
}

TEST_CASE("a file of variables is read line by line, with quotes that may span several", "[ctl]") {
  CHECK(ParseEnvFile("# comment\nA=1\n  B = two words  # not this\nexport C='single # quoted'\n") ==
        Variables{{"A", "1"}, {"B", "two words"}, {"C", "single # quoted"}});
  CHECK(ParseEnvFile("D=\"double\\nnew line\\t\"\nE=`it's \"so\"`\nF=\"multi\nline\"\nG='x\\ny'") ==
        Variables{{"D", "double\nnew line\\t"}, {"E", "it's \"so\""}, {"F", "multi\nline"}, {"G", "x\\ny"}});
  CHECK(ParseEnvFile("A=\nB=\"\" rest\nC=  \nD=1=2\nE=a#b\nF=a'b'\r\nA=last\nno value\n=no name\n#G=1\n") ==
        Variables{{"A", "last"}, {"B", ""}, {"C", ""}, {"D", "1=2"}, {"E", "a"}, {"F", "a'b'"}});
  CHECK(ParseEnvFile("A=\"never closed\nB=1") == Variables{{"A", "\"never closed"}, {"B", "1"}});
  for (const char* text : {"", "\n\n", "   ", "#", "A", "=", "'", "\"=\""}) {
    INFO(text);
    CHECK(ParseEnvFile(text).size() <= 1);
  }
}

TEST_CASE("a file of variables that cannot be read is a mistake with its name", "[ctl]") {
  CHECK_THROWS_WITH(ReadEnvFile("--env-file", "/does/not/exist"),
                    Contains("--env-file: cannot read '/does/not/exist'") && Contains("No such file"));
  CHECK_THROWS_AS(ReadEnvFile("--env-file", "/dev/zero"), UsageError);
  CHECK_THROWS_WITH(ReadEnvFile("--env-file", "/"), Contains("Is a directory"));
}

TEST_CASE("colours are for a terminal that can show them, unless its user does not want any", "[ctl]") {
  const auto auto_with = [](bool terminal, std::map<std::string, std::string> environment) {
    return Colored("auto", {.is_terminal = terminal, .environment = std::move(environment)});
  };
  CHECK(auto_with(true, {{"TERM", "xterm"}}) == "FORCE_COLOR=1");
  CHECK(auto_with(true, {{"TERM", "xterm-256color"}}) == "FORCE_COLOR=2");
  CHECK(auto_with(true, {{"TERM", "xterm-256color"}, {"COLORTERM", "truecolor"}}) == "FORCE_COLOR=3");
  CHECK(auto_with(false, {{"TERM", "xterm"}}).empty());
  CHECK(auto_with(true, {{"TERM", "xterm"}, {"NO_COLOR", "1"}}).empty());
  CHECK(auto_with(true, {{"TERM", "xterm"}, {"NO_COLOR", ""}}) == "FORCE_COLOR=1");  // as no-color.org has it
  CHECK(auto_with(true, {{"TERM", "dumb"}}).empty());
  CHECK(auto_with(true, {}).empty());
}

TEST_CASE("colours can be asked for and forbidden, and a variable of the user's own is not touched", "[ctl]") {
  CHECK(Colored("always", {}) == "FORCE_COLOR=1");
  CHECK(Colored("never", {.is_terminal = true, .environment = {{"TERM", "xterm"}}}) == "NO_COLOR=1");
  CHECK_THROWS_WITH(Colored("sometimes", {}), Contains("--color: 'sometimes' is not one of auto, always, never"));
  v1::RunRequest request;
  (*request.mutable_env())["NO_COLOR"] = "";
  CHECK(Colored("always", {}, request).empty());
}

}  // namespace
}  // namespace runner::ctl
