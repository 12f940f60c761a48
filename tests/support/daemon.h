// A real runnerd for tests: started as a process of its own, with real sandboxes, and audited when it ends.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace runner::test {

struct DaemonOptions {
  std::vector<std::string> without;       // layers to switch off
  std::vector<std::string> arguments;     // more command line
  std::string extra_config;               // more YAML for the configuration file
};

// Starts build/bin/runnerd with a private unix socket in a temporary directory and waits for its "ready" line. Ends it
// with SIGTERM in the destructor and fails the test when that takes more than 10 s or the exit code is not 0.
class Daemon {
 public:
  explicit Daemon(DaemonOptions options = {});
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

  [[nodiscard]] const std::string& address() const { return address_; }  // "unix:PATH"
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] pid_t launcher_pid() const;
  // pids of the inits of live sandboxes (children of the launcher).
  [[nodiscard]] std::vector<pid_t> init_pids() const;
  // What it has printed on stderr so far.
  [[nodiscard]] std::string log() const;
  // Resident memory now, in bytes.
  [[nodiscard]] std::size_t resident_bytes() const;
  void Kill(int signal) const;
  // Waits for the end, at most `timeout`; its wait status, or -1.
  int Wait(std::chrono::milliseconds timeout);

 private:
  pid_t pid_ = -1;
  std::string address_;
  std::filesystem::path directory_;
  bool reaped_ = false;
};

// One daemon with default options shared by every test that needs nothing special. Ended at the end of the program,
// followed by the leak audit, whose findings make the program fail.
Daemon& SharedDaemon();

// Everything that a run may leave behind, as counts and names, for comparing before and after: processes below a daemon,
// directories of its cgroup subtrees, mounts, namespaces, descriptors of runnerd and launcher, files in its temp directory.
struct Footprint {
  std::vector<std::string> items;
};
[[nodiscard]] Footprint TakeFootprint(const Daemon& daemon);
// What `after` has and `before` has not, a line each; empty: nothing leaked.
[[nodiscard]] std::string Leaks(const Footprint& before, const Footprint& after);

}  // namespace runner::test
