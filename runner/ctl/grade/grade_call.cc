#include "runner/ctl/grade/grade_call.h"

#include "runner/v1/runner.grpc.pb.h"

namespace runner::ctl {

GradeCallEnd CallGrade(const std::shared_ptr<grpc::Channel>& channel, grpc::ClientContext& context,
                       const v1::GradeRequest& request, const std::function<bool(const v1::GradeEvent&)>& on_event) {
  GradeCallEnd end;
  const auto stream = v1::Runner::NewStub(channel)->Grade(&context, request);
  for (v1::GradeEvent event; stream->Read(&event);) {
    end.answered = true;
    if (!on_event(event)) context.TryCancel();
  }
  end.status = stream->Finish();
  return end;
}

}  // namespace runner::ctl
