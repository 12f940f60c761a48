#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/ctl/suite/case_files.h"
#include "runner/ctl/suite/comparison_reader.h"
#include "runner/ctl/suite/suite_files.h"
#include "runner/ctl/suite/yaml_value.h"
#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// A case's own values, then those of its group, then those of the suite. Of keys that say the same in two ways, such as
// stdout and stdout_file, the innermost map that has either counts.
class Layers {
 public:
  // Innermost first; nullptr is left out. They outlive this object.
  Layers(std::initializer_list<const YamlMap*> maps);

  [[nodiscard]] const YamlValue* Find(std::string_view name) const;
  // The innermost map that has one of `names`; nullptr: none.
  [[nodiscard]] const YamlMap* With(std::initializer_list<std::string_view> names) const;
  // Outermost first.
  [[nodiscard]] std::vector<const YamlValue*> All(std::string_view name) const;

 private:
  std::vector<const YamlMap*> maps_;
};

// The value that `layers` or the file have for standard input, expected output and so on.
[[nodiscard]] std::string ReadInput(const Layers& layers, const CaseFiles* case_files, SuiteFiles& files);
[[nodiscard]] v1::Limits ReadLimits(const std::vector<const YamlValue*>& outermost_first);

// What the program has to do. `case_files`, where the case has any, win over `layers`.
[[nodiscard]] v1::Expectation ReadExpectation(const Layers& layers, const CaseFiles* case_files, SuiteFiles& files);

}  // namespace runner::ctl
