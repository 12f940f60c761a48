// A child process with its three streams in the test's hands.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runner/base/unique_fd.h"

namespace runner::test {

struct ProcessOptions {
  std::map<std::string, std::string> env{};  // added to a copy of the test's own
  std::filesystem::path directory{};         // to start in; empty: the test's own
  bool pipe_stdin = false;                   // false: stdin is /dev/null
};

// One thread. stdout is a pipe that somebody must read; stderr goes to memory, so that it never makes the child wait.
class Process {
 public:
  // Starts argv[0], which must be a path. Throws std::runtime_error when that fails.
  explicit Process(const std::vector<std::string>& argv, const ProcessOptions& options = {});
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  // Kills the child if it still runs.
  ~Process();

  [[nodiscard]] pid_t pid() const { return pid_; }
  void Kill(int signal) const;

  void WriteStdin(const std::string& bytes);
  void CloseStdin() { stdin_.reset(); }

  // The next line of stdout, without its end; nothing at the end of the stream or after `timeout`.
  std::optional<std::string> ReadLine(std::chrono::milliseconds timeout);
  // Everything on stdout until its end or `timeout`, lines already taken excluded.
  std::string ReadAll(std::chrono::milliseconds timeout);
  // Closes our end of stdout, as `| head` does.
  void CloseStdout() { stdout_.reset(); }
  // What has come on stderr so far.
  [[nodiscard]] std::string ErrorOutput() const;

  // Waits for the end, at most `timeout`: 0-255 as exit code, 128 + signal when a signal ended it, -1 when it still runs.
  int Wait(std::chrono::milliseconds timeout);

 private:
  // False at the end of the stream or at `deadline`.
  bool Fill(std::chrono::steady_clock::time_point deadline);

  pid_t pid_ = -1;
  UniqueFd pidfd_;
  UniqueFd stdin_;
  UniqueFd stdout_;
  UniqueFd stderr_;
  std::string buffered_;
  std::optional<int> ended_;
};

// What came of a program that was run to its end.
struct Finished {
  int exit_code = -1;  // as Process::Wait
  std::string out;
  std::string err;
};

// Runs to the end with `input` on stdin, a pipe.
[[nodiscard]] Finished RunProgram(const std::vector<std::string>& argv, const std::string& input = "",
                                  ProcessOptions options = {});

}  // namespace runner::test
