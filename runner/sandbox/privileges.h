#pragma once

#include <cstdint>

#include "runner/base/error.h"

namespace runner {

// Gives up root for good: supplementary groups, gid, uid, every capability set, and the way back (no_new_privs). Then
// verifies that nothing is left. Single-threaded callers only: capabilities belong to threads. With a non-root caller it
// only sets no_new_privs.
[[nodiscard]] Result<void> DropPrivileges(std::uint32_t uid);

}  // namespace runner
