#pragma once

#include <string>

#include "runner/engine/run_result.h"

namespace runner {

// One sentence for a person about how a run ended, from the result's other fields.
[[nodiscard]] std::string DescribeResult(const RunResult& result);

}  // namespace runner
