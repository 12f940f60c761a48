#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runner/sandbox/limits.h"

namespace runner {

struct WorkspaceFile {
  std::string path;  // relative, validated (see ValidateRunSpec)
  std::string content;
  bool executable = false;
};

// One run, as plain values: what the service made of a request and the engine carries out.
struct RunSpec {
  std::string run_id;
  std::string tenant;
  std::string image;
  std::string policy;
  std::vector<WorkspaceFile> files;
  std::string entry;  // one of files
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::string stdin_bytes;
  bool stdin_stays_open = false;  // more input may follow (RunInteractive)
  Limits limits;                  // complete: defaults filled in, maxima checked
};

// One thing wrong with a request.
struct FieldViolation {
  std::string field;        // as in the proto: "files[2].path", "limits.wall_time"
  std::string description;  // what is wrong, with the value and the allowed range
};

struct Policy;

// Checks every value of a spec (file names, entry, args, env, identifiers, limits against the policy's maxima) and
// returns all that is wrong with it, in the order of the proto; empty means that it can be run.
// Fills in `entry` where it is empty and one can be told (see RunRequest.entry).
[[nodiscard]] std::vector<FieldViolation> ValidateRunSpec(RunSpec& spec, const Policy& policy);

}  // namespace runner
