#include "tests/support/daemon.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <utility>

#include "tests/support/eventually.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t kUidsEach = 128;

// Ranges of host uids by our pid and a count: neither the daemons of one test program meet nor those of two side by side.
std::uint32_t NextFirstUid() {
  static std::atomic<std::uint32_t> made{0};
  const std::uint32_t slot = (static_cast<std::uint32_t>(::getpid()) % 8'192) * 1'024 + made++ % 1'024;
  return 400'000 + slot * kUidsEach;
}

fs::path MakeDirectory() {
  std::string name = (fs::temp_directory_path() / "runner-test.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  // The daemon gives up root and must still reach its socket; nobody else needs to list the directory.
  ::chmod(name.c_str(), 0711);
  return name;
}

}  // namespace

bool StartsWarm() {
  const char* const start = std::getenv("RUNNER_TEST_START");
  return start != nullptr && std::string(start) == "warm";
}

std::string UsualWarm() { return StartsWarm() ? "{per_image: 1, max: 4}" : "{max: 0}"; }

Daemon::Daemon(DaemonOptions options)
    : directory_(MakeDirectory()),
      address_("unix:" + (directory_ / "socket").string()),
      first_uid_(NextFirstUid()),
      uid_count_(kUidsEach) {
  WriteConfig(options);
  std::vector<std::string> argv;
  if (!options.cgroup.empty()) {
    argv = {"/bin/sh", "-c", "echo $$ >\"$0/cgroup.procs\" && exec \"$@\"", options.cgroup.string()};
  }
  argv.insert(argv.end(), options.wrapper.begin(), options.wrapper.end());
  argv.push_back(Binary("runnerd").string());
  argv.insert(argv.end(), {"--config", (directory_ / "runnerd.yaml").string()});
  argv.insert(argv.end(), options.arguments.begin(), options.arguments.end());
  process_ = std::make_unique<Process>(argv, ProcessOptions{.env = std::move(options.env), .directory = directory_});
  const std::optional<std::string> line = process_->ReadLine(Slowed(seconds(30)));
  if (!line || !line->starts_with("ready ")) {
    const std::string said = process_->ErrorOutput();
    // Its stdout ends a moment before it does.
    const int code = process_->Wait(Slowed(seconds(2)));
    process_.reset();
    fs::remove_all(directory_);
    throw std::runtime_error("runnerd is not ready (exit code " + std::to_string(code) + "): " + said);
  }
  address_ = line->substr(std::string("ready ").size());
  for (const ProcessInfo& child : DescendantsOf(pid())) {
    if (child.name == "runner-launcher" && child.parent == pid()) launcher_pid_ = child.pid;
  }
}

void Daemon::WriteConfig(const DaemonOptions& options) const {
  std::ofstream file(directory_ / "runnerd.yaml");
  if (!options.listens_elsewhere) file << "listen: [\"" << address_ << "\"]\n";
  // On v2 a daemon cannot share a cgroup with the test. All work under one, so that each can sweep what another left.
  const auto above = CgroupAboveOurs();
  if (options.cgroup.empty() && above) file << "cgroup_parent: " << above->string() << "\n";
  file << "images: " << (options.images.empty() ? ImagesDirectory() : options.images).string() << "\n"
       << "policies: " << (options.policies.empty() ? SourceDirectory() / "policies" : options.policies).string()
       << "\n"
       << "uids: {first: " << first_uid_ << ", count: " << uid_count_ << "}\n"
       << "without: [";
  for (std::size_t i = 0; i < options.without.size(); ++i) file << (i == 0 ? "" : ", ") << options.without[i];
  file << "]\nwarm: " << options.warm << "\n" << options.extra_config;
  // An emulated machine would copy Node for as long as most tests take.
  if (Slowness() > 1) file << "huge_pages: none\n";
}

Daemon::~Daemon() {
  const std::string complaints = End();
  // FAIL_CHECK does not throw, so that a test that is failing already keeps its own reason.
  if (!complaints.empty()) FAIL_CHECK(complaints);
}

std::string Daemon::End() {
  if (std::exchange(ended_, true)) return {};
  std::string complaints;
  if (Wait(milliseconds(0)) == -1) {
    const bool killed = killed_;
    if (!killed) Kill(SIGTERM);
    const int code = Wait(Slowed(seconds(10)));
    if (code == -1) {
      complaints = std::string("runnerd still runs 10 s after ") + (killed ? "SIGKILL" : "SIGTERM") + "\n";
      Kill(SIGKILL);
      (void)Wait(seconds(10));
    } else if (code != 0 && !killed) {
      complaints = "runnerd ended with exit code " + std::to_string(code) + "\n";
    }
  }
  complaints += RemainsAfter(Slowed(seconds(5)));
  if (!complaints.empty()) complaints += "runnerd's log:\n" + log();
  std::error_code error;
  fs::remove_all(directory_, error);
  return complaints;
}

std::vector<pid_t> Daemon::init_pids() const {
  std::vector<pid_t> pids;
  for (const ProcessInfo& info : AllProcesses()) {
    if (info.parent == launcher_pid_ && info.state != 'Z') pids.push_back(info.pid);
  }
  return pids;
}

std::vector<ProcessInfo> Daemon::sandbox_processes() const {
  // The first uid is the daemon's own.
  return ProcessesOfUids(first_uid_ + 1, uid_count_ - 1);
}

std::string Daemon::Remains() const {
  std::string remains;
  for (const ProcessInfo& info : ProcessesOfUids(first_uid_, uid_count_)) {
    if (info.pid != pid()) remains += "process " + std::to_string(info.pid) + " " + info.name + "\n";
  }
  for (const ProcessInfo& info : AllProcesses()) {
    if (info.pid == launcher_pid_ && info.name == "runner-launcher" && info.state != 'Z') remains += "the launcher\n";
  }
  for (const fs::path& path : CgroupsNamed("runnerd-" + std::to_string(pid()) + "-")) {
    remains += "cgroup " + path.string() + "\n";
  }
  for (const std::string& mount : MountsOf(::getpid())) {
    if (mount.starts_with(directory_.string())) remains += "mount " + mount + "\n";
  }
  return remains;
}

std::string Daemon::RemainsAfter(milliseconds timeout) const {
  std::string remains;
  (void)Eventually(timeout, [&] { return (remains = Remains()).empty(); });
  return remains;
}

namespace {
std::unique_ptr<Daemon> shared_daemon;
}  // namespace

Daemon& SharedDaemon() {
  if (!shared_daemon) shared_daemon = std::make_unique<Daemon>();
  return *shared_daemon;
}

std::string EndSharedDaemon() {
  if (!shared_daemon) return {};
  std::string complaints = shared_daemon->End();
  shared_daemon.reset();  // with nothing left to complain about, as it must be outside of a test
  return complaints;
}

}  // namespace runner::test
