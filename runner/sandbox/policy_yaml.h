#pragma once

#include <filesystem>

#include "runner/base/error.h"
#include "runner/sandbox/policy.h"
#include "runner/sandbox/seccomp_compiler.h"

namespace runner {

// A policy file as values: the policy without its program, and what the program is compiled from.
struct PolicySource {
  Policy policy;
  SeccompSpec seccomp;
};

// policies/README.md describes the format. An Error's step is "FILE:LINE: what was expected".
[[nodiscard]] Result<PolicySource> ReadPolicySource(const std::filesystem::path& file);

}  // namespace runner
