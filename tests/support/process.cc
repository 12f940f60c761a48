#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "tests/support/paths.h"

namespace runner::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

[[noreturn]] void Fail(const std::string& what, int error_number) {
  throw std::runtime_error(what + ": " + std::strerror(error_number));
}

struct Pipe {
  UniqueFd read;
  UniqueFd write;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) Fail("make a pipe", errno);
    read = UniqueFd(ends[0]);
    write = UniqueFd(ends[1]);
  }
};

std::vector<std::string> Environment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> strings;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text(*variable);
    if (!added.contains(std::string(text.substr(0, text.find('='))))) strings.emplace_back(text);
  }
  for (const auto& [name, value] : added) strings.push_back(name + "=" + value);
  return strings;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

int MillisecondsUntil(steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
}

// posix_spawn, because the test has threads (gRPC's) and a fork could only exec. The child's signals are as a shell's
// child has them, whatever the test has blocked or ignored.
pid_t Spawn(std::vector<std::string> argv, const ProcessOptions& options, std::array<int, 3> streams) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  for (int i = 0; i < 3; ++i) ::posix_spawn_file_actions_adddup2(&actions, streams[static_cast<std::size_t>(i)], i);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  if (!options.directory.empty()) ::posix_spawn_file_actions_addchdir_np(&actions, options.directory.c_str());
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  // A group of its own, as a shell gives each of its jobs.
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

  std::vector<std::string> env = Environment(options.env);
  pid_t pid = -1;
  const int error_number =
      ::posix_spawn(&pid, argv.at(0).c_str(), &actions, &attributes, Pointers(argv).data(), Pointers(env).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (error_number != 0) Fail("start " + argv[0], error_number);
  return pid;
}

}  // namespace

Process::Process(const std::vector<std::string>& argv, const ProcessOptions& options) {
  UniqueFd child_stdin;
  if (options.pipe_stdin) {
    Pipe pipe;
    child_stdin = std::move(pipe.read);
    stdin_ = std::move(pipe.write);
  } else {
    child_stdin = UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  }
  Pipe output;
  stdout_ = std::move(output.read);
  stderr_ = UniqueFd(::memfd_create("stderr", MFD_CLOEXEC));
  // Opened again, so that the child writes at the end of it and has no offset in common with our reads.
  const std::string again = "/proc/self/fd/" + std::to_string(stderr_.get());
  const UniqueFd child_stderr(::open(again.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  pid_ = Spawn(argv, options, {child_stdin.get(), output.write.get(), child_stderr.get()});
  pidfd_ = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (!pidfd_) Fail("open the child's pidfd", errno);
}

Process::~Process() {
  if (ended_) return;
  Kill(SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
}

void Process::Kill(int signal) const {
  // By pidfd: after the end the number may belong to somebody else.
  ::syscall(SYS_pidfd_send_signal, pidfd_.get(), signal, nullptr, 0);
}

void Process::WriteStdin(const std::string& bytes) {
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t written = ::write(stdin_.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return;  // the child closed it; its exit code says the rest
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

bool Process::Fill(steady_clock::time_point deadline) {
  for (;;) {
    pollfd watched{stdout_.get(), POLLIN, 0};
    const int ready = ::poll(&watched, 1, MillisecondsUntil(deadline));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    std::array<char, 65536> chunk;
    const ssize_t got = ::read(stdout_.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    buffered_.append(chunk.data(), static_cast<std::size_t>(got));
    return true;
  }
}

std::optional<std::string> Process::ReadLine(milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  for (;;) {
    if (const std::size_t end = buffered_.find('\n'); end != std::string::npos) {
      std::string line = buffered_.substr(0, end);
      buffered_.erase(0, end + 1);
      return line;
    }
    if (!Fill(deadline)) return std::nullopt;
  }
}

std::string Process::ReadAll(milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  while (Fill(deadline)) {
  }
  return std::exchange(buffered_, {});
}

std::string Process::ErrorOutput() const {
  struct stat status {};
  if (::fstat(stderr_.get(), &status) != 0) return {};
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  const ssize_t got = ::pread(stderr_.get(), text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return text;
}

int Process::Wait(milliseconds timeout) {
  if (ended_) return *ended_;
  const auto deadline = steady_clock::now() + timeout;
  for (;;) {
    siginfo_t info{};
    if (::waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED | WNOHANG) == 0 && info.si_pid != 0) {
      ended_ = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
      return *ended_;
    }
    const int left = MillisecondsUntil(deadline);
    if (left == 0) return -1;
    pollfd watched{pidfd_.get(), POLLIN, 0};
    ::poll(&watched, 1, left);
  }
}

Finished RunProgram(const std::vector<std::string>& argv, const std::string& input, ProcessOptions options) {
  options.pipe_stdin = true;
  Process process(argv, options);
  // The reader and the writer at once: a program that echoes more than a pipe holds would wait for either.
  std::thread writer([&process, &input] {
    process.WriteStdin(input);
    process.CloseStdin();
  });
  Finished finished;
  const milliseconds patience = Slowed(std::chrono::seconds(60));
  finished.out = process.ReadAll(patience);
  finished.exit_code = process.Wait(patience);
  if (finished.exit_code == -1) process.Kill(SIGKILL);
  writer.join();
  finished.err = process.ErrorOutput();
  return finished;
}

}  // namespace runner::test
