#include "runner/sandbox/run_spec.h"

#include <algorithm>
#include <string_view>

#include "runner/sandbox/entry.h"
#include "runner/sandbox/environment_check.h"
#include "runner/sandbox/glob.h"
#include "runner/sandbox/policy.h"
#include "runner/sandbox/text.h"
#include "runner/sandbox/workspace_check.h"

namespace runner {
namespace {

using std::string_view;
using Violations = std::vector<FieldViolation>;

void CheckEntry(RunSpec& spec, bool files_are_valid, Violations& violations) {
  if (spec.test_harness) return;
  if (spec.entry.empty()) {
    // What is wrong with the files has been said; which of them is meant cannot be told.
    if (!files_are_valid) return;
    Result<std::string> entry = ResolveEntry(spec.files);
    if (entry) {
      spec.entry = std::move(*entry);
    } else {
      violations.push_back({.field = "entry", .description = entry.error().step});
    }
    return;
  }
  if (std::ranges::find(spec.files, spec.entry, &WorkspaceFile::path) == spec.files.end()) {
    violations.push_back({.field = "entry", .description = Quote(spec.entry) + " is not the path of one of the files"});
  }
}

void CheckArgs(const RunSpec& spec, Violations& violations) {
  if (spec.args.size() > kMaxArgs) {
    violations.push_back({.field = "args",
                          .description = std::to_string(spec.args.size()) + " arguments, allowed are [0, " +
                                         std::to_string(kMaxArgs) + "]"});
  }
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < spec.args.size(); ++i) {
    bytes += spec.args[i].size() + 1;
    if (spec.args[i].find('\0') == std::string::npos) continue;
    violations.push_back({.field = "args[" + std::to_string(i) + "]",
                          .description = Quote(spec.args[i]) + " holds a NUL, which would end it"});
  }
  if (bytes > kMaxArgBytes) {
    violations.push_back({.field = "args",
                          .description = std::to_string(bytes) + " bytes altogether, allowed are [0, " +
                                         std::to_string(kMaxArgBytes) + "]"});
  }
}

// Limits that did not come from ApplyOverrides are held to the same ranges.
void CheckLimits(const RunSpec& spec, const Policy& policy, Violations& violations) {
  const Limits& limits = spec.limits;
  (void)ApplyOverrides(policy,
                       {.wall_time = limits.wall_time,
                        .cpu_time = limits.cpu_time,
                        .memory_bytes = limits.memory_bytes,
                        .output_bytes = limits.output_bytes,
                        .threads = limits.threads,
                        .workspace_bytes = limits.workspace_bytes},
                       violations);
}

// Identifiers become names of directories and parts of log lines.
void CheckIdentifier(const char* field, const std::string& value, Violations& violations) {
  constexpr string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  if (value.empty()) return;
  if (value.size() > kMaxIdentifierBytes || value.find_first_not_of(kAllowed) != std::string::npos || value == "." ||
      value == "..") {
    violations.push_back(
        {.field = field, .description = Quote(value) + " does not match [A-Za-z0-9._-]{1,64}, or is \".\" or \"..\""});
  }
}

bool PrintableLabel(const std::string& text) {
  if (text.size() > kMaxLabelBytes) return false;
  for (std::size_t position = 0; position < text.size();) {
    const std::optional<std::uint32_t> character = DecodeUtf8(text, position);
    if (!character || IsControlCharacter(*character)) return false;
  }
  return true;
}

void CheckLabels(const RunSpec& spec, Violations& violations) {
  if (spec.labels.size() > kMaxLabels) {
    violations.push_back({.field = "labels",
                          .description = std::to_string(spec.labels.size()) + " labels, allowed are [0, " +
                                         std::to_string(kMaxLabels) + "]"});
  }
  for (const auto& [key, value] : spec.labels) {
    const std::string field = "labels[" + Quote(key, kMaxLabelBytes) + "]";
    if (key.empty() || !PrintableLabel(key)) {
      violations.push_back(
          {.field = field, .description = Quote(key) + " is not a key, expected 1 to 63 bytes of UTF-8 on one line"});
    }
    if (!PrintableLabel(value)) {
      violations.push_back(
          {.field = field,
           .description = Quote(value) + " is not a value, expected 0 to 63 bytes of UTF-8 on one line"});
    }
  }
}

void CheckDeterminism(const RunSpec& spec, Violations& violations) {
  if (!spec.determinism) return;
  const std::int64_t start = spec.determinism->start_time_ms;
  if (start >= 0 && start <= DeterminismSpec::kLatestStart) return;
  violations.push_back({.field = "determinism.start_time_ms",
                        .description = std::to_string(start) + " is outside [0, " +
                                       std::to_string(DeterminismSpec::kLatestStart) + "]"});
}

void CheckCollect(const RunSpec& spec, Violations& violations) {
  if (spec.collect.size() > kMaxCollectGlobs) {
    violations.push_back({.field = "collect",
                          .description = std::to_string(spec.collect.size()) + " globs, allowed are [0, " +
                                         std::to_string(kMaxCollectGlobs) + "]"});
    return;
  }
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < spec.collect.size(); ++i) {
    const Result<Glob> glob = Glob::Parse(spec.collect[i]);
    if (glob) {
      bytes += glob->expanded_bytes();
    } else {
      violations.push_back({.field = "collect[" + std::to_string(i) + "]",
                            .description = Quote(spec.collect[i]) + " " + glob.error().step});
    }
  }
  if (bytes > Glob::kMaxExpandedBytes) {
    violations.push_back({.field = "collect",
                          .description = std::to_string(bytes) +
                                         " bytes altogether with every {...} written out, allowed are [0, " +
                                         std::to_string(Glob::kMaxExpandedBytes) + "]"});
  }
}

}  // namespace

std::vector<FieldViolation> ValidateRunSpec(RunSpec& spec, const Policy& policy) {
  Violations violations;
  CheckFiles(spec, policy, violations);
  CheckEntry(spec, violations.empty(), violations);
  CheckArgs(spec, violations);
  CheckEnvironment(spec, violations);
  CheckLimits(spec, policy, violations);
  CheckIdentifier("run_id", spec.run_id, violations);
  CheckLabels(spec, violations);
  CheckIdentifier("tenant", spec.tenant, violations);
  CheckCollect(spec, violations);
  CheckTerminal(spec.terminal, violations);
  CheckDeterminism(spec, violations);
  return violations;
}

}  // namespace runner
