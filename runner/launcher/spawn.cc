#include "runner/launcher/spawn.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "runner/launcher/init.h"
#include "runner/launcher/plan.h"
#include "runner/launcher/sys.h"

namespace runner::launcher {
namespace {

// init moves its descriptors to 200 and above (init.cc); the launcher's own must stay below.
constexpr int kHighestOwnDescriptor = 199;

// Node writes to a pipe without waiting: what does not fit is kept in its memory, and `for (;;) console.log()` never gets
// round to writing it. With room for the usual output limit such a program meets that limit and not the one for memory.
// The most that the kernel gives by default (pipe(7), pipe-max-size); pages in use are charged to the writer's cgroup.
constexpr int kPipeSize = 1 << 20;

constexpr struct {
  Layer layer;
  std::uint64_t flag;
} kNamespaces[] = {
    {kUserNamespace, CLONE_NEWUSER}, {kPidNamespace, CLONE_NEWPID}, {kNetworkNamespace, CLONE_NEWNET},
    {kIpcNamespace, CLONE_NEWIPC},   {kUtsNamespace, CLONE_NEWUTS},
};

// Where the cgroups begin among a request's descriptors.
unsigned FirstCgroup(const LaunchRequest& request) {
  return kFixedLaunchFds + (request.terminal_rows == 0 ? kPipeFds : 0);
}

bool Valid(const LauncherState& state, const LaunchRequest& request, const int* fds, unsigned fd_count) {
  const bool counts = request.image < state.start.image_count && request.uid_index < state.start.uid_count &&
                      request.cgroup_fd_count <= kMaxCgroupFds &&
                      fd_count == FirstCgroup(request) + request.cgroup_fd_count &&
                      (request.cgroup_version == 1 || (request.cgroup_version == 2 && request.cgroup_fd_count <= 1));
  const bool sizes =
      request.tmp_bytes > 0 && request.workspace_bytes > 0 && request.tmpfs_inodes > 0 && request.open_files > 0;
  const bool own_uid =
      (state.start.layers & kOwnUid) == 0 || (request.uid_index < kMaxUids && state.live[request.uid_index] == 0);
  const bool terminal = (request.terminal_rows == 0) == (request.terminal_columns == 0);
  return counts && sizes && own_uid && terminal &&
         std::all_of(fds, fds + fd_count, [](int fd) { return fd <= kHighestOwnDescriptor; });
}

Plan MakePlan(const LauncherState& state, const LaunchRequest& request, const int* fds) {
  Plan plan;
  plan.request = request;
  plan.layers = state.start.layers;
  plan.host_uid = state.start.first_uid + request.uid_index;
  plan.uid = plan.Has(kUserNamespace) ? kInnerUid : plan.host_uid;
  plan.control = fds[0];
  plan.filter = fds[1];
  if (!plan.HasTerminal()) std::copy_n(fds + kFixedLaunchFds, kPipeFds, plan.standard);
  (void)std::snprintf(plan.image_path, sizeof(plan.image_path), "/images/%u", request.image);
  (void)std::snprintf(plan.tmp_size, sizeof(plan.tmp_size), "%llu", static_cast<unsigned long long>(request.tmp_bytes));
  (void)std::snprintf(plan.workspace_size, sizeof(plan.workspace_size), "%llu",
                      static_cast<unsigned long long>(request.workspace_bytes));
  (void)std::snprintf(plan.inodes, sizeof(plan.inodes), "%u", request.tmpfs_inodes);
  (void)std::snprintf(plan.uid_text, sizeof(plan.uid_text), "%u", plan.uid);
  return plan;
}

// /dev/stdout and relatives open the pipe anew, and that checks its owner.
int OwnPipes(const Plan& plan) {
  if (plan.HasTerminal()) return 0;
  for (const int fd : plan.standard) {
    struct stat status {};
    if (::fstat(fd, &status) != 0) return -1;
    if (!S_ISFIFO(status.st_mode)) {
      errno = EINVAL;  // nothing else may change hands here
      return -1;
    }
    if (::fchown(fd, plan.host_uid, plan.host_uid) != 0) return -1;
    (void)::fcntl(fd, F_SETPIPE_SZ, kPipeSize);  // a smaller one works too
  }
  return 0;
}

// Opened by root, for init to write itself into (see JoinCgroup).
int OpenCgroupProcs(Plan& plan, const int* directories) {
  if (plan.request.cgroup_version != 1) return 0;
  for (std::uint32_t i = 0; i < plan.request.cgroup_fd_count; ++i) {
    const int fd = ::openat(directories[i], "cgroup.procs", O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return -1;
    plan.cgroup_procs[plan.cgroup_procs_count++] = fd;
  }
  return 0;
}

int WriteOneLine(pid_t pid, const char* file, const char* line, int length) {
  char path[64];
  (void)std::snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  const ssize_t written = ::write(fd, line, static_cast<std::size_t>(length));
  const int saved = errno;
  ::close(fd);
  errno = saved;
  return written == length ? 0 : -1;
}

int WriteIdMaps(const Plan& plan, pid_t pid, int tell) {
  if (!plan.Has(kUserNamespace)) return 0;
  char line[64];
  const int length = std::snprintf(line, sizeof(line), "%u %u 1\n", kInnerUid, plan.host_uid);
  if (WriteOneLine(pid, "uid_map", line, length) != 0 || WriteOneLine(pid, "gid_map", line, length) != 0) return -1;
  return ::write(tell, "", 1) == 1 ? 0 : -1;
}

clone_args CloneArguments(const Plan& plan, const int* cgroup_directories, int* pidfd) {
  clone_args args{};
  args.flags = CLONE_PIDFD | CLONE_NEWNS;
  for (const auto& entry : kNamespaces) {
    if (plan.Has(entry.layer)) args.flags |= entry.flag;
  }
  args.exit_signal = SIGCHLD;
  args.pidfd = reinterpret_cast<std::uint64_t>(pidfd);
  if (plan.request.cgroup_version == 2 && plan.request.cgroup_fd_count == 1) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<std::uint64_t>(cgroup_directories[0]);
  }
  return args;
}

Spawned Failed(const LaunchRequest& request, Step step, int error_number) {
  Spawned spawned;
  spawned.reply = {request.id, step, error_number == 0 ? EIO : error_number};
  return spawned;
}

}  // namespace

Spawned Spawn(LauncherState& state, const LaunchRequest& request, const int* fds, unsigned fd_count) {
  if (!Valid(state, request, fds, fd_count)) return Failed(request, Step::kCheckRequest, EINVAL);
  Plan plan = MakePlan(state, request, fds);
  const int* const cgroups = fds + FirstCgroup(request);
  if (OwnPipes(plan) != 0) return Failed(request, Step::kOwnPipes, errno);

  int tell[2] = {-1, -1};
  Spawned spawned;
  spawned.reply.id = request.id;
  if (OpenCgroupProcs(plan, cgroups) != 0) {
    spawned = Failed(request, Step::kJoinCgroup, errno);
  } else if (::pipe2(tell, O_CLOEXEC) != 0) {
    spawned = Failed(request, Step::kCloneProcess, errno);
  } else {
    plan.id_map_written = tell[0];
    clone_args args = CloneArguments(plan, cgroups, &spawned.pidfd);
    const pid_t pid = sys::Clone3(args);
    if (pid == 0) {
      ::close(tell[1]);  // so that a launcher's death ends the wait for the maps
      RunInit(plan);
    }
    if (pid < 0) {
      spawned = Failed(request, Step::kCloneProcess, errno);
    } else {
      state.live[request.uid_index] = pid;
      if (WriteIdMaps(plan, pid, tell[1]) != 0) {
        const int saved = errno;
        ::kill(pid, SIGKILL);
        ::close(spawned.pidfd);
        spawned = Failed(request, Step::kWriteIdMap, saved);
      }
    }
  }
  for (int i = 0; i < plan.cgroup_procs_count; ++i) ::close(plan.cgroup_procs[i]);
  for (const int fd : tell) {
    if (fd >= 0) ::close(fd);
  }
  return spawned;
}

void ReapInits(LauncherState& state) {
  for (;;) {
    const pid_t pid = ::waitpid(-1, nullptr, WNOHANG);
    if (pid <= 0) return;
    std::replace(state.live, state.live + std::min(state.start.uid_count, kMaxUids), pid, 0);
  }
}

}  // namespace runner::launcher
