// Node without a sandbox, to compare with.
#pragma once

#include <string>

#include "tests/lessons/lesson.h"
#include "tests/support/process.h"

namespace runner::test {

// Runs `lesson` by the image's node, as uid 1000 in the image's root, and in nothing else of a sandbox's: no filter,
// no cgroup, no namespace but the one for the mounts. The paths, the uid and the environment are those that programs see in a
// sandbox, so that stack traces can be compared word for word. With TypeScript that has to be compiled it is not quite bare:
// the image's own compiler is loaded with --require, which takes itself out of process.execArgv.
[[nodiscard]] Finished RunBare(const std::string& image, const Lesson& lesson);

}  // namespace runner::test
