#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <string>

#include "runner/ctl/address.h"
#include "runner/ctl/service_error.h"

namespace runner::ctl {

// A connection to the daemon at `address`, made when it is first used. Messages may be as large as a workspace and
// more. gRPC's own log is silent unless GRPC_VERBOSITY is set, and proxy variables are not followed: the daemon is near.
[[nodiscard]] std::shared_ptr<grpc::Channel> OpenChannel(const Address& address);

// A failed call in words: where no daemon could be reached, or it went away, `error.message` says so with the address.
struct Explanation {
  ServiceError error;
  std::string hint;  // What to do about it; may be empty.
};

// `answered`: something had come back on the call before it failed.
[[nodiscard]] Explanation Explain(const grpc::Status& status, const Address& address, bool answered);

}  // namespace runner::ctl
