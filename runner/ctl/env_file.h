#pragma once

#include <map>
#include <string>
#include <string_view>

namespace runner::ctl {

using Variables = std::map<std::string, std::string>;

// The variables in `text`, read as Node reads a file for its own --env-file: NAME=VALUE lines, "export " before a name,
// # comments; values in '…', "…" (where \n is a new line) or `…`, which may go over several lines. A line that is none
// of these is skipped. The last of two lines with one name counts.
[[nodiscard]] Variables ParseEnvFile(std::string_view text);

// The same of a file. Throws UsageError, naming `option`, when it cannot be read or is larger than 1 MiB.
[[nodiscard]] Variables ReadEnvFile(const std::string& option, const std::string& path);

}  // namespace runner::ctl
