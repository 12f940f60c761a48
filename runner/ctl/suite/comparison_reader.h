#pragma once

#include <string>

#include "runner/ctl/suite/suite_files.h"
#include "runner/ctl/suite/yaml_value.h"
#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// How an expected text is compared: the name of a member of Comparison.how, and what goes with it.
struct Comparer {
  std::string name = "trim";
  double absolute = 0;
  double relative = 0;
  bool unordered = false;
};

// A comparer by name, or a map {how: NAME} with absolute, relative or unordered.
[[nodiscard]] Comparer ReadComparer(const YamlValue& value);

[[nodiscard]] v1::Comparison Compare(const Comparer& comparer, std::string expected);

// A text, which `standard` compares, or a map {NAME: TEXT} or {NAME_file: PATH}, with absolute, relative or unordered.
[[nodiscard]] v1::Comparison ReadComparison(const YamlValue& value, const Comparer& standard, SuiteFiles& files);

}  // namespace runner::ctl
