#include "runner/launcher/farewell.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace runner::launcher {

void EndSandboxes(const LauncherState& state) {
  for (const pid_t pid : state.live) {
    if (pid != 0) ::kill(pid, SIGKILL);  // not reaped, so the number is still theirs
  }
  while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR) {
  }
}

void RemoveCgroups(const LauncherState& state) {
  for (unsigned i = 0; i < state.start.cgroup_parent_count; ++i) {
    const int parent = state.cgroup_parents[i];
    const int tree = ::openat(parent, state.start.cgroup_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (tree < 0) continue;
    DIR* const entries = ::fdopendir(tree);
    if (entries == nullptr) continue;
    while (const dirent* entry = ::readdir(entries)) {
      if (entry->d_type == DT_DIR && entry->d_name[0] != '.') ::unlinkat(tree, entry->d_name, AT_REMOVEDIR);
    }
    ::closedir(entries);
    ::unlinkat(parent, state.start.cgroup_name, AT_REMOVEDIR);
  }
}

}  // namespace runner::launcher
