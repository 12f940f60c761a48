#pragma once

#include <string>
#include <vector>

#include "runner/grading/test_files_case.h"
#include "runner/v1/runner.pb.h"

namespace runner {

// The test files of a case that has some, or what is wrong with them in `violations`; `field` is "cases[3]". Moves the files
// out of `from`.
[[nodiscard]] TestFilesPlan ToTestFilesPlan(v1::Case& from, const std::string& field,
                                            std::vector<FieldViolation>& violations);

}  // namespace runner
