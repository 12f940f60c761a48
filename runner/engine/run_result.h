#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace runner {

enum class Verdict {
  kExited,
  kSignaled,
  kWallTimeLimit,
  kCpuTimeLimit,
  kMemoryLimit,
  kOutputLimit,
  kPolicyViolation,
  kCancelled,
  kSetupFailed,
};

enum class StartKind { kCold, kWarm };

// The limit that ended a run. `observed` is what was seen when the run was ended, never less than `allowed`.
struct LimitReport {
  std::string name;  // wall_time, cpu_time, memory, stdout, stderr
  std::string unit;  // ms or bytes
  std::uint64_t allowed = 0;
  std::uint64_t observed = 0;
};

struct Usage {
  std::chrono::microseconds wall_time{};
  std::chrono::microseconds cpu_time{};
  std::uint64_t memory_peak_bytes = 0;
  std::uint32_t processes_peak = 0;
  std::uint64_t stdout_bytes = 0;
  std::uint64_t stderr_bytes = 0;
};

// A file of the workspace that was asked for and not sent.
struct RefusedFile {
  std::string path;    // escaped and shortened for people
  std::string reason;  // what follows the path in a sentence
};

// What became of RunSpec::collect.
struct Collected {
  std::uint32_t files = 0;  // sent whole
  std::uint64_t bytes = 0;
  std::vector<RefusedFile> refused;  // the first kMaxRefused
  std::uint32_t refused_count = 0;   // all
  std::vector<std::string> unmatched;
  std::string incomplete;  // why it broke off; else empty

  static constexpr std::size_t kMaxRefused = 64;
};

// When something happened to a run, as time since it left the queue.
struct Phase {
  std::string name;
  std::chrono::microseconds at{};
};

// How a run ended. Made by the engine alone, from wait status, cgroup counters and clocks.
struct RunResult {
  Verdict verdict = Verdict::kSetupFailed;
  std::optional<int> exit_code;  // with kExited
  std::optional<int> signal;     // with kSignaled
  std::optional<LimitReport> limit;
  std::string syscall;  // with kPolicyViolation
  std::string message;
  std::string hint;  // advice on the program's own error, from what it wrote; decides nothing
  Usage usage;
  bool stdout_truncated = false;
  bool stderr_truncated = false;
  StartKind start = StartKind::kCold;
  std::chrono::microseconds queue_time{};
  std::vector<std::string> protections;
  std::optional<Collected> collected;  // with kExited and kSignaled, when the spec asked for it
  std::vector<Phase> phases;           // with RunSpec::trace
};

// What events and results repeat of the run they belong to.
struct RunNames {
  std::string run_id;
  std::string image;
  std::string policy;
};

}  // namespace runner
