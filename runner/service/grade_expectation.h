#pragma once

#include <string>
#include <vector>

#include "runner/grading/expectation.h"
#include "runner/sandbox/limits.h"
#include "runner/sandbox/run_spec.h"
#include "runner/v1/runner.pb.h"

namespace runner {

// What a case expects, or what is wrong with that in `violations`; `field` is "cases[3].expect". `limits` are those of its
// program.
[[nodiscard]] Expectation ToExpectation(v1::Expectation&& from, const std::string& field, const Limits& limits,
                                        std::vector<FieldViolation>& violations);

}  // namespace runner
