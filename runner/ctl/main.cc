// runnerctl: the command-line client of runnerd. See docs/runnerctl.md.
#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <exception>

#include "runner/ctl/bench_command.h"
#include "runner/ctl/command_line.h"
#include "runner/ctl/doctor_command.h"
#include "runner/ctl/exit_code.h"
#include "runner/ctl/grade/grade_command.h"
#include "runner/ctl/info_command.h"
#include "runner/ctl/run_command.h"
#include "runner/ctl/run_output.h"

namespace {

// A standard stream that the caller has closed would become the number of the next file that is opened, and gRPC opens
// one while its library is loaded: hence before the initializers of any library.
void FillStandardStreams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    // The lowest free number, which is fd.
    if (::open("/dev/null", O_RDWR) < 0) ::_exit(runner::ctl::kExitService);
  }
}

[[gnu::section(".preinit_array"), gnu::used]] void (*const before_libraries)() = FillStandardStreams;

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    runner::ctl::CommandLine line;
    runner::ctl::AddRunCommand(line);
    runner::ctl::AddGradeCommand(line);
    runner::ctl::AddDoctorCommand(line);
    runner::ctl::AddInfoCommand(line);
    runner::ctl::AddBenchCommand(line);
    return line.Main(argc, argv);
  } catch (const std::exception& error) {
    runner::ctl::Say(error.what());
    return runner::ctl::kExitService;
  }
}
