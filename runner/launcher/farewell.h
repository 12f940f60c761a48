// What the launcher does when the daemon is gone, by whatever end.
#pragma once

#include "runner/launcher/spawn.h"

namespace runner::launcher {

// Kills every sandbox and waits until each is gone.
void EndSandboxes(const LauncherState& state);

// Removes the daemon's cgroup subtree, and leaves it first where daemon and launcher live in it (v2). What cannot be removed
// is the service manager's to remove, or the next daemon's sweep.
void RemoveCgroups(const LauncherState& state);

}  // namespace runner::launcher
