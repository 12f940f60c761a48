#pragma once

#include "runner/ctl/suite/case_files.h"
#include "runner/ctl/suite/expectation_reader.h"
#include "runner/ctl/suite/suite.h"
#include "runner/ctl/suite/suite_files.h"
#include "runner/ctl/suite/yaml_value.h"

namespace runner::ctl {

inline constexpr std::int64_t kMostRepeats = 100;

// Adds the cases of a suite to it, in their order.
class CaseReader {
 public:
  // Both outlive it.
  CaseReader(SuiteFiles& files, Suite& suite) : files_(files), suite_(suite) {}

  // `defaults` and `cases` of a suite file.
  void Read(const YamlMap& suite);
  // A case that is files and nothing else.
  void AddPlain(const CaseFiles& case_files);

 private:
  // What an entry of `cases` is in.
  struct Around {
    const YamlMap* group = nullptr;     // its members
    const YamlMap* defaults = nullptr;  // of the suite
    std::string heading;
  };

  void AddEntries(const YamlValue& cases, const Around& around);
  void AddGroup(const YamlMap& group, const Around& around);
  void AddFromFiles(const YamlMap& entry, const Around& around);
  void AddTests(const YamlMap& entry, const Around& around);
  void AddInline(const YamlMap& entry, const Around& around);
  v1::Case& Add(const std::string& name, const std::string& group, const std::string& place);
  // What every kind of case has.
  void ReadCommon(const Layers& layers, v1::Case& graded);
  void ReadProgram(const Layers& layers, const CaseFiles* case_files, v1::Case& graded);

  SuiteFiles& files_;
  Suite& suite_;
};

}  // namespace runner::ctl
