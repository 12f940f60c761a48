#pragma once

#include <chrono>
#include <cstdint>

namespace runner {

// Upper bounds on one run. Plain values; every field has its unit in its name or type.
struct Limits {
  std::chrono::milliseconds wall_time{};  // elapsed time of the program
  std::chrono::milliseconds cpu_time{};   // user + system, all threads and processes
  std::uint64_t memory_bytes = 0;         // the memory cgroup's limit; no swap
  std::uint64_t output_bytes = 0;         // of stdout, and separately of stderr
  std::uint32_t threads = 0;              // threads and processes at one time, Node's own included, init not
  std::uint64_t workspace_bytes = 0;      // size of the workspace tmpfs
};

// Bounds that a policy sets and a request cannot change.
struct FixedLimits {
  std::uint32_t cpu_millicores = 1000;  // cgroup CPU bandwidth: 1000 = one core
  std::uint64_t tmp_bytes = 0;          // size of the /tmp tmpfs
  std::uint32_t tmpfs_inodes = 0;       // files and directories in the workspace, and separately in /tmp
  std::uint32_t open_files = 0;         // RLIMIT_NOFILE
};

}  // namespace runner
