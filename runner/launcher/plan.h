// What one sandbox's init needs to know, worked out by the launcher before the clone. Plain data, no pointers into
// anything: after the clone nothing may allocate, lock or call into the standard library beyond thin system call wrappers.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <type_traits>

#include "runner/launcher/protocol.h"

namespace runner::launcher {

struct Plan {
  LaunchRequest request;
  std::uint32_t layers = 0;
  uid_t host_uid = 0;
  uid_t uid = 0;  // as init sees it: kInnerUid, or host_uid without the user namespace

  // Descriptors, valid in the launcher and, by the clone, in init.
  int control = -1;
  int standard[3] = {-1, -1, -1};  // the pipes, or numbers that the terminal is to get
  int filter = -1;
  int park = -1;            // for a parked Node: its end of the socket on which its program arrives
  int id_map_written = -1;  // one byte arrives once the id maps are written
  int cgroup_procs_count = 0;
  int cgroup_procs[kMaxCgroupFds] = {};  // v1: cgroup.procs of each hierarchy, opened by root

  char image_path[16] = {};  // in the launcher's root
  char tmp_size[24] = {};
  char workspace_size[24] = {};
  char inodes[24] = {};
  char uid_text[24] = {};

  [[nodiscard]] bool HasTerminal() const { return request.terminal_rows != 0; }
  [[nodiscard]] bool Has(Layer layer) const { return (layers & layer) != 0; }
};

static_assert(std::is_trivially_copyable_v<Plan>);

}  // namespace runner::launcher
