#include "runner/ctl/child_probe.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <type_traits>

namespace runner::ctl {
namespace {

constexpr int kPatienceMs = 5000;

// The child is a copy of this process: its string literals are at the same addresses.
static_assert(std::is_trivially_copyable_v<ProbeResult>);

}  // namespace

ProbeResult InChild(const std::function<ProbeResult()>& probe) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return Tried("pipe2", -1);
  const pid_t child = ::fork();
  if (child == 0) {
    const ProbeResult result = probe();
    const bool sent = ::write(ends[1], &result, sizeof result) == static_cast<ssize_t>(sizeof result);
    ::_exit(sent ? 0 : 1);
  }
  ProbeResult result = child < 0 ? Tried("fork", -1) : ProbeResult{.error = ECHILD, .step = "the probe died"};
  ::close(ends[1]);
  if (child > 0) {
    pollfd answer = {.fd = ends[0], .events = POLLIN, .revents = 0};
    const int ready = ::poll(&answer, 1, kPatienceMs);
    ProbeResult received;
    if (ready == 0) {
      result = {.error = ETIMEDOUT, .step = "the probe did not end"};
    } else if (::read(ends[0], &received, sizeof received) == static_cast<ssize_t>(sizeof received)) {
      result = received;
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  ::close(ends[0]);
  return result;
}

ProbeResult Tried(const char* step, long returned) {
  return returned < 0 ? ProbeResult{.error = errno, .step = step} : ProbeResult{};
}

std::string Describe(const ProbeResult& result) {
  const char* name = ::strerrorname_np(result.error);
  return std::string(result.step) + ": " + std::system_category().message(result.error) +
         (name == nullptr ? "" : std::string(" (") + name + ")");
}

}  // namespace runner::ctl
