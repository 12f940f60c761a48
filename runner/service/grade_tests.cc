#include "runner/service/grade_tests.h"

#include <algorithm>
#include <set>
#include <utility>

#include "runner/sandbox/text.h"
#include "runner/sandbox/workspace_check.h"
#include "runner/service/convert_parts.h"

namespace runner {
namespace {

using Violations = std::vector<FieldViolation>;

void CheckTestFiles(const std::vector<WorkspaceFile>& files, const std::string& field, Violations& violations) {
  if (files.empty() || files.size() > kMaxTestFiles) {
    violations.push_back(
        {field, std::to_string(files.size()) + " files, allowed are [1, " + std::to_string(kMaxTestFiles) + "]"});
  }
  std::set<std::string> paths;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string file = field + "[" + std::to_string(i) + "]";
    bytes += files[i].content.size();
    if (const std::string wrong = CheckPath(files[i].path); !wrong.empty()) {
      violations.push_back({file + ".path", Quote(files[i].path) + " " + wrong});
    } else if (!paths.insert(files[i].path).second) {
      violations.push_back({file + ".path", Quote(files[i].path) + " is there twice; every path is allowed once"});
    }
    if (!IsValidUtf8(files[i].content.view())) {
      violations.push_back({file + ".content", "is not UTF-8, as a test file has to be"});
    }
  }
  if (bytes > kMaxTestFileBytes) {
    violations.push_back({field, std::to_string(bytes) + " bytes altogether, allowed are [0, " +
                                     std::to_string(kMaxTestFileBytes) + "]"});
  }
}

// What a program has and tests have not.
void CheckUnused(const v1::Case& from, const std::string& field, Violations& violations) {
  const auto unused = [&](bool is_there, const char* name) {
    if (is_there) violations.push_back({field + "." + name, "has no meaning for test files"});
  };
  unused(!from.entry().empty(), "entry");
  unused(from.args_size() > 0, "args");
  unused(!from.stdin().empty(), "stdin");
}

}  // namespace

TestFilesPlan ToTestFilesPlan(v1::Case& from, const std::string& field, Violations& violations) {
  CheckUnused(from, field, violations);
  const std::string tests = field + ".tests";
  TestFilesPlan plan;
  plan.files = ToFiles(std::move(*from.mutable_tests()->mutable_files()));
  CheckTestFiles(plan.files, tests + ".files", violations);
  plan.entries = ToStrings(std::move(*from.mutable_tests()->mutable_entries()));
  for (std::size_t i = 0; i < plan.entries.size(); ++i) {
    if (std::ranges::find(plan.files, plan.entries[i], &WorkspaceFile::path) != plan.files.end()) continue;
    violations.push_back({tests + ".entries[" + std::to_string(i) + "]",
                          Quote(plan.entries[i]) + " is not the path of one of the test files"});
  }
  if (plan.entries.empty()) plan.entries = DefaultEntries(plan.files);
  plan.required = ToStrings(std::move(*from.mutable_tests()->mutable_required()));
  return plan;
}

}  // namespace runner
