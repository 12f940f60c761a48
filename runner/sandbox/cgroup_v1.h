#pragma once

#include "runner/sandbox/cgroup.h"
#include "runner/sandbox/cgroup_files.h"

namespace runner {

// The version 1 interface: a directory in each hierarchy (Documentation/admin-guide/cgroup-v1/). See CgroupTree::Make.
[[nodiscard]] Result<std::unique_ptr<CgroupTree>> MakeCgroupTreeV1(const std::vector<CgroupHierarchy>& hierarchies,
                                                                   std::uint32_t layers, std::uint32_t owner);

}  // namespace runner
