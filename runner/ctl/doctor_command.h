#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "runner/ctl/command_line.h"
#include "runner/ctl/doctor_checks.h"

namespace runner::ctl {

// Adds `runnerctl doctor`: what this host gives and lacks. Exits 0 when runs are possible, else kExitService.
void AddDoctorCommand(CommandLine& line);

// Runs are possible when nothing is missing, or when a daemon takes runs already (it may have been started with more
// rights than the doctor has).
[[nodiscard]] bool RunsArePossible(const std::vector<Check>& checks);

// One line a check, the conclusion last.
[[nodiscard]] std::string ToText(const std::vector<Check>& checks);

// {"possible":…,"summary":…,"checks":[{"name":…,"status":"ok"|"warning"|"missing","sentence":…}]}
[[nodiscard]] nlohmann::ordered_json ToJson(const std::vector<Check>& checks);

}  // namespace runner::ctl
