#pragma once

#include <string_view>

#include "runner/launcher/protocol.h"

namespace runner {

// A step of the set-up in words, for "SETUP_FAILED: <step>: <errno>".
[[nodiscard]] std::string_view StepDescription(launcher::Step step);

}  // namespace runner
