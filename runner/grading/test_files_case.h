#pragma once

#include <string>
#include <vector>

#include "runner/grading/case_kind.h"
#include "runner/grading/case_program.h"

namespace runner {

// Test files for a submission; the API's TestFiles.
struct TestFilesPlan {
  std::vector<WorkspaceFile> files;   // with valid paths, their contents UTF-8
  std::vector<std::string> entries;   // paths out of `files`, at least one
  std::vector<std::string> required;  // full names of tests that have to have passed
};

inline constexpr std::size_t kMaxTestFiles = 256;
inline constexpr std::size_t kMaxTestFileBytes = std::size_t{4} << 20;  // altogether

// Those of `files` that are run where a request does not say which: the ones with .test. or .spec. in their names, or else all.
[[nodiscard]] std::vector<std::string> DefaultEntries(const std::vector<WorkspaceFile>& files);

// Runs each entry against the submission, in a sandbox of its own, one after the other: all have to pass. What they do to each
// other's submission is nothing, so a file with a case of its own is the way to have them run at the same time.
class TestFilesCase final : public CaseKind {
 public:
  // `program`: the submission. Its entry, arguments and stdin are not used.
  TestFilesCase(CaseProgram program, TestFilesPlan plan);

  [[nodiscard]] boost::asio::awaitable<Attempt> Try(CaseContext& context) const override;

 private:
  // What the harness reads: see sandbox-images/runtime/tests/handover.cjs.
  [[nodiscard]] std::string HandOver(const std::string& key, const std::string& entry) const;

  CaseProgram program_;
  TestFilesPlan plan_;
};

}  // namespace runner
