#pragma once

#include <string>
#include <vector>

#include "runner/base/error.h"
#include "runner/sandbox/run_spec.h"

namespace runner {

// The file that a request without an entry means: the only file; or `main` of package.json; or the one of
// main.{js,mjs,cjs,ts,mts,cts} and index.{the same} that is there. An Error's step says why none can be told.
// `files` must have valid paths.
[[nodiscard]] Result<std::string> ResolveEntry(const std::vector<WorkspaceFile>& files);

}  // namespace runner
