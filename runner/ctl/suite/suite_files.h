#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runner/ctl/suite/yaml_value.h"
#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// Reads the files that a suite names, and remembers which they were. Paths are relative to the suite's directory. Throws
// UsageError that begins with the place in the suite.
class SuiteFiles {
 public:
  explicit SuiteFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // The contents of the file that `value` names.
  [[nodiscard]] std::string Content(const YamlValue& value);
  // Of a file that is known to be there.
  [[nodiscard]] std::string Content(const std::filesystem::path& path);

  // The paths that match the glob of `value`, relative to the directory, numbers in them in numerical order: 2 before 10.
  // None is a mistake.
  [[nodiscard]] std::vector<std::string> Glob(const YamlValue& value) const;

  // Files for a workspace, in one of two forms:
  //   a list of paths, globs and directories, or one of them: each at the same path in the workspace
  //   a map from paths in the workspace to texts, or to {file: PATH} or {text: TEXT}, with `executable: true`
  [[nodiscard]] std::vector<v1::File> Workspace(const YamlValue& value);

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  // Everything that was read.
  [[nodiscard]] const std::vector<std::filesystem::path>& seen() const { return seen_; }

 private:
  [[nodiscard]] std::filesystem::path Locate(const std::string& path) const { return directory_ / path; }
  void AddListed(const YamlValue& value, std::vector<v1::File>& files);
  [[nodiscard]] v1::File Described(const std::string& name, const YamlValue& value);

  std::filesystem::path directory_;
  std::vector<std::filesystem::path> seen_;
};

// Whether `a` comes before `b` where runs of digits are compared as numbers.
[[nodiscard]] bool ComesBefore(const std::string& a, const std::string& b);

}  // namespace runner::ctl
