#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "runner/ctl/address.h"
#include "runner/ctl/run_output.h"
#include "runner/ctl/terminal_session.h"
#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// Runs `request` through RunInteractive and returns what runnerctl exits with. Events go to `output` as they arrive;
// `stdin_fd` (< 0: none) is streamed to the program while it runs. Returns when the result has come, whether or not
// standard input has ended. With a `terminal`, which the request asks for, that is begun when the program starts and ended
// when its result comes. The first SIGINT or SIGTERM cancels the run and waits for its result, the second ends this
// process; CancelSignals::Block() has been called before `channel` was made. When nobody reads the output any more, the
// run is cancelled without a word.
[[nodiscard]] int CallRun(const std::shared_ptr<grpc::Channel>& channel, const Address& address, v1::RunRequest request,
                          int stdin_fd, TerminalSession* terminal, RunOutput& output);

}  // namespace runner::ctl
