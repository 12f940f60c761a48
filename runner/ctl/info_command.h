#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "runner/ctl/command_line.h"
#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// Adds `runnerctl info`: what the daemon offers, as text or JSON.
void AddInfoCommand(CommandLine& line);

// For people: sections for images, policies with their limits, protections and how busy the daemon is.
[[nodiscard]] std::string ToText(const v1::ServerInfo& info, const std::string& address);

// Everything in `info`, in the API's names; durations are numbers of milliseconds with _ms in the name.
[[nodiscard]] nlohmann::ordered_json ToJson(const v1::ServerInfo& info);

}  // namespace runner::ctl
