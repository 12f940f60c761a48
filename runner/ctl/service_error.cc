#include "runner/ctl/service_error.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "runner/ctl/durations.h"
#include "runner/ctl/exit_code.h"
#include "runner/ctl/units.h"

namespace runner::ctl {
namespace {

std::string NameOf(grpc::StatusCode code) {
  constexpr std::array<const char*, 17> kNames = {
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  const auto index = static_cast<std::size_t>(code);
  return index < kNames.size() ? kNames.at(index) : "UNKNOWN";
}

void ReadDetails(const std::string& serialized, ServiceError& error) {
  google::rpc::Status details;
  if (serialized.empty() || !details.ParseFromString(serialized)) return;
  for (const google::protobuf::Any& detail : details.details()) {
    google::rpc::BadRequest bad_request;
    google::rpc::RetryInfo retry_info;
    google::rpc::QuotaFailure quota_failure;
    if (detail.UnpackTo(&bad_request)) {
      for (const auto& violation : bad_request.field_violations()) {
        error.violations.push_back({.field = violation.field(), .description = violation.description()});
      }
    } else if (detail.UnpackTo(&retry_info)) {
      error.retry_delay = ToMilliseconds(retry_info.retry_delay());
    } else if (detail.UnpackTo(&quota_failure)) {
      for (const auto& violation : quota_failure.violations()) {
        error.violations.push_back({.field = violation.subject(), .description = violation.description()});
      }
    }
  }
}

}  // namespace

ServiceError ToServiceError(const grpc::Status& status) {
  ServiceError error;
  error.code = NameOf(status.error_code());
  error.message = status.error_message();
  error.exit_code = ExitCodeOf(status);
  ReadDetails(status.error_details(), error);
  return error;
}

std::string ToText(const ServiceError& error) {
  std::string text = error.message.empty() ? "the service answered " + error.code : error.message;
  if (error.retry_delay) text += " (try again in " + FormatDuration(*error.retry_delay) + ")";
  for (const FieldViolation& violation : error.violations) {
    // A message may well be its only violation.
    if (text.find(violation.field) != std::string::npos && text.find(violation.description) != std::string::npos)
      continue;
    text += "\n  " + violation.field + ": " + violation.description;
  }
  return text;
}

nlohmann::ordered_json ToJson(const ServiceError& error) {
  nlohmann::ordered_json json = {{"event", "error"}, {"code", error.code}, {"message", error.message}};
  json["violations"] = nlohmann::ordered_json::array();
  for (const FieldViolation& violation : error.violations) {
    json["violations"].push_back({{"field", violation.field}, {"description", violation.description}});
  }
  json["retry_delay_ms"] = nullptr;
  if (error.retry_delay) json["retry_delay_ms"] = error.retry_delay->count();
  json["exit_code"] = error.exit_code;
  return json;
}

}  // namespace runner::ctl
