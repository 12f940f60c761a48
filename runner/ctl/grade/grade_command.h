#pragma once

#include "runner/ctl/command_line.h"

namespace runner::ctl {

// Adds `runnerctl grade`. `line` outlives its own Main.
void AddGradeCommand(CommandLine& line);

}  // namespace runner::ctl
