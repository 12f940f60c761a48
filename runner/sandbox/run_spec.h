#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/sandbox/limits.h"
#include "runner/sandbox/terminal.h"

namespace runner {

// Bytes that never change, so that copies share them: the files of a submission are in every one of its cases.
class FileContent {
 public:
  FileContent() = default;
  FileContent(std::string bytes) : bytes_(std::make_shared<const std::string>(std::move(bytes))) {}
  FileContent(const char* text) : FileContent(std::string(text)) {}

  [[nodiscard]] std::string_view view() const { return bytes_ == nullptr ? std::string_view() : *bytes_; }
  [[nodiscard]] std::size_t size() const { return view().size(); }

 private:
  std::shared_ptr<const std::string> bytes_;
};

struct WorkspaceFile {
  std::string path;  // relative, validated (see ValidateRunSpec)
  FileContent content;
  bool executable = false;
};

// Makes what a program prints a function of its input; the API's Determinism.
struct DeterminismSpec {
  std::uint64_t seed = 0;
  std::int64_t start_time_ms = kDefaultStart;  // since 1970

  static constexpr std::int64_t kDefaultStart = 1704067200000;   // 2024-01-01T00:00:00Z
  static constexpr std::int64_t kLatestStart = 253402300799999;  // the end of the year 9999
};

// One run, as plain values: what the service made of a request and the engine carries out.
struct RunSpec {
  std::string run_id;
  std::string tenant;
  std::string image;
  std::string policy;
  std::vector<WorkspaceFile> files;
  std::string entry;  // one of files; not for test_harness
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::string stdin_bytes;
  // The image's test harness runs in place of `entry`, with what it is to do on stdin.
  bool test_harness = false;
  std::optional<DeterminismSpec> determinism;
  bool compile_typescript = false;                          // the engine's decision, by files and image
  bool stdin_stays_open = false;                            // more input may follow (RunInteractive)
  std::optional<TerminalSpec> terminal;                     // in place of the three pipes
  bool cold_start = false;                                  // Node is to be started for this run
  bool trace = false;                                       // measure the phases
  Limits limits;                                            // complete: what ApplyOverrides returned
  std::vector<std::pair<std::string, std::string>> labels;  // for logs and metrics only
  std::vector<std::string> collect;                         // globs (see Glob)
};

// The limits that a request names; the policy's default counts where it names none.
struct LimitOverrides {
  std::optional<std::chrono::nanoseconds> wall_time;
  std::optional<std::chrono::nanoseconds> cpu_time;
  std::optional<std::uint64_t> memory_bytes;
  std::optional<std::uint64_t> output_bytes;
  std::optional<std::uint32_t> threads;
  std::optional<std::uint64_t> workspace_bytes;
};

// How much a request may carry. The strings must fit what init takes (launcher::kMaxStrings, kMaxStringCount) with room
// for the environment that every run has.
inline constexpr std::size_t kMaxPathBytes = 4096;
inline constexpr std::size_t kMaxPathComponentBytes = 255;
inline constexpr std::size_t kMaxPathDepth = 64;
inline constexpr std::size_t kMaxArgs = 1024;
inline constexpr std::size_t kMaxArgBytes = 128 * 1024;  // altogether, terminators included
inline constexpr std::size_t kMaxEnv = 256;
inline constexpr std::size_t kMaxEnvBytes = 128 * 1024;  // altogether, '=' and terminators included
inline constexpr std::size_t kMaxLabels = 16;
inline constexpr std::size_t kMaxLabelBytes = 63;
inline constexpr std::size_t kMaxIdentifierBytes = 64;
inline constexpr std::size_t kMaxCollectGlobs = 32;

// One thing wrong with a request.
struct FieldViolation {
  std::string field;        // as in the proto: "files[2].path", "limits.wall_time"
  std::string description;  // what is wrong, with the value and the allowed range
};

struct Policy;

// The complete limits of a run. A value outside [kMinimumLimits, the policy's maxima] is added to `violations` with its
// range and replaced by the default. Durations are rounded up to whole milliseconds.
[[nodiscard]] Limits ApplyOverrides(const Policy& policy, const LimitOverrides& overrides,
                                    std::vector<FieldViolation>& violations);

// Checks every value of a spec but the names of image and policy (file names and sizes, entry, args, env, identifiers,
// limits) and returns all that is wrong with it, in the order of the proto; empty means that it can be run. Descriptions
// are one line of valid UTF-8, whatever the request held. An empty run_id or tenant is fine: omitted.
// Fills in `entry` where it is empty and one can be told (see RunRequest.entry).
[[nodiscard]] std::vector<FieldViolation> ValidateRunSpec(RunSpec& spec, const Policy& policy);

}  // namespace runner
