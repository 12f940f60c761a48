#include "runner/ctl/channel.h"

#include <grpc/support/log.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <string>
#include <string_view>

namespace runner::ctl {
namespace {

constexpr int kConnectTimeoutMs = 5000;

// How gRPC begins the message of a call that found nobody to talk to.
bool IsConnectFailure(const grpc::Status& status) {
  const std::string message = status.error_message();
  return message.starts_with("failed to connect to") || message.starts_with("DNS resolution failed") ||
         message.starts_with("connections to all backends failing");
}

// What the kernel or the resolver said, out of "failed to connect to all addresses; last error: UNKNOWN: TARGET: ...".
std::string Reason(const std::string& message, const std::string& target) {
  constexpr std::string_view kBefore = "last error: UNKNOWN: ";
  const std::size_t at = message.find(kBefore);
  std::string reason = at == std::string::npos ? message : message.substr(at + kBefore.size());
  if (reason.starts_with(target + ": ")) reason.erase(0, target.size() + 2);
  return reason;
}

std::string Hint(const std::string& reason) {
  if (reason.find("Permission denied") != std::string::npos) {
    return "Its socket is not open to this user: use sudo, or become a member of the group that it belongs to (that of "
           "an installed daemon is `runner`).";
  }
  return "Start one with `./dev serve` (an installed one: `systemctl start runnerd`), or say where it is with "
         "--address "
         "or RUNNER_ADDRESS (unix:PATH or dns:///HOST:PORT).";
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
    const std::string reason = Reason(status.error_message(), address.target);
    error.message = "cannot reach a daemon at " + address.target + " (" + address.origin + "): " + reason;
    explanation.hint = Hint(reason);
  }
  return explanation;
}

}  // namespace runner::ctl
