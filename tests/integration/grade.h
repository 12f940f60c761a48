// runnerctl grade, as a person or a CI runs it.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "tests/integration/runnerctl.h"

namespace runner::test {

inline std::string FileContent(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline std::vector<std::string> GradeCommand(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "grade");
  return Runnerctl(std::move(arguments));
}

// `runnerctl grade ARGUMENTS...` to its end, against the shared daemon.
inline Finished GradeWith(std::vector<std::string> arguments, ProcessOptions options = With(SharedDaemon())) {
  return RunProgram(GradeCommand(std::move(arguments)), "", std::move(options));
}

// The daemon, with no variable of a CI that this test runs under.
inline ProcessOptions OutsideOfCi(const Daemon& daemon) {
  ProcessOptions options = With(daemon);
  options.env["GITHUB_ACTIONS"] = "";
  return options;
}

// A suite and a submission in a directory of their own.
class Exercise : public Programs {
 public:
  explicit Exercise(const std::string& suite, const std::string& program = "") {
    suite_ = Add("suite/suite.yaml", suite);
    submission_ = Add("submission/main.mjs", program);
  }
  [[nodiscard]] const std::string& suite() const { return suite_; }
  [[nodiscard]] const std::string& submission() const { return submission_; }
  [[nodiscard]] std::string Path(const std::string& name) const { return (directory() / name).string(); }

  // `runnerctl grade SUITE SUBMISSION ARGUMENTS...`
  [[nodiscard]] Finished Grade(std::vector<std::string> arguments = {}) const {
    return GradeWith(Command(std::move(arguments)), OutsideOfCi(SharedDaemon()));
  }
  [[nodiscard]] std::vector<std::string> Command(std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), {suite_, submission_});
    return arguments;
  }

 private:
  std::string suite_;
  std::string submission_;
};

}  // namespace runner::test
