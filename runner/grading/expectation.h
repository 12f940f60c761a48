#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/engine/run_result.h"
#include "runner/grading/comparer.h"
#include "runner/grading/grade_result.h"

namespace runner {

// What a program has to do; everything that is given has to hold.
struct FileExpectation {
  std::string path;
  ComparerPtr content;  // none: the file must not be there
};

struct Expectation {
  Verdict verdict = Verdict::kExited;
  std::optional<int> exit_code = 0;  // with kExited; none: any
  std::optional<int> signal;         // with kSignaled; none: any
  ComparerPtr out;
  ComparerPtr err;
  std::vector<FileExpectation> files;
};

// What a program did.
struct Observation {
  RunResult result;
  std::string out;
  std::string err;
  std::map<std::string, std::string> files;  // those that were collected whole
  bool files_cut = false;                    // there were more, which were too large to be kept
};

// The glob that matches this path alone.
[[nodiscard]] std::string LiteralGlob(const std::string& path);

// Everything that is not as expected, in the order verdict, exit code or signal, stdout, stderr, files. Files are looked
// at where the verdict is the expected one. Any thread.
[[nodiscard]] std::vector<Mismatch> Judge(const Expectation& expectation, const Observation& observation);

}  // namespace runner
