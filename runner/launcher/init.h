// pid 1 of one sandbox.
#pragma once

#include "runner/launcher/plan.h"

namespace runner::launcher {

// The life of init, entered right after the clone: sets the sandbox up, writes the workspace, starts Node, passes signals
// on, reaps, reports how Node ended, and ends; its end is the end of everything in the sandbox. Everything is reported
// over the control socket, whose closing by the daemon is also the order to end.
[[noreturn]] void RunInit(Plan plan);

}  // namespace runner::launcher
