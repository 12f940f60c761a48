#include "runner/launcher/farewell.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace runner::launcher {

namespace {

constexpr char kLeaf[] = "daemon";  // as runner/sandbox/cgroup_v2.cc makes it
constexpr char kNoControllers[] = "-memory -pids -cpu";

bool Write(int directory, const char* file, const char* text) {
  const int fd = ::openat(directory, file, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return false;
  const auto length = static_cast<ssize_t>(std::strlen(text));
  const bool written = ::write(fd, text, static_cast<std::size_t>(length)) == length;
  ::close(fd);
  return written;
}

void RemoveChildren(int tree) {
  DIR* const entries = ::fdopendir(::fcntl(tree, F_DUPFD_CLOEXEC, 0));
  if (entries == nullptr) return;
  while (const dirent* entry = ::readdir(entries)) {
    if (entry->d_type == DT_DIR && entry->d_name[0] != '.') ::unlinkat(tree, entry->d_name, AT_REMOVEDIR);
  }
  ::closedir(entries);
}

// On v2 a daemon that was alone in its cgroup moved into a leaf to be able to give its runs controllers. We were born there.
// Both go back, so that the cgroup is as it was found; it takes processes again once it hands nothing on.
void LeaveLeaf(const LauncherState& state, int parent, int tree) {
  if (!Write(tree, "cgroup.subtree_control", kNoControllers)) return;
  if (!Write(parent, "cgroup.subtree_control", kNoControllers)) return;  // it has subtrees of others
  if (!Write(parent, "cgroup.procs", "0")) return;
  char daemon[16];
  (void)std::snprintf(daemon, sizeof(daemon), "%d", state.daemon);
  // Still our parent, so that the number is still its own.
  if (::getppid() == state.daemon) (void)Write(parent, "cgroup.procs", daemon);
  // A daemon that was killed closes its socket a moment before it leaves its cgroup.
  for (int attempt = 0; attempt < 200 && ::unlinkat(tree, kLeaf, AT_REMOVEDIR) != 0 && errno == EBUSY; ++attempt) {
    constexpr timespec kPause{0, 5'000'000};
    ::nanosleep(&kPause, nullptr);
  }
}

}  // namespace

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
    RemoveChildren(tree);
    if (::faccessat(tree, kLeaf, F_OK, 0) == 0) LeaveLeaf(state, parent, tree);
    ::unlinkat(parent, state.start.cgroup_name, AT_REMOVEDIR);
    ::close(tree);
  }
}

}  // namespace runner::launcher
