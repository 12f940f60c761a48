#pragma once

#include <string_view>

#include "runner/launcher/protocol.h"

namespace runner {

// A step of the set-up in words, for "SETUP_FAILED: <step>: <errno>". Names the layers, as the configuration does, that a
// host lacks when the step fails.
[[nodiscard]] std::string_view StepDescription(launcher::Step step);

}  // namespace runner
