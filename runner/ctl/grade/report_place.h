#pragma once

#include <filesystem>

namespace runner::ctl {

// The file that `path` names, without links on the way to it. It may itself be one: a report takes a link's place.
[[nodiscard]] std::filesystem::path PlaceOf(const std::filesystem::path& path);

// Whether opening `path` opens what a process has open, as /dev/stdout does whatever standard output is: nothing can take the
// place of that.
[[nodiscard]] bool LeadsToDescriptor(const std::filesystem::path& path);

}  // namespace runner::ctl
