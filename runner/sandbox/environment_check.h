#pragma once

#include <string_view>
#include <vector>

#include "runner/sandbox/run_spec.h"

namespace runner {

// Why a request must not set this variable, as the end of a sentence, or "" when it may.
[[nodiscard]] std::string_view RefusedVariable(std::string_view name);

// Checks names, values and sizes of a request's environment.
void CheckEnvironment(const RunSpec& spec, std::vector<FieldViolation>& violations);

}  // namespace runner
