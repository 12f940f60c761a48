#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runner/base/error.h"
#include "runner/base/unique_fd.h"
#include "runner/sandbox/cgroup.h"

namespace runner {

// The privileged helper, running, with our end of its socket. Closing the socket ends it and every sandbox it started.
struct LauncherProcess {
  UniqueFd socket;                  // SOCK_SEQPACKET, non-blocking
  pid_t pid = -1;                   // our child
  std::optional<Error> huge_error;  // why a Node that was to run from huge pages does not; sandboxes work all the same
};

struct LauncherImage {
  int root = -1;            // O_PATH
  bool huge_pages = false;  // run its Node from a copy in huge pages, if this kernel has them
};

// Starts runner-launcher and waits until it has built its private root from the images. Call it before the program has a
// second thread: it forks. The order of `images`, at most launcher::kMaxImages, gives each its index. `cgroups` is
// removed by the launcher when it ends.
[[nodiscard]] Result<LauncherProcess> StartLauncher(const std::filesystem::path& program, std::uint32_t layers,
                                                    std::uint32_t first_uid, std::uint32_t uid_count,
                                                    const std::vector<LauncherImage>& images,
                                                    const CgroupTree& cgroups);

}  // namespace runner
