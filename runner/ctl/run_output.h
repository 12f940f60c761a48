#pragma once

#include <memory>
#include <string>

#include "runner/ctl/output_directory.h"
#include "runner/ctl/service_error.h"
#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// Where a run's events go. Every function writes at once, without buffering, waits while the reader is slow, and
// returns 0 or the errno of a write that failed (EPIPE: nobody reads any more). One thread only.
class RunOutput {
 public:
  RunOutput() = default;
  virtual ~RunOutput() = default;
  RunOutput(const RunOutput&) = delete;
  RunOutput& operator=(const RunOutput&) = delete;

  virtual int OnEvent(const v1::RunEvent& event) = 0;

  // The call failed; there will be no result. `hint` says what a person can do about it; it may be empty.
  virtual int OnError(const ServiceError& error, const std::string& hint) = 0;
};

// The program's bytes as they are, on stdout and stderr; runnerctl's own sentences on stderr, on a line of their own,
// unless `quiet`. Collected files go to `directory`, which is there when the run collects any.
[[nodiscard]] std::unique_ptr<RunOutput> MakePlainOutput(bool quiet, OutputDirectory* directory = nullptr);

// One JSON object a line on stdout, nothing on stderr. Collected files go to `directory` or, without, into their events.
[[nodiscard]] std::unique_ptr<RunOutput> MakeJsonOutput(OutputDirectory* directory = nullptr);

// All of `bytes` to `fd`. Returns 0 or an errno.
[[nodiscard]] int WriteAll(int fd, const std::string& bytes);

// "runnerctl: `text`" with a newline, to stderr; a failure to write is nobody's concern.
void Say(const std::string& text);

}  // namespace runner::ctl
