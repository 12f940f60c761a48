// How a daemon starts, and what keeps it from starting beyond mistakes in its files.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "runner/base/unique_fd.h"
#include "tests/support/client.h"
#include "tests/support/daemon.h"
#include "tests/support/paths.h"
#include "tests/support/process.h"
#include "tests/support/scratch_directory.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

// Has everything that an image needs, but for a Node that runs.
class BrokenImage : public ScratchDirectory {
 public:
  BrokenImage() {
    fs::permissions(path(), fs::perms(0755));
    const fs::path root = path() / "node-26" / "root";
    for (const char* directory : {"usr/bin", "dev", "etc", "proc", "tmp", "workspace"})
      fs::create_directories(root / directory);
    std::ofstream(root / "usr/bin/node") << "no program";
    fs::permissions(root / "usr/bin/node", fs::perms(0755));
    std::ofstream(path() / "node-26" / "image.json")
        << R"({"name":"node-26","node_version":"26.0.0","tree_hash":"none","packages":[]})";
  }
};

// What a daemon says that does not start with these options.
std::string Refused(const DaemonOptions& options) {
  try {
    const Daemon daemon(options);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  FAIL_CHECK("it has started");
  return {};
}

// Starts runnerd with these limits of open files.
DaemonOptions WithOpenFiles(const std::string& soft, const std::string& hard) {
  DaemonOptions options;
  options.wrapper = {"/bin/sh", "-c", "ulimit -Sn " + soft + " && ulimit -Hn " + hard + " && exec \"$0\" \"$@\""};
  return options;
}

// The line of /proc/PID/limits about open files, its words with one space between them.
std::string OpenFilesOf(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/limits");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("Max open files")) continue;
    std::istringstream words(line);
    std::string words_of_line;
    for (std::string word; words >> word;) words_of_line += (words_of_line.empty() ? "" : " ") + word;
    return words_of_line;
  }
  return {};
}

TEST_CASE("a daemon whose first sandbox does not work refuses to start, and says which step failed") {
  const BrokenImage image;
  DaemonOptions options;
  options.images = image.path();
  const std::string said = Refused(options);
  CHECK_THAT(said, Catch::Contains("exit code 70"));
  CHECK_THAT(said, Catch::Contains("the first sandbox, image node-26 under lesson, does not work"));
  CHECK_THAT(said, Catch::Contains("ENOEXEC"));
}

TEST_CASE("a host that lacks a layer keeps the daemon from starting, until the configuration accepts it by name") {
  DaemonOptions options;
  // -D: runnerd stays the child of the test. --seccomp-bpf: no other call is slowed down.
  options.wrapper = {"/usr/bin/strace",
                     "-D",
                     "-f",
                     "-q",
                     "--seccomp-bpf",
                     "-o",
                     "/dev/null",
                     "-e",
                     "trace=landlock_create_ruleset",
                     "-e",
                     "inject=landlock_create_ruleset:error=ENOSYS"};
  options.env["ASAN_OPTIONS"] = "detect_leaks=0";  // LeakSanitizer would trace it, too
  const std::string said = Refused(options);
  CHECK_THAT(said, Catch::Contains("exit code 70"));
  CHECK_THAT(said, Catch::Contains("(layer landlock)") && Catch::Contains("ENOSYS"));
  CHECK_THAT(said, Catch::Contains("runnerctl doctor") && Catch::Contains("without: [LAYER]"));

  options.without = {"landlock"};
  const Daemon daemon(options);
  Client client(daemon);
  const Outcome outcome = client.Run(Snippet("console.log(1)"));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  for (const std::string& name : outcome.result.protections()) CHECK(name != "landlock");
}

TEST_CASE("the daemon takes all the open files it may have, for itself and for what it starts") {
  const Daemon daemon(WithOpenFiles("256", "4096"));
  CHECK(OpenFilesOf(daemon.pid()) == "Max open files 4096 4096 files");
  CHECK(OpenFilesOf(daemon.launcher_pid()) == "Max open files 4096 4096 files");
}

TEST_CASE("a limit of open files that cannot carry all runs keeps the daemon from starting", "[cold]") {
  DaemonOptions options = WithOpenFiles("1100", "1100");
  options.extra_config = "max_running: 64\n";
  const std::string said = Refused(options);
  CHECK_THAT(said, Catch::Contains("exit code 78"));
  CHECK_THAT(said, Catch::Contains("64 runs at one time and 0 warm sandboxes take") &&
                       Catch::Contains("may have 1100") && Catch::Contains("LimitNOFILE") &&
                       Catch::Contains("max_running"));
  options.extra_config = "max_running: 8\n";
  const Daemon daemon(options);
}

TEST_CASE("a limit of open files below what a policy gives to a run keeps the daemon from starting") {
  const std::string said = Refused(WithOpenFiles("1000", "1000"));
  CHECK_THAT(said, Catch::Contains("exit code 78"));
  CHECK_THAT(said,
             Catch::Contains("the policy cluster gives a run 1024 open files") && Catch::Contains("may have 1000"));
}

TEST_CASE("a service manager hears when the daemon is ready and when it stops") {
  const ScratchDirectory directory;
  ::chmod(directory.path().c_str(), 0711);
  const bool abstract = GENERATE(false, true);
  const std::string path = abstract ? "@runner-test-" + std::to_string(::getpid()) : (directory / "notify").string();
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  if (abstract) address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
  if (!abstract) ::chmod(path.c_str(), 0777);  // the daemon has given up root by then
  const auto heard = [&socket] {
    std::array<char, 64> bytes{};
    const ssize_t got = ::recv(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    return std::string(bytes.data(), got < 0 ? 0 : static_cast<std::size_t>(got));
  };
  {
    DaemonOptions options;
    options.env["NOTIFY_SOCKET"] = path;
    Daemon daemon(options);
    Client client(daemon);
    CHECK(client.Run(Snippet("console.log(1)")).out == "1\n");
    CHECK(heard() == "READY=1");
    CHECK(daemon.End() == "");
    CHECK(heard() == "STOPPING=1");
    CHECK(heard().empty());
  }
}

TEST_CASE("the mode and the group of a unix socket say who may connect") {
  DaemonOptions options;
  options.extra_config = "socket_mode: 0660\nsocket_group: 54321\n";
  const Daemon daemon(options);
  struct stat status {};
  REQUIRE(::stat(daemon.address().substr(std::string("unix:").size()).c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0660);
  CHECK(status.st_uid == daemon.first_uid());
  CHECK(status.st_gid == 54321);
  const auto info_as = [&daemon](const std::string& group) {
    return RunProgram({"/usr/bin/setpriv", "--reuid=65534", "--regid=" + group, "--clear-groups",
                       Binary("runnerctl").string(), "info", "--address", daemon.address()});
  };
  const Finished member = info_as("54321");
  INFO(member.err);
  CHECK(member.exit_code == 0);
  CHECK(info_as("65534").exit_code == 69);
}

}  // namespace
}  // namespace runner::test
