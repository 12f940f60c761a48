#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>

#include "runner/base/error.h"
#include "runner/base/unique_fd.h"
#include "runner/sandbox/limits.h"

namespace runner {

// What every policy's limits and every request's are at least. Node starts with half of this memory and these threads
// (32 MiB and 12, measured; with 8 it aborts); with less than twice that a program's first steps would fail at random.
inline constexpr Limits kMinimumLimits = {.wall_time = std::chrono::milliseconds(1),
                                          .cpu_time = std::chrono::milliseconds(1),
                                          .memory_bytes = 64ULL << 20U,
                                          .output_bytes = 1,
                                          .threads = 24,
                                          .workspace_bytes = 64ULL << 10U};

// What a run may do: limits, network, system calls. Immutable once loaded; only LoadPolicy makes one.
// Thread-safe: everything is const after loading, and the filter is only ever read.
struct Policy {
  enum class Network { kNone, kLoopback };

  std::string name;
  std::string description;
  Limits default_limits;
  Limits maximum_limits;
  FixedLimits fixed;
  Network network = Network::kNone;
  // Whether the program may start Node again. False: the one exec of the set-up is the last.
  bool may_start_node = false;
  // A sealed memfd holding the compiled seccomp program (struct sock_filter[]), made by libseccomp.
  UniqueFd seccomp_program;
};

// Reads one policy file and compiles its filter. An Error's step reads "FILE:LINE: what was expected".
[[nodiscard]] Result<Policy> LoadPolicy(const std::filesystem::path& file);

// Reads every *.yaml of a directory; the key is the policy's name, which must equal the file's stem. At least one.
[[nodiscard]] Result<std::map<std::string, Policy>> LoadPolicies(const std::filesystem::path& directory);

// "ptrace" for 101: the name of a native system call, or "" when libseccomp knows none.
[[nodiscard]] std::string SyscallName(int number);

}  // namespace runner
