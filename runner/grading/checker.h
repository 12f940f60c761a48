#pragma once

#include "runner/grading/case_kind.h"

namespace runner {

// A program of the grader's that decides about what another has done, in a sandbox of its own.
struct Checker {
  RunSpec spec;  // valid; what it is to look at is added to its files
};

// Where the checker finds what it is to look at; none of its own files may be in there.
inline constexpr std::string_view kCheckerDirectory = "checker/";

// Adds to `attempt`, in which everything else has held, what the checker says of `seen`: kPassed, kFailed with a mismatch,
// or kError where it did neither.
[[nodiscard]] boost::asio::awaitable<void> Check(const Checker& checker, const std::string& stdin_bytes,
                                                 const Observation& seen, CaseContext& context, Attempt& attempt);

}  // namespace runner
