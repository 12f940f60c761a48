#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "runner/engine/engine.h"
#include "runner/engine/run_io.h"
#include "runner/engine/run_result.h"
#include "runner/sandbox/image.h"
#include "runner/sandbox/policy.h"
#include "runner/sandbox/run_spec.h"
#include "runner/v1/runner.pb.h"

namespace runner {

// The messages of the API and the values of the engine, in both directions. No other file knows both. Pure functions.

// What a request can name, and what counts where it names nothing.
struct Offer {
  const std::map<std::string, Image>& images;
  const std::map<std::string, Policy>& policies;
  std::string default_image;
  std::string default_policy;
};

// A valid RunSpec, or everything that is wrong with the request (never empty). Moves the content out of `request`. An
// omitted run_id stays empty.
[[nodiscard]] std::variant<RunSpec, std::vector<FieldViolation>> ToRunSpec(v1::RunRequest&& request, const Offer& offer,
                                                                           bool stdin_stays_open);

[[nodiscard]] v1::RunEvent QueuedEvent(std::uint32_t position);
[[nodiscard]] v1::RunEvent StartedEvent(const StartedInfo& info, const RunNames& names);
[[nodiscard]] v1::RunEvent OutputEvent(OutputStream stream, std::string bytes, std::chrono::microseconds offset);
[[nodiscard]] v1::RunEvent FileEvent(FilePiece piece, std::chrono::microseconds offset);
[[nodiscard]] v1::RunEvent ResultEvent(const RunResult& result, const RunNames& names);

[[nodiscard]] grpc::Status RefusalStatus(const Refusal& refusal);

// What GetServerInfo answers besides images and policies.
struct ServerFacts {
  std::string version;
  std::uint32_t layers = 0;
  int cgroup_version = 0;
  EngineStatus status;
  std::chrono::microseconds uptime{};
};

[[nodiscard]] v1::ServerInfo ToServerInfo(const Offer& offer, const ServerFacts& facts);

// "WALL_TIME_LIMIT": the API's name, also for logs.
[[nodiscard]] const std::string& VerdictName(Verdict verdict);

}  // namespace runner
