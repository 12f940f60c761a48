#include "runner/sandbox/protections.h"

#include <algorithm>
#include <array>

namespace runner {
namespace {

using namespace launcher;  // the names of the bits

constexpr std::array kProtections{
    Protection{kUserNamespace, "user_namespace",
               "The program's uid means nothing outside; no capability reaches the host."},
    Protection{kOwnUid, "own_uid", "No two live runs share a host uid, so per-uid limits and ownership never mix."},
    Protection{kMountNamespace, "mount_namespace",
               "The host's files are not hidden but absent: pivot_root, old root detached."},
    Protection{kReadOnlyRoot, "read_only_root", "The image cannot be changed."},
    Protection{kNoexecTmpfs, "noexec_tmpfs",
               "Nothing that a program writes can be executed or mapped as code from a file."},
    Protection{kRestrictedProc, "restricted_proc",
               "/proc shows the program's own processes and nothing of the kernel."},
    Protection{kPidNamespace, "pid_namespace",
               "Other processes cannot be seen or signalled; the end of init ends everything."},
    Protection{kNetworkNamespace, "network_namespace", "No network but the sandbox's own loopback interface."},
    Protection{kIpcNamespace, "ipc_namespace", "No System V or POSIX message objects of the host."},
    Protection{kUtsNamespace, "uts_namespace", "The host's name is not visible."},
    Protection{kCgroupNamespace, "cgroup_namespace", "The host's cgroup paths are not visible."},
    Protection{kNoNewPrivs, "no_new_privs", "No exec can ever gain a privilege."},
    Protection{kCapabilities, "capabilities", "Every capability set, the bounding set included, is empty."},
    Protection{kSeccomp, "seccomp", "Only the system calls of the policy's list."},
    Protection{kLandlock, "landlock",
               "A second file-system layer: reads from the image, writes to the tmpfs, executes Node only."},
    Protection{kRlimits, "rlimits", "Open files and file sizes are bounded; no core files."},
    Protection{kClosedFds, "closed_fds", "The program starts with descriptors 0, 1 and 2 and no other."},
    Protection{kMemoryCgroup, "memory_cgroup", "Memory is bounded, without swap."},
    Protection{kPidsCgroup, "pids_cgroup", "Threads and processes are bounded."},
    Protection{kCpuCgroup, "cpu_cgroup", "CPU bandwidth is bounded."},
};

}  // namespace

std::span<const Protection> AllProtections() { return kProtections; }

std::optional<std::uint32_t> ProtectionBit(std::string_view name) {
  const auto* const found = std::find_if(kProtections.begin(), kProtections.end(),
                                         [name](const Protection& protection) { return protection.name == name; });
  if (found == kProtections.end()) return std::nullopt;
  return found->bit;
}

std::vector<std::string> ProtectionNames(std::uint32_t layers) {
  std::vector<std::string> names;
  for (const Protection& protection : kProtections) {
    if ((layers & protection.bit) != 0) names.emplace_back(protection.name);
  }
  return names;
}

}  // namespace runner
