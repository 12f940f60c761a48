// Node's program file in huge pages. Starting Node touches its 140 MB in many places, each of which has to be mapped for the
// process. In a tmpfs of huge pages (Documentation/filesystems/tmpfs.rst, "huge=") one mapping is of 2 MiB: 430 page faults of
// 3090 less, an eighth of a start's CPU time, and a fifth of the page tables of a process that waits.
#pragma once

#include "runner/launcher/protocol.h"

namespace runner::launcher {

// Copies Node of the images in start.huge_nodes to such a tmpfs and mounts the copy over the file, read-only, for all
// sandboxes to come. Needs the root of launcher_root.h. Says in `reply` which are so now, and the errno of one that is not:
// its file stays as it was.
void PutNodesInHugePages(const StartRequest& start, StartReply& reply);

}  // namespace runner::launcher
