#include "runner/ctl/command_line.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <system_error>
#include <utility>

#include "runner/ctl/exit_code.h"
#include "runner/ctl/run_output.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

constexpr const char* kExamples = R"(Examples:
  runnerctl run hello.js                      run a file, as `node hello.js` would
  echo hi | runnerctl run upper.mjs           with standard input
  runnerctl run --time 2s --memory 128M a.ts  with limits of its own
  runnerctl run app/ -- --verbose             a directory, and an argument for the program
  runnerctl grade suite.yaml a.mjs            the cases of a suite, each in a sandbox of its own
  runnerctl doctor                            what this host gives and lacks
  runnerctl info                              what the daemon offers

The daemon is found through --address, RUNNER_ADDRESS, or at unix:/run/runner/runner.sock (root) and
unix:$XDG_RUNTIME_DIR/runner/runner.sock. `runnerctl COMMAND --help` explains each command.)";

std::size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, substituted}));
    }
  }
  return row.back();
}

std::vector<std::string> OptionNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// CLI11's own, with a usage line written by hand.
class HelpFormatter final : public CLI::Formatter {
 public:
  explicit HelpFormatter(const std::string& usage) : usage_("Usage: runnerctl " + usage + "\n") { column_width(28); }

  // CLI11 shows the value that a flag has without one as "{-}".
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    std::string name = CLI::Formatter::make_option_name(option, is_positional);
    const std::size_t brace = name.find('{');
    return brace == std::string::npos ? name : name.substr(0, brace) + "[=FILE]";
  }

  std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override { return usage_; }

 private:
  std::string usage_;
};

}  // namespace

CommandLine::CommandLine() : app_("Runs JavaScript nobody trusts, each program in a sandbox of its own.", "runnerctl") {
  app_.set_version_flag("--version", std::string("runnerctl ") + RUNNER_VERSION, "Print the version and exit");
  app_.set_help_flag("-h,--help", "Print this help and exit");
  app_.footer(kExamples);
  app_.allow_extras();
  app_.formatter(std::make_shared<HelpFormatter>("COMMAND [OPTIONS] ..."));
}

CLI::App& CommandLine::AddCommand(const CommandHelp& help, std::function<int()> execute) {
  CLI::App* command = app_.add_subcommand(help.name, help.description);
  command->formatter(std::make_shared<HelpFormatter>(help.usage));
  command->allow_extras();
  commands_.push_back({.app = command, .execute = std::move(execute)});
  return *command;
}

int CommandLine::Main(int argc, char** argv) {
  const std::vector<std::string> all(argv + std::min(argc, 1), argv + argc);
  const auto dashes = std::find(all.begin(), all.end(), "--");
  std::vector<std::string> before(all.begin(), dashes);
  if (!before.empty() && before.front() == "help") {  // As git and others have it: help, help COMMAND.
    before.front() = "--help";
    if (before.size() > 1) std::swap(before[0], before[1]);
  }
  if (dashes != all.end()) after_dashes_.assign(dashes + 1, all.end());
  // CLI11 would take the next word for the value: with --image="$UNSET" FILE, the FILE.
  const auto valueless = std::find_if(before.begin(), before.end(), [](const std::string& word) {
    return word.starts_with("--") && word.find('=') == word.size() - 1;
  });
  if (valueless != before.end()) return Mistake(app_, "there is no value after " + *valueless);
  std::reverse(before.begin(), before.end());  // CLI11 takes them last first.
  try {
    app_.parse(std::move(before));
    return Dispatch();
  } catch (const CLI::Success& help) {
    return app_.exit(help);
  } catch (const CLI::ParseError& error) {
    const auto used = app_.get_subcommands();
    return Mistake(used.empty() ? app_ : *used.front(), error.what());
  } catch (const UsageError& error) {
    Say(error.what());
    return kExitUsage;
  }
}

int CommandLine::Dispatch() {
  for (const Command& command : commands_) {
    if (!command.app->parsed()) continue;
    const std::vector<std::string> unknown = command.app->remaining();
    if (!unknown.empty()) return Mistake(*command.app, DescribeUnknown(*command.app, unknown.front()));
    return command.execute();
  }
  const std::vector<std::string> unknown = app_.remaining();
  return Mistake(app_, unknown.empty() ? "which command?" : DescribeUnknown(app_, unknown.front()));
}

int CommandLine::Mistake(const CLI::App& app, const std::string& what) const {
  const std::string help = &app == &app_ ? "runnerctl --help" : "runnerctl " + app.get_name() + " --help";
  Say(what + "\nSee `" + help + "`.");
  return kExitUsage;
}

std::string CommandLine::DescribeUnknown(const CLI::App& app, const std::string& given) const {
  if (given.size() > 1 && given.front() == '-') {
    const std::string name = given.substr(0, given.find('='));
    const std::string nearest = Nearest(name, OptionNames(app));
    std::string text = "unknown option " + name;
    if (!nearest.empty()) text += " (did you mean " + nearest + "?)";
    if (app.get_name() == "run") text += "; options of the program come after --";
    return text;
  }
  if (&app != &app_) return "unexpected argument '" + given + "'";
  std::vector<std::string> names;
  for (const Command& command : commands_) names.push_back(command.app->get_name());
  const std::string nearest = Nearest(given, names);
  std::error_code error;
  if (nearest.empty() && std::filesystem::exists(given, error)) {
    return "unknown command '" + given + "' (to run that file: runnerctl run " + given + ")";
  }
  return "unknown command '" + given + "'" + (nearest.empty() ? "" : " (did you mean " + nearest + "?)");
}

std::string Nearest(const std::string& given, const std::vector<std::string>& candidates) {
  std::string nearest;
  std::size_t best = std::max<std::size_t>(given.size() / 3, 1) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = EditDistance(given, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::pair<std::string, std::string> ParseKeyValue(const std::string& option, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw UsageError(option + ": '" + text + "' is not of the form KEY=VALUE");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace runner::ctl
