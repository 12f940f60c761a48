#pragma once

#include <grpcpp/support/sync_stream.h>

#include <atomic>
#include <thread>

#include "runner/ctl/terminal_session.h"
#include "runner/v1/runner.grpc.pb.h"

namespace runner::ctl {

using RunStream = grpc::ClientReaderWriter<v1::RunInput, v1::RunEvent>;

// The sending side of one RunInteractive call, on a thread of its own, so that a program that does not read its input
// never holds up the reading of its output: the request first, then standard input as it comes, then its end; and a
// Cancel when asked for one.
class InputPump {
 public:
  // `stdin_fd` < 0: no standard input; its end is sent at once. Otherwise it stays the caller's. With a `terminal`, which
  // stays the caller's too, standard input is what is typed there, and new sizes of its window are sent.
  InputPump(int stdin_fd, TerminalSession* terminal);
  // Stops. A write that gRPC has not accepted yet is waited for: end or cancel the call first.
  ~InputPump();
  InputPump(const InputPump&) = delete;
  InputPump& operator=(const InputPump&) = delete;

  // Begins sending. Once; `stream` outlives this object.
  void Start(RunStream& stream, v1::RunRequest request);

  // The terminal may be read now. Any thread.
  void Wake();

  // Sends a Cancel, and no more input. False when input that was read is still waiting for the program to take some:
  // the Cancel would have to wait behind it, so the caller had better cancel the call. Any thread.
  [[nodiscard]] bool RequestCancel();

 private:
  void Send(RunStream& stream, v1::RunRequest& request);
  void Wait();
  // Sends what standard input has now; false: the call has ended.
  bool ForwardInput(RunStream& stream);
  bool ForwardSize(RunStream& stream);
  bool CloseInput(RunStream& stream);

  int stdin_fd_;
  TerminalSession* terminal_;
  int wake_fd_;
  bool input_ready_ = false;
  bool size_ready_ = false;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> cancel_ = false;
  std::atomic<bool> forwarding_ = false;  // Input is being read and sent.
  std::thread thread_;
};

}  // namespace runner::ctl
