#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "runner/ctl/cancel_signals.h"
#include "runner/ctl/exit_code.h"
#include "runner/ctl/grade/change_watch.h"
#include "runner/ctl/grade/grade_session.h"
#include "runner/ctl/run_output.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

constexpr const char* kClearScreen = "\x1b[H\x1b[2J";

// Waits for a change. 0, or the exit code where something else came first.
int AwaitChange(ChangeWatch& watch) {
  const int stop = ::eventfd(0, EFD_CLOEXEC);
  if (stop < 0) throw std::system_error(errno, std::system_category(), "eventfd");
  int exit_code = 0;
  {
    const CancelSignals signals([stop](int /*signal*/) { (void)::eventfd_write(stop, 1); }, [] {});
    const auto woken = watch.Wait(stop, STDOUT_FILENO);
    if (woken == ChangeWatch::Woken::kStopped) {
      exit_code = 128 + (signals.received() == 0 ? SIGINT : signals.received());
    }
    if (woken == ChangeWatch::Woken::kNobodyReads) exit_code = kExitBrokenPipe;
  }
  ::close(stop);
  return exit_code;
}

}  // namespace

int GradeOnChange(const GradeOptions& options, const std::shared_ptr<grpc::Channel>& channel, const Address& address) {
  ChangeWatch watch;
  const bool on_terminal = ::isatty(STDOUT_FILENO) == 1;
  for (const ReportOption& report : ReportsToFiles(options)) watch.Ignore(report.path);
  while (true) {
    // Before anything is read, so that no change is missed.
    watch.Add(options.suite);
    watch.Add(options.submission);
    if (on_terminal) (void)WriteAll(STDOUT_FILENO, kClearScreen);
    try {
      const Graded graded = Grade(options, channel, address);
      if (graded.signal != 0) return 128 + graded.signal;
      if (graded.exit_code == kExitBrokenPipe) return kExitBrokenPipe;
      for (const auto& file : graded.files) watch.Add(file);
    } catch (const UsageError& error) {
      Say(error.what());
    }
    if (!options.quiet) Say("watching for changes; Ctrl-C ends it");
    const int exit_code = AwaitChange(watch);
    if (exit_code != 0) return exit_code;
  }
}

}  // namespace runner::ctl
