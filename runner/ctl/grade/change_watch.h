#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace runner::ctl {

// Notices changes of files through inotify. One thread.
class ChangeWatch {
 public:
  // Throws std::system_error.
  ChangeWatch();
  ~ChangeWatch();
  ChangeWatch(const ChangeWatch&) = delete;
  ChangeWatch& operator=(const ChangeWatch&) = delete;

  // Everything below a directory, but hidden directories and node_modules; or the directory that a file is in, as editors
  // replace files. What is not there or cannot be watched is left out. Adding again what is watched does nothing.
  void Add(const std::filesystem::path& path);
  // Changes of a report at this path count for nothing.
  void Ignore(const std::filesystem::path& path);

  enum class Woken { kChanged, kStopped, kNobodyReads };
  // Waits until something has changed and then nothing has for a moment, `stop_fd` is readable, or nobody reads `output_fd`.
  [[nodiscard]] Woken Wait(int stop_fd, int output_fd);

 private:
  void AddDirectory(const std::filesystem::path& directory);
  // Takes what has come; whether any of it counts.
  [[nodiscard]] bool Drain();
  [[nodiscard]] bool Counts(int directory, const std::string& name) const;

  int fd_ = -1;
  std::map<int, std::filesystem::path> directories_;  // without links on the way, as those that are ignored
  std::vector<std::filesystem::path> ignored_;
};

}  // namespace runner::ctl
