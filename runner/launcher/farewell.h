// What the launcher does when the daemon is gone, by whatever end.
#pragma once

#include "runner/launcher/spawn.h"

namespace runner::launcher {

// Kills every sandbox and waits until each is gone.
void EndSandboxes(const LauncherState& state);

// Removes the daemon's cgroup subtree as far as it is empty. Where the launcher itself lives in it (v2 under a service
// manager) the rest is the service manager's to remove, or the next daemon's sweep.
void RemoveCgroups(const LauncherState& state);

}  // namespace runner::launcher
