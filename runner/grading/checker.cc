#include "runner/grading/checker.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "runner/sandbox/text.h"

namespace runner {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kMaxMessageBytes = 4096;

// Those of the ICPC's problem package format. 0 and 1 are what Node exits with when a checker forgets to decide, or throws.
constexpr int kAccepts = 42;
constexpr int kRefuses = 43;

const char* Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kExited:
      return "EXITED";
    case Verdict::kSignaled:
      return "SIGNALED";
    case Verdict::kWallTimeLimit:
      return "WALL_TIME_LIMIT";
    case Verdict::kCpuTimeLimit:
      return "CPU_TIME_LIMIT";
    case Verdict::kMemoryLimit:
      return "MEMORY_LIMIT";
    case Verdict::kOutputLimit:
      return "OUTPUT_LIMIT";
    case Verdict::kPolicyViolation:
      return "POLICY_VIOLATION";
    case Verdict::kCancelled:
      return "CANCELLED";
    case Verdict::kSetupFailed:
      return "SETUP_FAILED";
  }
  return "";
}

// What runnerctl --json says of a result, as far as a program can be judged by it.
std::string ResultJson(const RunResult& result) {
  const auto milliseconds = [](std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1000; };
  nlohmann::ordered_json json = {{"verdict", Name(result.verdict)}, {"exit_code", nullptr}, {"signal", nullptr}};
  if (result.exit_code) json["exit_code"] = *result.exit_code;
  if (result.signal) json["signal"] = *result.signal;
  json["usage"] = {{"wall_time_ms", milliseconds(result.usage.wall_time)},
                   {"cpu_time_ms", milliseconds(result.usage.cpu_time)},
                   {"memory_peak_bytes", result.usage.memory_peak_bytes},
                   {"stdout_bytes", result.usage.stdout_bytes},
                   {"stderr_bytes", result.usage.stderr_bytes}};
  return json.dump() + "\n";
}

// At most so much of what the checker says, whole characters, without blanks around.
std::string Message(std::string text) {
  if (text.size() > kMaxMessageBytes) {
    std::size_t end = kMaxMessageBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
    text.resize(end);
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  // A message of the API is a string, which is UTF-8.
  return IsValidUtf8(text) ? text : Quote(text, kMaxMessageBytes);
}

std::uint64_t WorkspaceBytes(const RunSpec& spec) {
  constexpr std::uint64_t kPage = 4096;
  std::uint64_t bytes = 0;
  for (const WorkspaceFile& file : spec.files) bytes += (file.content.size() + kPage - 1) / kPage * kPage + kPage;
  return bytes;
}

RunSpec Build(const Checker& checker, const std::string& stdin_bytes, const Observation& seen) {
  RunSpec spec = checker.spec;
  const std::string directory(kCheckerDirectory);
  spec.files.push_back({directory + "stdout", seen.out});
  spec.files.push_back({directory + "stderr", seen.err});
  spec.files.push_back({directory + "stdin", stdin_bytes});
  spec.files.push_back({directory + "result.json", ResultJson(seen.result)});
  for (const auto& [path, content] : seen.files) spec.files.push_back({directory + "files/" + path, content});
  return spec;
}

}  // namespace

asio::awaitable<void> Check(const Checker& checker, const std::string& stdin_bytes, const Observation& seen,
                            CaseContext& context, Attempt& attempt) {
  RunSpec spec = Build(checker, stdin_bytes, seen);
  if (WorkspaceBytes(spec) > spec.limits.workspace_bytes) {
    attempt.outcome = Outcome::kFailed;
    attempt.message = "the program wrote more than the checker's workspace holds";
    attempt.mismatches.push_back({"checker", {.message = attempt.message, .diff = ""}});
    co_return;
  }
  std::variant<Ran, Trouble> came = co_await context.Run(std::move(spec), Capture());
  if (auto* trouble = std::get_if<Trouble>(&came)) {
    attempt.outcome = Outcome::kError;
    attempt.message = std::move(trouble->message);
    co_return;
  }
  Observation& decided = std::get<Ran>(came).observation;
  const RunResult& result = decided.result;
  if (result.verdict == Verdict::kExited && result.exit_code == kAccepts) co_return;
  if (result.verdict == Verdict::kExited && result.exit_code == kRefuses) {
    attempt.outcome = Outcome::kFailed;
    attempt.message = Message(std::move(decided.out));
    if (attempt.message.empty()) attempt.message = "the checker refuses what the program did";
    attempt.mismatches.push_back({"checker", {.message = attempt.message, .diff = ""}});
    co_return;
  }
  attempt.outcome = Outcome::kError;
  attempt.message = "the checker has to exit with code 42 (accepts) or 43 (refuses), and " + result.message;
  if (decided.err.empty()) co_return;
  // Not in the message, which is shown of hidden cases too: a checker that throws quotes what the program wrote.
  attempt.mismatches.push_back({"checker", {.message = "wrote on stderr: " + Quote(decided.err, 300), .diff = ""}});
}

}  // namespace runner
