#pragma once

#include <string>

#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// What there is to say for a person besides ReasonOf on why a case did not pass: each difference with its diff, the tests that failed, and the end of stderr where
// the program ended otherwise than it should. Safe text, without a line feed at the end; empty where there is nothing more to
// say than ReasonOf does.
[[nodiscard]] std::string DetailsOf(const v1::CaseResult& result);

// Whether the tests of a case of test files say by themselves why it did not pass.
[[nodiscard]] bool TestsTellAll(const v1::CaseResult& result);

}  // namespace runner::ctl
