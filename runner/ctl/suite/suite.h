#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// A suite as it was read from the disk: docs/grading.md is its reference.
struct Suite {
  std::string name;
  // All but the submission and what the command line says.
  v1::GradeRequest request;
  // Of each case of `request`: where it stands, for messages: "suite.yaml:12" or "cases/01.in".
  std::vector<std::string> places;
  // What it was read from: the suite file, if there is one, and every file it names.
  std::vector<std::filesystem::path> files;
  std::filesystem::path directory;
};

// Reads a suite file, or a directory: its suite.yaml (or suite.yml), or else the cases of its NAME.in and NAME.out files.
// Throws UsageError with file, line, column, the value, and what would be right.
[[nodiscard]] Suite LoadSuite(const std::string& path);

// Leaves only the cases whose names match `glob` (*, ?, [...]; * matches '/' too). Throws UsageError when none does.
void FilterCases(Suite& suite, const std::string& glob);

}  // namespace runner::ctl
