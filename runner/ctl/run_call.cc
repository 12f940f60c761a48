#include "runner/ctl/run_call.h"

#include <grpcpp/client_context.h>

#include <atomic>
#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "runner/ctl/cancel_signals.h"
#include "runner/ctl/channel.h"
#include "runner/ctl/exit_code.h"
#include "runner/ctl/input_pump.h"
#include "runner/v1/runner.grpc.pb.h"

namespace runner::ctl {
namespace {

// What the receiving side of a call came to.
struct Received {
  bool anything = false;
  int write_error = 0;           // The errno that writing the output failed with.
  std::optional<int> exit_code;  // Of the result, if it came.
};

Received Receive(RunStream& stream, RunOutput& output, TerminalSession* terminal, InputPump& pump) {
  Received received;
  v1::RunEvent event;
  while (stream.Read(&event)) {
    received.anything = true;
    if (terminal != nullptr && event.has_started()) {
      terminal->Begin();
      pump.Wake();
    }
    // Before anything of our own is said.
    if (terminal != nullptr && event.has_result()) terminal->End();
    received.write_error = output.OnEvent(event);
    if (event.has_result()) received.exit_code = ExitCodeOf(event.result());
    if (received.write_error != 0) break;
  }
  return received;
}

int ExitCodeForWriteError(int error_number) {
  if (error_number == EPIPE) return kExitBrokenPipe;
  Say("cannot write the program's output: " + std::system_category().message(error_number));
  return kExitService;
}

}  // namespace

int CallRun(const std::shared_ptr<grpc::Channel>& channel, const Address& address, v1::RunRequest request, int stdin_fd,
            TerminalSession* terminal, RunOutput& output) {
  grpc::ClientContext context;
  std::unique_ptr<RunStream> stream;  // Outlives the pump that writes to it.
  InputPump pump(stdin_fd, terminal);
  std::atomic<bool> connected = false;
  const auto cancel = [&](int /*signal*/) {
    if (!connected || !pump.RequestCancel()) context.TryCancel();
  };
  const CancelSignals signals(cancel, [&] { context.TryCancel(); });
  stream = v1::Runner::NewStub(channel)->RunInteractive(&context);
  connected = true;
  pump.Start(*stream, std::move(request));
  const Received received = Receive(*stream, output, terminal, pump);
  if (terminal != nullptr) terminal->End();
  if (received.write_error != 0) context.TryCancel();
  const grpc::Status status = stream->Finish();
  context.TryCancel();  // Lets go of a write of input that the server will never read.

  if (received.write_error != 0) return ExitCodeForWriteError(received.write_error);
  const int signal = signals.received();
  if (received.exit_code) return signal != 0 ? 128 + signal : *received.exit_code;
  if (signal != 0) {
    const grpc::Status cancelled(grpc::StatusCode::CANCELLED, "cancelled before there was a result");
    (void)output.OnError(ToServiceError(cancelled), "");
    return 128 + signal;
  }
  if (status.ok()) {
    const grpc::Status silent(grpc::StatusCode::INTERNAL, "the service ended the call without a result");
    return output.OnError(ToServiceError(silent), "") == EPIPE ? kExitBrokenPipe : kExitService;
  }
  const Explanation explanation = Explain(status, address, received.anything);
  return output.OnError(explanation.error, explanation.hint) == EPIPE ? kExitBrokenPipe : explanation.error.exit_code;
}

}  // namespace runner::ctl
