#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>

#include "runner/v1/runner.pb.h"

namespace runner::ctl {

struct GradeCallEnd {
  grpc::Status status;
  bool answered = false;  // something had come before the end
};

// Calls Grade and hands each event to `on_event` as it comes; false from there cancels the call.
[[nodiscard]] GradeCallEnd CallGrade(const std::shared_ptr<grpc::Channel>& channel, grpc::ClientContext& context,
                                     const v1::GradeRequest& request,
                                     const std::function<bool(const v1::GradeEvent&)>& on_event);

}  // namespace runner::ctl
