#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace runner::ctl {

struct CommandHelp {
  std::string name;
  std::string usage;  // What follows "runnerctl ": "run [OPTIONS] FILE".
  std::string description;
};

// The command line `runnerctl COMMAND [OPTIONS] ... [-- ARG...]`: commands register themselves, Main parses, explains
// mistakes and runs the one that was named.
class CommandLine {
 public:
  CommandLine();

  // A new command. The caller adds its options to what is returned; `execute` runs it and returns the exit code, or
  // throws UsageError.
  CLI::App& AddCommand(const CommandHelp& help, std::function<int()> execute);

  // What followed the first "--". Filled before a command executes.
  [[nodiscard]] const std::vector<std::string>& after_dashes() const { return after_dashes_; }

  // Returns the process's exit code. Help goes to stdout; mistakes go to stderr with a hint, and give kExitUsage.
  int Main(int argc, char** argv);

 private:
  struct Command {
    CLI::App* app;
    std::function<int()> execute;
  };

  int Dispatch();
  int Mistake(const CLI::App& app, const std::string& what) const;
  // The unknown option or word in `given`, with the nearest known one if there is one near.
  std::string DescribeUnknown(const CLI::App& app, const std::string& given) const;

  CLI::App app_;
  std::vector<Command> commands_;
  std::vector<std::string> after_dashes_;
};

// The one of `candidates` that `given` is most likely a slip of; empty when none is near.
[[nodiscard]] std::string Nearest(const std::string& given, const std::vector<std::string>& candidates);

// Splits "KEY=VALUE" at the first '='. Throws UsageError naming `option` when there is none or the key is empty.
[[nodiscard]] std::pair<std::string, std::string> ParseKeyValue(const std::string& option, const std::string& text);

}  // namespace runner::ctl
