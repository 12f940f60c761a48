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
  int signal = 0;                              // SIGINT or SIGTERM ended it
  std::vector<std::filesystem::path> files;    // of the suite
  std::vector<std::filesystem::path> reports;  // that were written
};

// Reads suite and submission, grades, and writes everything there is to write. Throws UsageError before anything is sent.
[[nodiscard]] Graded Grade(const GradeOptions& options, const std::shared_ptr<grpc::Channel>& channel,
                           const Address& address);

// The same again whenever something of it changes, until SIGINT or SIGTERM. Returns the exit code.
[[nodiscard]] int GradeOnChange(const GradeOptions& options, const std::shared_ptr<grpc::Channel>& channel,
                                const Address& address);

}  // namespace runner::ctl
