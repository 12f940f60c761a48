#include "runner/service/run_log.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdint>

#include "runner/sandbox/text.h"
#include "runner/service/convert.h"

namespace runner {
namespace {

std::int64_t Milliseconds(std::chrono::microseconds time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

}  // namespace

RunLog::RunLog(const RunSpec& spec, const std::string& context) {
  names_ = "run " + spec.run_id;
  if (!context.empty()) names_ += " " + context;
  if (!spec.tenant.empty()) names_ += " tenant=" + spec.tenant;
  names_ += " image=" + spec.image + " policy=" + spec.policy;
  for (const auto& [key, value] : spec.labels) names_ += " label." + Quote(key) + "=" + Quote(value);
}

void RunLog::Ended(const RunResult& result) const {
  std::string fate = VerdictName(result.verdict);
  if (result.exit_code.has_value()) fate += " exit_code=" + std::to_string(*result.exit_code);
  if (result.signal.has_value()) fate += " signal=" + std::to_string(*result.signal);
  if (!result.syscall.empty()) fate += " syscall=" + result.syscall;
  if (result.verdict == Verdict::kSetupFailed) fate += " reason=" + Quote(result.message, 300);
  if (result.collected.has_value()) {
    fate += " files=" + std::to_string(result.collected->files) +
            " file_bytes=" + std::to_string(result.collected->bytes) +
            " refused=" + std::to_string(result.collected->refused_count);
    if (!result.collected->incomplete.empty()) fate += " incomplete=" + Quote(result.collected->incomplete, 300);
  }
  const auto level = result.verdict == Verdict::kSetupFailed ? spdlog::level::warn : spdlog::level::info;
  spdlog::log(level, "{} verdict={} wall_ms={} cpu_ms={} queue_ms={} memory_peak={} stdout={} stderr={} start={}",
              names_, fate, Milliseconds(result.usage.wall_time), Milliseconds(result.usage.cpu_time),
              Milliseconds(result.queue_time), result.usage.memory_peak_bytes, result.usage.stdout_bytes,
              result.usage.stderr_bytes, result.start == StartKind::kWarm ? "warm" : "cold");
}

void RunLog::Ended(const grpc::Status& status) const {
  spdlog::info("{} refused status={} reason={}", names_, static_cast<int>(status.error_code()),
               Quote(status.error_message(), 300));
}

}  // namespace runner
