// A program in a terminal of its own, for what only happens there: Ctrl-C, jobs, the end of the terminal.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "runner/base/unique_fd.h"
#include "tests/support/process.h"

namespace runner::test {

// One thread.
class Terminal {
 public:
  // Starts argv[0], a path, as a terminal emulator starts a shell: as the leader of a session that has the terminal.
  explicit Terminal(const std::vector<std::string>& argv, const ProcessOptions& options = {});
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  // Closes the terminal, and kills what does not end by that.
  ~Terminal();

  // "\x03" is Ctrl-C, "\x04" Ctrl-D.
  void Type(const std::string& keys);
  // Waits until `text` has appeared after what the last call waited for; false when it does not within `timeout`.
  bool Await(const std::string& text, std::chrono::milliseconds timeout);
  // Everything that has appeared so far. What is typed appears too, and lines end in \r\n.
  [[nodiscard]] const std::string& screen() const { return screen_; }
  // The size is 24 rows and 80 columns at first.
  void Resize(unsigned short rows, unsigned short columns);
  // Whether the program has put it into raw mode.
  [[nodiscard]] bool raw() const;
  void Kill(int signal) const;
  // As closing the window does.
  void Close() { master_.reset(); }
  // Waits for the end, as Process::Wait does.
  int Wait(std::chrono::milliseconds timeout);

 private:
  bool Read(std::chrono::steady_clock::time_point deadline);

  UniqueFd master_;
  pid_t pid_ = -1;
  std::optional<int> ended_;
  std::string screen_;
  std::size_t seen_ = 0;  // of screen_, by Await
};

}  // namespace runner::test
