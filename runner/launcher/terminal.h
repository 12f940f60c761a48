// The terminal of a run that asked for one.
#pragma once

#include "runner/launcher/plan.h"

namespace runner::launcher {

// A step of init's: opens a terminal of the request's size, puts its slave where the program's pipes would be
// (plan.standard) and passes the master to the daemon, as InitEventType::kTerminal. 0, also for a run without a terminal,
// or -1 with errno.
//
// It is the one terminal of a devpts instance of its own, which is mounted nowhere: no path leads to it or to a ptmx, and
// it goes with the last descriptor of the pair. The host's terminals are not in it.
int OpenTerminal(const Plan& plan);

// Makes the terminal, which is standard input, that of the calling process's session. 0 or -1 with errno.
int TakeTerminal(const Plan& plan);

}  // namespace runner::launcher
