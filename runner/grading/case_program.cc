#include "runner/grading/case_program.h"

#include <set>
#include <string_view>

namespace runner {

std::vector<WorkspaceFile> Overlay(const std::vector<WorkspaceFile>& first, const std::vector<WorkspaceFile>& second) {
  std::set<std::string_view> replaced;
  for (const WorkspaceFile& file : second) replaced.insert(file.path);
  std::vector<WorkspaceFile> files;
  files.reserve(first.size() + second.size());
  for (const WorkspaceFile& file : first) {
    if (!replaced.contains(file.path)) files.push_back(file);
  }
  files.insert(files.end(), second.begin(), second.end());
  return files;
}

RunSpec CaseProgram::Build() const {
  RunSpec complete = spec;
  complete.files = own.empty() ? *common : Overlay(*common, own);
  return complete;
}

}  // namespace runner
