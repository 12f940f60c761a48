#include "runner/ctl/bare_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace runner::ctl {
namespace {

using Clock = std::chrono::steady_clock;

std::chrono::duration<double, std::milli> ToDuration(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

// The child's pid, or -1. `output` becomes its standard output.
pid_t Spawn(const std::vector<std::string>& argv, const std::string& directory, int output) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  std::vector<char*> pointers;
  for (const std::string& argument : argv) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, pointers.front(), &actions, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  return error == 0 ? pid : -1;
}

}  // namespace

std::optional<Timing> TimeProcess(const std::vector<std::string>& argv, const std::string& directory) {
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) return std::nullopt;
  const auto begin = Clock::now();
  const pid_t pid = Spawn(argv, directory, pipe[1]);
  ::close(pipe[1]);
  Timing timing;
  bool first = true;
  std::array<char, 65536> buffer;
  for (ssize_t size = 1; pid > 0 && size != 0;) {
    size = ::read(pipe[0], buffer.data(), buffer.size());
    if (size < 0 && errno != EINTR) break;
    if (size > 0 && first) {
      timing.first_output = Clock::now() - begin;
      first = false;
    }
  }
  ::close(pipe[0]);
  if (pid <= 0) return std::nullopt;
  int status = 0;
  rusage usage{};
  while (::wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  timing.total = Clock::now() - begin;
  timing.cpu = ToDuration(usage.ru_utime) + ToDuration(usage.ru_stime);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return timing;
}

}  // namespace runner::ctl
