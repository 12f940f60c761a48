#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>

#include "runner/v1/runner.pb.h"

namespace runner::ctl {

struct GradeCallEnd {
  grpc::Status status;
  bool answered = false;  // something had come before the end
  int signal = 0;         // SIGINT or SIGTERM, when that is why
};

// Calls Grade and hands each event to `on_event` as it comes; false from there cancels the call. SIGINT and SIGTERM cancel
// it; CancelSignals::Block() has been called before `channel` was made.
[[nodiscard]] GradeCallEnd CallGrade(const std::shared_ptr<grpc::Channel>& channel, const v1::GradeRequest& request,
                                     const std::function<bool(const v1::GradeEvent&)>& on_event);

}  // namespace runner::ctl
