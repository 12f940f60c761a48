#include "runner/sandbox/launcher_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "runner/launcher/protocol.h"
#include "runner/sandbox/packets.h"
#include "runner/sandbox/steps.h"

namespace runner {
namespace {

constexpr int kLauncherSocket = 3;       // as runner-launcher expects it
constexpr int kStartTimeoutMs = 30'000;  // it may read some hundred MB from a slow disk

Result<pid_t> SpawnWithSocket(const std::filesystem::path& program, int socket) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  // dup2 to a different number clears close-on-exec; to the same number it would not, and posix_spawn makes sure it does.
  ::posix_spawn_file_actions_adddup2(&actions, socket, kLauncherSocket);
  ::posix_spawn_file_actions_addclosefrom_np(&actions, kLauncherSocket + 1);
  const std::string path = program.string();
  char name[] = "runner-launcher";
  char* const argv[] = {name, nullptr};
  char* const envp[] = {nullptr};
  pid_t pid = -1;
  const int error_number = ::posix_spawn(&pid, path.c_str(), &actions, nullptr, argv, envp);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error_number != 0) return Error{.step = "start " + path, .error_number = error_number};
  return pid;
}

Result<launcher::StartReply> AwaitStart(int socket) {
  pollfd watched{socket, POLLIN, 0};
  if (::poll(&watched, 1, kStartTimeoutMs) <= 0) return Error{.step = "runner-launcher did not answer within 30 s"};
  launcher::StartReply reply;
  std::vector<UniqueFd> fds;
  const auto got = ReceivePacket(socket, &reply, sizeof(reply), fds);
  if (!got) return got.error();
  if (*got != sizeof(reply)) return Error{.step = "runner-launcher ended while starting"};
  if (reply.error_number != 0) {
    return Error{.step = std::string("runner-launcher: ") + std::string(StepDescription(reply.step)),
                 .error_number = reply.error_number};
  }
  return reply;
}

}  // namespace

Result<LauncherProcess> StartLauncher(const std::filesystem::path& program, std::uint32_t layers,
                                      std::uint32_t first_uid, std::uint32_t uid_count,
                                      const std::vector<LauncherImage>& images, const CgroupTree& cgroups) {
  int sockets[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
    return ErrnoError("make the launcher's socket");
  LauncherProcess launcher;
  launcher.socket = UniqueFd(sockets[0]);
  const UniqueFd theirs(sockets[1]);
  const auto pid = SpawnWithSocket(program, theirs.get());
  if (!pid) return pid.error();
  launcher.pid = *pid;

  launcher::StartRequest request;
  request.layers = layers;
  request.first_uid = first_uid;
  request.uid_count = uid_count;
  request.image_count = static_cast<std::uint32_t>(images.size());
  std::vector<int> fds;
  for (const LauncherImage& image : images) {
    if (image.huge_pages) request.huge_nodes |= 1U << fds.size();
    fds.push_back(image.root);
  }
  const std::vector<int> parents = cgroups.parents();
  request.cgroup_parent_count = static_cast<std::uint32_t>(parents.size());
  fds.insert(fds.end(), parents.begin(), parents.end());
  cgroups.name().copy(request.cgroup_name, sizeof(request.cgroup_name) - 1);
  const auto sent = SendPacket(launcher.socket.get(), &request, sizeof(request), fds);
  const auto reply = sent ? AwaitStart(launcher.socket.get()) : sent.error();
  if (!reply) {
    ::kill(launcher.pid, SIGKILL);
    ::waitpid(launcher.pid, nullptr, 0);
    return reply.error();
  }
  if (reply->huge_nodes != request.huge_nodes)
    launcher.huge_error = Error{.step = "copy Node to huge pages", .error_number = reply->huge_error};
  if (::fcntl(launcher.socket.get(), F_SETFL, O_NONBLOCK) != 0)
    return ErrnoError("make the launcher's socket non-blocking");
  return launcher;
}

}  // namespace runner
