// The real runnerctl, run as a person would.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/daemon.h"
#include "tests/support/paths.h"
#include "tests/support/process.h"
#include "tests/support/scratch_directory.h"

namespace runner::test {

// A directory of programs.
class Programs : public ScratchDirectory {
 public:
  [[nodiscard]] const std::filesystem::path& directory() const { return path(); }
};

inline std::vector<std::string> Runnerctl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), Binary("runnerctl").string());
  return arguments;
}

inline ProcessOptions With(const Daemon& daemon) { return {.env = {{"RUNNER_ADDRESS", daemon.address()}}}; }

// `runnerctl run ARGUMENTS...` to its end, against the shared daemon.
inline Finished Run(std::vector<std::string> arguments, const std::string& input = "") {
  arguments.insert(arguments.begin(), "run");
  return RunProgram(Runnerctl(std::move(arguments)), input, With(SharedDaemon()));
}

}  // namespace runner::test
