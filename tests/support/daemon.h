// A real runnerd for tests: started as a process of its own, with real sandboxes, and audited when it ends.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/proc.h"
#include "tests/support/process.h"

namespace runner::test {

// With RUNNER_TEST_START=warm in the environment the suite's runs get warm sandboxes wherever a test does not say otherwise. Without it
// there are none: most tests count what runs.
[[nodiscard]] bool StartsWarm();
[[nodiscard]] std::string UsualWarm();

struct DaemonOptions {
  std::vector<std::string> without{};        // layers to switch off
  std::vector<std::string> arguments{};      // more command line
  std::string warm = UsualWarm();            // its `warm`
  std::string extra_config{};                // more YAML for the configuration file: "max_running: 1\n"
  std::filesystem::path images{};            // empty: ImagesDirectory()
  std::filesystem::path policies{};          // empty: policies/ of the checkout
  std::map<std::string, std::string> env{};  // more environment
  bool listens_elsewhere = false;            // `arguments` say where; address() is what "ready" names
  std::filesystem::path cgroup{};            // cgroup v2: the directory to be started in, and to work under
  std::vector<std::string> wrapper{};        // a program, by path, that starts runnerd: {"/usr/bin/strace", "-o", ...}
};

// Starts runnerd with a private unix socket in a temporary directory and host uids that no other test's daemon has, and
// waits for its "ready" line; throws std::runtime_error with what the daemon said when that does not come.
//
// The destructor ends it with SIGTERM, if nothing has ended it yet, and fails the test when that takes more than 10 s,
// when the exit code is not 0, or when anything is left of it afterwards. One thread, except where noted.
class Daemon {
 public:
  explicit Daemon(DaemonOptions options = {});
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

  // These may be called from any thread.
  [[nodiscard]] const std::string& address() const { return address_; }  // "unix:PATH"
  [[nodiscard]] pid_t pid() const { return process_->pid(); }
  [[nodiscard]] pid_t launcher_pid() const { return launcher_pid_; }
  [[nodiscard]] std::uint32_t first_uid() const { return first_uid_; }
  [[nodiscard]] std::uint32_t uid_count() const { return uid_count_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  // pids of the inits of live sandboxes (children of the launcher).
  [[nodiscard]] std::vector<pid_t> init_pids() const;
  // Live processes with one of the uids that its runs have: what runs inside sandboxes, whoever their parent is.
  [[nodiscard]] std::vector<ProcessInfo> sandbox_processes() const;
  // What it has printed on stderr so far.
  [[nodiscard]] std::string log() const { return process_->ErrorOutput(); }
  // Resident memory now, and the highest it ever was, in bytes.
  [[nodiscard]] std::size_t resident_bytes() const { return StatusBytes(pid(), "VmRSS"); }
  [[nodiscard]] std::size_t resident_peak_bytes() const { return StatusBytes(pid(), "VmHWM"); }
  // After SIGKILL its end is what the test wants, however long it takes.
  void Kill(int signal) {
    killed_ = killed_ || signal == SIGKILL;
    process_->Kill(signal);
  }

  // Waits for the end, at most `timeout`; its exit code, 128 + signal, or -1 when it still runs.
  int Wait(std::chrono::milliseconds timeout) { return process_->Wait(timeout); }
  // What the destructor does, with its complaints as lines; empty: a clean end. Later calls find nothing to do.
  [[nodiscard]] std::string End();
  // For a test that ends the daemon in a way of its own: what is left of it, a line each.
  [[nodiscard]] std::string Remains() const;
  // Remains(), given `timeout` to go away.
  [[nodiscard]] std::string RemainsAfter(std::chrono::milliseconds timeout) const;

 private:
  void WriteConfig(const DaemonOptions& options) const;

  std::filesystem::path directory_;
  std::string address_;
  std::uint32_t first_uid_ = 0;
  std::uint32_t uid_count_ = 128;
  std::unique_ptr<Process> process_;
  pid_t launcher_pid_ = -1;
  bool killed_ = false;
  bool ended_ = false;
};

// One daemon with default options shared by every test that needs nothing special. First call from the main thread.
Daemon& SharedDaemon();
// Ends the shared daemon, if there is one; its complaints. For main().
[[nodiscard]] std::string EndSharedDaemon();

// Everything that runs may leave behind in a living daemon, as lines: processes below it or with its uids, directories of
// its cgroup subtrees, mounts of its and the launcher's namespace, descriptors of both, files in its directory.
struct Footprint {
  std::vector<std::string> items;
};
[[nodiscard]] Footprint TakeFootprint(const Daemon& daemon);
// What `after` has and `before` has not, a line each; empty: nothing leaked.
[[nodiscard]] std::string Leaks(const Footprint& before, const Footprint& after);
// Leaks between `before` and now, given `timeout` to go away: a client's connection ends some time after the client.
[[nodiscard]] std::string LeaksAfter(const Footprint& before, const Daemon& daemon, std::chrono::milliseconds timeout);

}  // namespace runner::test
