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

namespace runner::test {

// A directory of programs, removed with it.
class Programs {
 public:
  Programs() {
    std::string name = (std::filesystem::temp_directory_path() / "runner-programs.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    directory_ = name;
  }
  Programs(const Programs&) = delete;
  Programs& operator=(const Programs&) = delete;
  ~Programs() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  // The path of a file with these contents.
  std::string Add(const std::string& name, const std::string& content) {
    const std::filesystem::path path = directory_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  std::filesystem::path directory_;
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
