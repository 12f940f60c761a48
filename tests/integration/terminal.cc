#include "tests/integration/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <map>
#include <system_error>

#include "tests/support/eventually.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

[[noreturn]] void Fail(const char* what, int error_number) {
  throw std::system_error(error_number, std::generic_category(), what);
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Terminal::Terminal(const std::vector<std::string>& argv, const ProcessOptions& options)
    : master_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
  std::array<char, 64> slave{};
  if (!master_ || ::grantpt(master_.get()) != 0 || ::unlockpt(master_.get()) != 0 ||
      ::ptsname_r(master_.get(), slave.data(), slave.size()) != 0) {
    Fail("make a terminal", errno);
  }
  Resize(24, 80);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  // The leader of a session without a terminal gets the one that it opens first.
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, slave.data(), O_RDWR, 0);
  ::posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);

  std::vector<std::string> words = argv;
  std::map<std::string, std::string> variables = options.env;
  variables.insert({{"PATH", "/usr/bin:/bin"}, {"TERM", "dumb"}, {"HISTFILE", "/dev/null"}});
  std::vector<std::string> env;
  for (const auto& [name, value] : variables) env.push_back(name + "=" + value);
  const int error_number =
      ::posix_spawn(&pid_, words.at(0).c_str(), &actions, &attributes, Pointers(words).data(), Pointers(env).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  if (error_number != 0) Fail("start a program in a terminal", error_number);
}

Terminal::~Terminal() {
  Close();
  if (Wait(Slowed(milliseconds(2000))) != -1) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Terminal::Type(const std::string& keys) {
  if (::write(master_.get(), keys.data(), keys.size()) != static_cast<ssize_t>(keys.size())) Fail("type", errno);
}

void Terminal::Resize(unsigned short rows, unsigned short columns) {
  const winsize size{rows, columns, 0, 0};
  if (::ioctl(master_.get(), TIOCSWINSZ, &size) != 0) Fail("resize a terminal", errno);
}

bool Terminal::raw() const {
  termios attributes{};
  if (::tcgetattr(master_.get(), &attributes) != 0) Fail("look at a terminal", errno);
  return (attributes.c_lflag & ICANON) == 0;
}

void Terminal::Kill(int signal) const { ::kill(pid_, signal); }

bool Terminal::Await(const std::string& text, milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  std::size_t at = screen_.find(text, seen_);
  while (at == std::string::npos && Read(deadline)) at = screen_.find(text, seen_);
  if (at == std::string::npos) return false;
  seen_ = at + text.size();
  return true;
}

bool Terminal::Read(steady_clock::time_point deadline) {
  if (!master_) return false;
  for (;;) {
    pollfd watched{master_.get(), POLLIN, 0};
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now()).count();
    const int ready = ::poll(&watched, 1, left > 0 ? static_cast<int>(left) : 0);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    std::array<char, 4096> chunk;
    const ssize_t got = ::read(master_.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;  // EIO: nobody has the other side open any more
    screen_.append(chunk.data(), static_cast<std::size_t>(got));
    return true;
  }
}

int Terminal::Wait(milliseconds timeout) {
  if (ended_) return *ended_;
  const auto deadline = steady_clock::now() + timeout;
  while (Read(deadline)) {
  }
  int status = 0;
  const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
  if (!Eventually(left, [&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; })) return -1;
  ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return *ended_;
}

}  // namespace runner::test
