#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace runner::ctl {

// One case that consists of files: NAME.in and its likes.
struct CaseFiles {
  std::string name;                          // relative to where they were looked for, '/' between components: "sum/01"
  std::string group;                         // its directory: "sum"
  std::optional<std::filesystem::path> in;   // standard input
  std::optional<std::filesystem::path> out;  // expected of stdout; .ans will do
  std::optional<std::filesystem::path> err;  // expected of stderr
  std::optional<std::filesystem::path> args;  // one argument a line
  std::optional<std::filesystem::path> code;  // expected exit code
};

// All below `directory`, hidden files and directories left out, in the order of their names (2 before 10). Other files are
// not looked at. Throws UsageError where a case has both .out and .ans.
[[nodiscard]] std::vector<CaseFiles> FindCaseFiles(const std::filesystem::path& directory);

// Those of the cases that `paths` (relative to `directory`) belong to; names are relative to what they have in common
// before the first wildcard of `pattern`. Throws UsageError for a path that no case has.
[[nodiscard]] std::vector<CaseFiles> CaseFilesOf(const std::filesystem::path& directory, const std::string& pattern,
                                                 const std::vector<std::string>& paths);

// The lines of an .args file.
[[nodiscard]] std::vector<std::string> ArgumentLines(const std::string& text);

}  // namespace runner::ctl
