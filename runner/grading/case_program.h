#pragma once

#include <memory>
#include <vector>

#include "runner/sandbox/run_spec.h"

namespace runner {

using SharedFiles = std::shared_ptr<const std::vector<WorkspaceFile>>;

// What a case runs: the files that all cases have, with its own in place of or beside them. Only the bytes of the files are
// there once for all cases, and their names too until a case runs.
struct CaseProgram {
  RunSpec spec;        // valid, but for its files, which are not in it, and its run_id, which is empty
  SharedFiles common;  // not null
  std::vector<WorkspaceFile> own;

  // The whole of it.
  [[nodiscard]] RunSpec Build() const;
};

// `first`, with those of `second` in place of files of the same path, or behind them.
[[nodiscard]] std::vector<WorkspaceFile> Overlay(const std::vector<WorkspaceFile>& first,
                                                 const std::vector<WorkspaceFile>& second);

}  // namespace runner
