#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <string>
#include <vector>

#include "runner/sandbox/run_spec.h"

namespace runner {

// The gRPC statuses of the API, each with its google.rpc details (a serialized google.rpc.Status). Bounded in size,
// whatever a request contained: a client refuses trailers above 8 KiB and would report that instead.

// INVALID_ARGUMENT with BadRequest: `violations` must not be empty. The message has the first of them in words.
[[nodiscard]] grpc::Status InvalidArgument(const std::vector<FieldViolation>& violations);
[[nodiscard]] grpc::Status InvalidArgument(FieldViolation violation);

// RESOURCE_EXHAUSTED with RetryInfo and QuotaFailure; `subject` says what there is not enough of, such as "queue".
[[nodiscard]] grpc::Status ResourceExhausted(const std::string& message, const std::string& subject,
                                             std::chrono::milliseconds retry_after);

// UNAVAILABLE with RetryInfo.
[[nodiscard]] grpc::Status Unavailable(const std::string& message, std::chrono::milliseconds retry_after);

}  // namespace runner
