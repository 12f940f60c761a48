#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace runner::ctl {

struct FieldViolation {
  std::string field;
  std::string description;
};

// A failed call in plain values: the status and what its google.rpc details say.
struct ServiceError {
  // The gRPC name, "INVALID_ARGUMENT".
  std::string code;
  std::string message;
  std::vector<FieldViolation> violations;
  std::optional<std::chrono::milliseconds> retry_delay;
  int exit_code = 0;
};

// `status` is not OK. Details that cannot be parsed count as absent.
[[nodiscard]] ServiceError ToServiceError(const grpc::Status& status);

// The same in words: the message, when to try again, a line for each violation the message does not state. Lines are
// separated by '\n'; no newline at the end.
[[nodiscard]] std::string ToText(const ServiceError& error);

// {"event":"error","code":…,"message":…,"violations":[{"field":…,"description":…}],"retry_delay_ms":…|null,"exit_code":…}
[[nodiscard]] nlohmann::ordered_json ToJson(const ServiceError& error);

}  // namespace runner::ctl
