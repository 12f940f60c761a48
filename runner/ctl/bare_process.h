#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace runner::ctl {

// How long something took until its first output and until its end, and the CPU time it used.
struct Timing {
  std::chrono::duration<double, std::milli> first_output{};
  std::chrono::duration<double, std::milli> total{};
  std::chrono::duration<double, std::milli> cpu{};
};

// Starts `argv` with standard input and error on /dev/null, reads its output to the end and waits for it. `directory` is its
// working directory. Nothing when it cannot be started or does not exit with 0. Any thread.
[[nodiscard]] std::optional<Timing> TimeProcess(const std::vector<std::string>& argv, const std::string& directory);

}  // namespace runner::ctl
