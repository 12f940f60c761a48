#pragma once

#include <string>
#include <vector>

#include "runner/sandbox/policy.h"
#include "runner/sandbox/run_spec.h"

namespace runner {

// What is wrong with a path as the name of a workspace file, or "".
[[nodiscard]] std::string CheckPath(const std::string& path);

// Checks names, duplicates, files where directories are needed, and that everything fits the workspace's tmpfs.
void CheckFiles(const RunSpec& spec, const Policy& policy, std::vector<FieldViolation>& violations);

}  // namespace runner
