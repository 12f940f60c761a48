#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "runner/ctl/cancel_signals.h"
#include "runner/ctl/grade/change_watch.h"
#include "runner/ctl/grade/grade_session.h"
#include "runner/ctl/run_output.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

constexpr const char* kClearScreen = "\x1b[H\x1b[2J";

// Waits for a change; the signal that ended the waiting, or 0.
int AwaitChange(ChangeWatch& watch) {
  const int stop = ::eventfd(0, EFD_CLOEXEC);
  if (stop < 0) throw std::system_error(errno, std::system_category(), "eventfd");
  int signal = 0;
  {
    const CancelSignals signals([stop] { (void)::eventfd_write(stop, 1); }, [] {});
    if (!watch.Wait(stop)) signal = signals.received() == 0 ? SIGINT : signals.received();
  }
  ::close(stop);
  return signal;
}

}  // namespace

int GradeOnChange(const GradeOptions& options, const std::shared_ptr<grpc::Channel>& channel, const Address& address) {
  ChangeWatch watch;
  const bool on_terminal = ::isatty(STDOUT_FILENO) == 1;
  for (const std::string& report : {options.junit, options.tap, options.gradescope, options.markdown}) {
    if (!report.empty()) watch.Ignore(std::filesystem::absolute(report).lexically_normal());
  }
  while (true) {
    // Before anything is read, so that no change is missed.
    watch.Add(options.suite);
    watch.Add(options.submission);
    if (on_terminal) (void)WriteAll(STDOUT_FILENO, kClearScreen);
    try {
      const Graded graded = Grade(options, channel, address);
      if (graded.signal != 0) return 128 + graded.signal;
      for (const auto& file : graded.files) watch.Add(file);
    } catch (const UsageError& error) {
      Say(error.what());
    }
    if (!options.quiet) Say("watching for changes; Ctrl-C ends it");
    const int signal = AwaitChange(watch);
    if (signal != 0) return 128 + signal;
  }
}

}  // namespace runner::ctl
