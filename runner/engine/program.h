#pragma once

#include <cstdint>
#include <string>

#include "runner/sandbox/run_spec.h"

namespace runner {

// The string block that init hands to execve: argc arguments, then envc "NAME=value", each ended by NUL.
struct ProgramStrings {
  std::string block;
  std::uint32_t argc = 0;
  std::uint32_t envc = 0;
};

// Node's command line and the environment for a run. The environment is built here and nowhere inherited.
[[nodiscard]] ProgramStrings BuildProgram(const RunSpec& spec);

}  // namespace runner
