#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "runner/base/error.h"
#include "runner/base/unique_fd.h"
#include "runner/sandbox/cgroup.h"

namespace runner {

// The privileged helper, running, with our end of its socket. Closing the socket ends it and every sandbox it started.
struct LauncherProcess {
  UniqueFd socket;  // SOCK_SEQPACKET, non-blocking
  pid_t pid = -1;   // our child
};

// Starts runner-launcher and waits until it has built its private root from the images. Call it before the program has a
// second thread: it forks. `image_roots` are O_PATH directories; their order gives each image its index. `cgroups` is
// removed by the launcher when it ends.
[[nodiscard]] Result<LauncherProcess> StartLauncher(const std::filesystem::path& program, std::uint32_t layers,
                                                    std::uint32_t first_uid, std::uint32_t uid_count,
                                                    const std::vector<int>& image_roots, const CgroupTree& cgroups);

}  // namespace runner
