#pragma once

#include <grpcpp/support/status.h>

#include <string>

#include "runner/engine/run_result.h"
#include "runner/sandbox/run_spec.h"

namespace runner {

// One line in the log for each run, at its end: names, fate and cost, nothing of the snippet or of its output.
class RunLog {
 public:
  // `context`: more names, "grade=... case=...".
  explicit RunLog(const RunSpec& spec, const std::string& context = "");

  void Ended(const RunResult& result) const;
  // No run came of it.
  void Ended(const grpc::Status& status) const;

 private:
  std::string names_;
};

}  // namespace runner
