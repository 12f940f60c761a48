#pragma once

#include <grpcpp/channel.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "runner/ctl/address.h"
#include "runner/ctl/grade/grade_options.h"

namespace runner::ctl {

// What one grading came to.
struct Graded {
  int exit_code = 0;
  int signal = 0;                            // SIGINT or SIGTERM came
  std::vector<std::filesystem::path> files;  // of the suite
};

// Removes the reports of an earlier time, reads suite and submission, grades, and writes everything there is to write. Throws
// UsageError before anything is sent.
//   While files are read, a signal ends the process at once with 128 + its number: a pipe may never end. From then on the
//   first one cancels the call, if it goes on still, and the second ends the process: nobody may read what is written.
// CancelSignals::Block() has been called before `channel` was made.
[[nodiscard]] Graded Grade(const GradeOptions& options, const std::shared_ptr<grpc::Channel>& channel,
                           const Address& address);

// The same again whenever something of it changes, until SIGINT or SIGTERM, or until nobody reads standard output any more.
// Returns the exit code.
[[nodiscard]] int GradeOnChange(const GradeOptions& options, const std::shared_ptr<grpc::Channel>& channel,
                                const Address& address);

}  // namespace runner::ctl
