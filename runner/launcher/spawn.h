#pragma once

#include <sys/types.h>

#include "runner/launcher/protocol.h"

namespace runner::launcher {

// Host uids that a live sandbox has. Index: uid_index.
inline constexpr std::uint32_t kMaxUids = 65536;

struct LauncherState {
  StartRequest start;
  pid_t daemon = -1;  // our parent, unless it is gone
  int cgroup_parents[kMaxCgroupFds] = {};
  pid_t live[kMaxUids] = {};  // init of the sandbox that has the uid, or 0
};

struct Spawned {
  Reply reply;
  int pidfd = -1;  // the caller closes it
};

// Checks one request and clones init for it. `fds` are in LaunchRequest's order and stay the caller's.
Spawned Spawn(LauncherState& state, const LaunchRequest& request, const int* fds, unsigned fd_count);

// Collects ended inits, so that their uids can be used again.
void ReapInits(LauncherState& state);

}  // namespace runner::launcher
