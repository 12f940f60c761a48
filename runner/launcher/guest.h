// The process that becomes Node.
#pragma once

#include <sys/types.h>

#include "runner/launcher/plan.h"
#include "runner/launcher/workspace.h"

namespace runner::launcher {

struct Guest {
  Step failed = Step::kNone;
  int error_number = 0;
  pid_t pid = -1;
  int listener = -1;  // of the seccomp filter's notifications; -1 without the layer
};

// Forks the process, which limits itself and executes Node, and waits until the exec has succeeded or a step has failed.
Guest StartGuest(const Plan& plan, const Program& program);

}  // namespace runner::launcher
