// Node's program file in huge pages. Starting Node touches some thousand pages of its 140 MB, and each process that does has to
// have them mapped one by one. In a tmpfs of huge pages (Documentation/filesystems/tmpfs.rst, "huge=") the same takes a few
// mappings of 2 MiB: a tenth of a run's CPU time, and as much of what a process that waits holds in page tables.
#pragma once

#include "runner/launcher/protocol.h"

namespace runner::launcher {

// Copies Node of the images in start.huge_nodes to such a tmpfs and mounts the copy over the file, read-only, for all sandboxes to
// come. Needs the root of launcher_root.h. Says in `reply` which are so now, and the errno of one that is not: its file stays as
// it was.
void PutNodesInHugePages(const StartRequest& start, StartReply& reply);

}  // namespace runner::launcher
