#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace runner {

// Who else has uids of [first, first + count), a sentence each: processes, which are another daemon's if it was given the
// same range, and accounts that may use the range for containers of theirs (/etc/subuid). Such a neighbour could signal or
// trace a run's processes from outside if other layers let it, and would share what the kernel counts for each uid.
// Root, or it sees little of it.
[[nodiscard]] std::vector<std::string> SharersOfUids(std::uint32_t first, std::uint32_t count,
                                                     const std::filesystem::path& proc = "/proc",
                                                     const std::filesystem::path& subuid = "/etc/subuid");

}  // namespace runner
