#include "runner/service/status.h"

#include <cstddef>
#include <string_view>
#include <utility>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace runner {
namespace {

// What a client accepts by default is 8 KiB of trailers. The message counts up to three bytes for one (percent-encoding)
// and the details four for three (base64).
constexpr std::size_t kMaxMessageBytes = 700;
constexpr std::size_t kMaxDetailsBytes = 2800;
constexpr std::size_t kMaxDescriptionBytes = 400;

// At most `maximum` bytes of `text`, never half a character.
std::string Shorten(std::string_view text, std::size_t maximum) {
  if (text.size() <= maximum) return std::string(text);
  constexpr std::string_view kEllipsis = "...";
  std::size_t end = maximum - kEllipsis.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)).append(kEllipsis);
}

google::rpc::Status Details(grpc::StatusCode code, const std::string& message) {
  google::rpc::Status status;
  status.set_code(code);
  status.set_message(message);
  return status;
}

grpc::Status ToGrpc(const google::rpc::Status& status) {
  return {static_cast<grpc::StatusCode>(status.code()), status.message(), status.SerializeAsString()};
}

void AddRetryInfo(google::rpc::Status& status, std::chrono::milliseconds retry_after) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(retry_after.count() / 1000);
  retry.mutable_retry_delay()->set_nanos(static_cast<std::int32_t>(retry_after.count() % 1000 * 1'000'000));
  status.add_details()->PackFrom(retry);
}

std::string Sentence(const FieldViolation& violation) {
  return violation.field.empty() ? violation.description : violation.field + ": " + violation.description;
}

std::string InWords(const std::vector<FieldViolation>& violations) {
  std::string message;
  std::size_t told = 0;
  for (const FieldViolation& violation : violations) {
    const std::string sentence = Sentence(violation);
    if (told > 0 && message.size() + sentence.size() > kMaxMessageBytes - 20) break;
    if (told > 0) message += "; ";
    message += sentence;
    ++told;
  }
  message = Shorten(message, kMaxMessageBytes - 20);
  if (told < violations.size()) message += "; and " + std::to_string(violations.size() - told) + " more";
  return message;
}

}  // namespace

grpc::Status InvalidArgument(const std::vector<FieldViolation>& violations) {
  google::rpc::BadRequest bad_request;
  google::rpc::Status status = Details(grpc::StatusCode::INVALID_ARGUMENT, InWords(violations));
  for (const FieldViolation& violation : violations) {
    auto* entry = bad_request.add_field_violations();
    entry->set_field(Shorten(violation.field, kMaxDescriptionBytes));
    entry->set_description(Shorten(violation.description, kMaxDescriptionBytes));
    if (bad_request.ByteSizeLong() + status.ByteSizeLong() > kMaxDetailsBytes) {
      bad_request.mutable_field_violations()->RemoveLast();
      break;
    }
  }
  status.add_details()->PackFrom(bad_request);
  return ToGrpc(status);
}

grpc::Status InvalidArgument(FieldViolation violation) {
  return InvalidArgument(std::vector<FieldViolation>{std::move(violation)});
}

grpc::Status ResourceExhausted(const std::string& message, const std::string& subject,
                               std::chrono::milliseconds retry_after) {
  google::rpc::Status status = Details(grpc::StatusCode::RESOURCE_EXHAUSTED, Shorten(message, kMaxMessageBytes));
  AddRetryInfo(status, retry_after);
  google::rpc::QuotaFailure quota;
  auto* violation = quota.add_violations();
  violation->set_subject(subject);
  violation->set_description(status.message());
  status.add_details()->PackFrom(quota);
  return ToGrpc(status);
}

grpc::Status Unavailable(const std::string& message, std::chrono::milliseconds retry_after) {
  google::rpc::Status status = Details(grpc::StatusCode::UNAVAILABLE, Shorten(message, kMaxMessageBytes));
  AddRetryInfo(status, retry_after);
  return ToGrpc(status);
}

}  // namespace runner
