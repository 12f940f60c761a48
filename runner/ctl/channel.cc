#include "runner/ctl/channel.h"

#include <grpc/support/log.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <string>

namespace runner::ctl {
namespace {

constexpr int kConnectTimeoutMs = 5000;

// How gRPC begins the message of a call that found nobody to talk to.
bool IsConnectFailure(const grpc::Status& status) {
  const std::string message = status.error_message();
  return message.starts_with("failed to connect to") || message.starts_with("DNS resolution failed") ||
         message.starts_with("connections to all backends failing");
}

}  // namespace

std::shared_ptr<grpc::Channel> OpenChannel(const Address& address) {
  if (!ProcessEnvironment()("GRPC_VERBOSITY")) {
    gpr_set_log_function([](gpr_log_func_args* /*unused*/) {});
  }
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectTimeoutMs);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address.target, grpc::InsecureChannelCredentials(), arguments);
}

Explanation Explain(const grpc::Status& status, const Address& address, bool answered) {
  Explanation explanation = {.error = ToServiceError(status), .hint = ""};
  if (status.error_code() != grpc::StatusCode::UNAVAILABLE) return explanation;
  ServiceError& error = explanation.error;
  if (answered) {
    error.message = "lost the daemon at " + address.target + " during the run: " + error.message;
  } else if (IsConnectFailure(status)) {
    error.message =
        "cannot reach a daemon at " + address.target + " (" + address.origin + "): " + status.error_message();
    explanation.hint =
        "Start one with `./dev serve`, or say where it is with --address or RUNNER_ADDRESS "
        "(unix:PATH or dns:///HOST:PORT). `runnerctl doctor` checks this host.";
  }
  return explanation;
}

}  // namespace runner::ctl
