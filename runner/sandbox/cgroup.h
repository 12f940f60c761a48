#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runner/base/error.h"
#include "runner/base/unique_fd.h"
#include "runner/sandbox/limits.h"

namespace runner {

// The cgroup of one run, on either version of the interface. Destroying it without Remove() leaves the directory for the
// next daemon's sweep. One thread.
class Cgroup {
 public:
  Cgroup() = default;
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;
  virtual ~Cgroup() = default;

  // Directories to hand to the launcher: one on v2, one a hierarchy on v1.
  [[nodiscard]] virtual std::vector<int> directories() const = 0;

  // A descriptor that becomes ready when memory has run out, a moment before something is killed for it: on v1 the eventfd
  // of memory.oom_control; read it to clear it. -1 when memory is not limited, and on v2, where all are killed together
  // (memory.oom.group).
  [[nodiscard]] virtual int memory_event_fd() const = 0;

  // Whether the kernel has killed something here for memory (memory.events oom_kill; memory.oom_control oom_kill).
  [[nodiscard]] virtual bool OomKilled() const = 0;
  // User + system time of everything that ever ran here (cpu.stat usage_usec; cpuacct.usage).
  [[nodiscard]] virtual std::chrono::microseconds CpuTime() const = 0;
  // memory.peak (Linux 5.19) or memory.max_usage_in_bytes; 0 where neither exists.
  [[nodiscard]] virtual std::uint64_t MemoryPeak() const = 0;
  // Now: memory.current or memory.usage_in_bytes.
  [[nodiscard]] virtual std::uint64_t MemoryCurrent() const = 0;
  // pids.peak (Linux 6.6 on v2, 6.13 on v1); 0 where the kernel does not count it.
  [[nodiscard]] virtual std::uint32_t ProcessesPeak() const = 0;
  [[nodiscard]] virtual std::uint32_t ProcessesCurrent() const = 0;

  // Changes the limits that Make wrote. An Error (memory already used beyond a new limit, on v1) leaves them as they were
  // or partly changed: give the cgroup up.
  [[nodiscard]] virtual Result<void> SetLimits(const Limits& limits) = 0;
  // Below: a tenth of the share of CPU time that others here get when cores are short. Without the cpu controller nothing.
  enum class Priority { kBelowOthers, kNormal };
  virtual void SetPriority(Priority priority) = 0;
  // Makes MemoryPeak count from now on, where the kernel can (v1; v2 since Linux 6.12).
  virtual void ResetMemoryPeak() = 0;

  // Kills everything inside at once: cgroup.kill on v2. On v1 there is no such call; there, as for every sandbox, the
  // end of init is the end of its pid namespace. Best effort, never blocks.
  virtual void Kill() = 0;
  // rmdir. EBUSY while a process is left: try again.
  [[nodiscard]] virtual Result<void> Remove() = 0;
};

// The daemon's own subtree, `runnerd-PID-STARTTIME`, below the cgroup it was started in. One thread.
class CgroupTree {
 public:
  CgroupTree() = default;
  CgroupTree(const CgroupTree&) = delete;
  CgroupTree& operator=(const CgroupTree&) = delete;
  // Leaves the subtree: the daemon has given up the right to remove it. The launcher does, when it ends.
  virtual ~CgroupTree() = default;

  // Finds the controllers, makes the subtree, hands it to `owner` and sweeps what daemons left that no longer live
  // (and only that: a directory is swept when its name's process is gone). Needs root.
  // `parent` is a cgroup path such as "/system.slice/runner.service"; empty: the cgroup of this process.
  // `layers` says which controllers are wanted (launcher::kMemoryCgroup and relatives).
  [[nodiscard]] static Result<std::unique_ptr<CgroupTree>> Make(const std::string& parent, std::uint32_t layers,
                                                                std::uint32_t owner);

  [[nodiscard]] virtual int version() const = 0;
  // The directories that hold the subtree (one on v2, one a hierarchy on v1), and its name in them.
  [[nodiscard]] virtual std::vector<int> parents() const = 0;
  [[nodiscard]] virtual const std::string& name() const = 0;
  // Makes the cgroup of one run with its limits written.
  [[nodiscard]] virtual Result<std::unique_ptr<Cgroup>> MakeRun(const std::string& name, const Limits& limits,
                                                                const FixedLimits& fixed) = 0;
};

}  // namespace runner
