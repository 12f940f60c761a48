#include <grpcpp/client_context.h>

#include <chrono>
#include <string>

#include "grpc/health/v1/health.grpc.pb.h"
#include "runner/ctl/channel.h"
#include "runner/ctl/doctor_checks.h"

namespace runner::ctl {
namespace {

constexpr std::chrono::seconds kPatience{2};

}  // namespace

Check CheckDaemon(const Address& address) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  grpc::health::v1::HealthCheckResponse answer;
  const grpc::Status status = grpc::health::v1::Health::NewStub(OpenChannel(address))->Check(&context, {}, &answer);
  Check check = {.name = "daemon", .status = CheckStatus::kWarning, .sentence = ""};
  if (!status.ok()) {
    const Explanation explanation = Explain(status, address, /*answered=*/false);
    check.sentence = "No answer: " + explanation.error.message + ". " + explanation.hint;
  } else if (answer.status() != grpc::health::v1::HealthCheckResponse::SERVING) {
    check.sentence = "The daemon at " + address.target + " answers, but takes no runs just now (starting or stopping).";
  } else {
    check.status = CheckStatus::kOk;
    check.sentence = "The daemon at " + address.target + " takes runs.";
  }
  return check;
}

}  // namespace runner::ctl
