// The launcher's own file system: a private mount namespace with nothing of the host in it.
#pragma once

#include <cstdint>

#include "runner/launcher/protocol.h"

namespace runner::launcher {

// Leaves the host's file system for a read-only tmpfs that holds
//   /images/0, /images/1, …   the images: read-only (with kReadOnlyRoot), nosuid, nodev
//   /dev                      null, zero, full, random, urandom and the links fd, stdin, stdout, stderr
//   /proc                     of the host's pid namespace, for the id maps of the children
//   /new                      an empty mount point
// `images` are O_PATH directories in the namespace the launcher was started in. kNone, or the failed step with errno.
Step BuildLauncherRoot(const int* images, std::uint32_t count, std::uint32_t layers);

}  // namespace runner::launcher
