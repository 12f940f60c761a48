// What init receives before the program starts: the files of the workspace and the program's strings.
#pragma once

#include <cstdint>

#include "runner/launcher/protocol.h"

namespace runner::launcher {

// argv and envp for execve, pointing into `strings`.
struct Program {
  char strings[kMaxStrings];
  std::uint32_t used;
  char* pointers[kMaxStringCount + 2];  // argv, NULL, envp, NULL
  char** argv;
  char** envp;
  int workspace;  // O_PATH; for a run that collects, else -1
  std::uint32_t argc;
  std::uint32_t envc;
  bool park;  // ended by kPark: what these strings start is a Node without a program
};

// Reads messages until kGo or kPark; may be called again after kPark. Runs without any privilege, in the sandbox, as the run's uid: what it writes belongs to the
// run and is charged to the run's memory. kNone, or the failed step with errno.
Step ReceiveWorkspace(int control, Program& program);

}  // namespace runner::launcher
