#pragma once

#include "runner/sandbox/cgroup.h"
#include "runner/sandbox/cgroup_files.h"

namespace runner {

// The version 2 interface: one directory (Documentation/admin-guide/cgroup-v2.rst). See CgroupTree::Make.
[[nodiscard]] Result<std::unique_ptr<CgroupTree>> MakeCgroupTreeV2(const CgroupHierarchy& hierarchy,
                                                                   std::uint32_t layers, std::uint32_t owner);

}  // namespace runner
