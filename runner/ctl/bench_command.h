#pragma once

#include "runner/ctl/command_line.h"

namespace runner::ctl {

// Adds `runnerctl bench`. `line` outlives its own Main.
void AddBenchCommand(CommandLine& line);

}  // namespace runner::ctl
