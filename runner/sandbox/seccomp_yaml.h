#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>

#include "runner/sandbox/seccomp_compiler.h"

namespace runner {

// The `seccomp` section of a policy in `directory`. Throws YamlError.
[[nodiscard]] SeccompSpec ReadSeccomp(const YAML::Node& node, const std::filesystem::path& directory);

}  // namespace runner
