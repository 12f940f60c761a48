#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "runner/ctl/command_line.h"
#include "runner/ctl/run_command.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

int Run(CommandLine& line, std::vector<std::string> words) {
  words.insert(words.begin(), "runnerctl");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  return line.Main(static_cast<int>(arguments.size()), arguments.data());
}

TEST_CASE("a command runs with its options, and what follows -- is left alone", "[ctl]") {
  CommandLine line;
  std::string option;
  std::vector<std::string> repeated;
  std::vector<std::string> rest;
  CLI::App& command = line.AddCommand({.name = "do", .usage = "do", .description = ""}, [&] {
    rest = line.after_dashes();
    return 7;
  });
  command.add_option("--option", option);
  command.add_option("--env", repeated)->allow_extra_args(false);
  CHECK(Run(line, {"do", "--env", "A=[1,2]", "--option=x", "--env", "B=", "--", "-v", "--option", "", "--"}) == 7);
  CHECK(option == "x");
  CHECK(repeated == std::vector<std::string>{"A=[1,2]", "B="});
  CHECK(rest == std::vector<std::string>{"-v", "--option", "", "--"});
}

TEST_CASE("mistakes on the command line exit with 64", "[ctl]") {
  CommandLine line;
  line.AddCommand({.name = "do", .usage = "do", .description = ""}, [] { return 0; });
  line.AddCommand({.name = "fail", .usage = "fail", .description = ""}, []() -> int { throw UsageError("no"); });
  CHECK(Run(line, {}) == 64);
  CHECK(Run(line, {"od"}) == 64);
  CHECK(Run(line, {"do", "--nope"}) == 64);
  CHECK(Run(line, {"do", "nope"}) == 64);
  CHECK(Run(line, {"fail"}) == 64);
}

TEST_CASE("an option with an empty value does not take the next word for it", "[ctl]") {
  CommandLine line;
  std::string option;
  std::string file;
  CLI::App& command = line.AddCommand({.name = "do", .usage = "do", .description = ""}, [] { return 0; });
  command.add_option("--option", option);
  command.add_option("file", file);
  CHECK(Run(line, {"do", "--option=", "FILE"}) == 64);
  CHECK(Run(line, {"do", "--option", "", "FILE"}) == 0);
  CHECK(option.empty());
  CHECK(file == "FILE");
  CHECK(Run(line, {"do", "--option=a=", "FILE"}) == 0);
  CHECK(option == "a=");
}

TEST_CASE("help is a command too", "[ctl]") {
  CommandLine line;
  line.AddCommand({.name = "do", .usage = "do", .description = ""}, [] { return 1; });
  CHECK(Run(line, {"help"}) == 0);
  CHECK(Run(line, {"help", "do"}) == 0);
}

TEST_CASE("a slip is told the nearest name, nonsense is not", "[ctl]") {
  const std::vector<std::string> names = {"--time", "--cpu-time", "--memory", "--env"};
  CHECK(Nearest("--tme", names) == "--time");
  CHECK(Nearest("--memroy", names) == "--memory");
  CHECK(Nearest("--cputime", names) == "--cpu-time");
  CHECK(Nearest("--frobnicate", names).empty());
}

TEST_CASE("options become the request, and what is not given stays unset", "[ctl]") {
  RunOptions options;
  options.time = "1.5s";
  options.memory = "128M";
  options.env = {"A=b=c", "EMPTY="};
  options.args = {"x"};
  const v1::RunRequest request = ToRequest(options);
  CHECK(request.limits().wall_time().seconds() == 1);
  CHECK(request.limits().wall_time().nanos() == 500'000'000);
  CHECK(request.limits().memory_bytes() == 134'217'728);
  CHECK_FALSE(request.limits().has_cpu_time());
  CHECK_FALSE(request.limits().has_output_bytes());
  CHECK(request.env().at("A") == "b=c");
  CHECK(request.env().at("EMPTY").empty());
  CHECK(request.args(0) == "x");
  options.env = {"NOVALUE"};
  CHECK_THROWS_WITH(ToRequest(options), "--env: 'NOVALUE' is not of the form KEY=VALUE");
  options.env = {};
  options.threads = "-1";
  CHECK_THROWS_AS(ToRequest(options), UsageError);
}

}  // namespace
}  // namespace runner::ctl
