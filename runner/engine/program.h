#pragma once

#include <cstdint>
#include <string>

#include "runner/sandbox/image.h"
#include "runner/sandbox/run_spec.h"

namespace runner {

// The string block that init hands to execve: argc arguments, then envc "NAME=value", each ended by NUL.
struct ProgramStrings {
  std::string block;
  std::uint32_t argc = 0;
  std::uint32_t envc = 0;
};

// Whether a file of the workspace is TypeScript by its name.
[[nodiscard]] bool HasTypescript(const RunSpec& spec);

// Node's command line and the environment for a run. The environment is built here and nowhere inherited.
[[nodiscard]] ProgramStrings BuildProgram(const RunSpec& spec, const Image& image);

// The same in two parts: the command line and environment of a Node that is started without a program, and what it is
// given later, which is the entry's path, the arguments and the environment of a run, after what is to be required first.
[[nodiscard]] ProgramStrings BuildParkedNode(std::uint64_t heap_mib);
[[nodiscard]] ProgramStrings BuildHandOver(const RunSpec& spec);

// Of --max-old-space-size: part of what a parked Node has to fit a run in.
[[nodiscard]] std::uint64_t HeapMib(std::uint64_t memory_bytes);

// Whether a Node that was started ahead does for this run. False for variables that Node or its libraries read once, while
// they start, and for test files, which take options of Node's.
[[nodiscard]] bool CanBeHandedOver(const RunSpec& spec);

}  // namespace runner
