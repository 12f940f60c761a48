// runnerctl: the command-line client of runnerd. See docs/runnerctl.md.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <exception>

#include "runner/ctl/command_line.h"
#include "runner/ctl/doctor_command.h"
#include "runner/ctl/exit_code.h"
#include "runner/ctl/info_command.h"
#include "runner/ctl/run_command.h"
#include "runner/ctl/run_output.h"

namespace {

// A standard stream that the caller has closed would otherwise become the next socket's number.
void FillStandardStreams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;  // NOLINT(cppcoreguidelines-pro-type-vararg)
    if (::open("/dev/null", O_RDWR) < 0)
      ::_exit(runner::ctl::kExitService);  // NOLINT: lowest free number, which is fd.
  }
}

}  // namespace

int main(int argc, char** argv) {
  FillStandardStreams();
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(bugprone-unused-return-value,cert-err33-c): cannot fail for SIGPIPE.
  try {
    runner::ctl::CommandLine line;
    runner::ctl::AddRunCommand(line);
    runner::ctl::AddDoctorCommand(line);
    runner::ctl::AddInfoCommand(line);
    return line.Main(argc, argv);
  } catch (const std::exception& error) {
    runner::ctl::Say(error.what());
    return runner::ctl::kExitService;
  }
}
