#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <map>
#include <vector>

#include "runner/base/error.h"
#include "runner/base/unique_fd.h"
#include "runner/launcher/protocol.h"
#include "runner/sandbox/launcher_process.h"

namespace runner {

// Talks to the running launcher. One thread. Destroying it ends the launcher and every sandbox.
class LauncherClient {
 public:
  LauncherClient(boost::asio::io_context& io, LauncherProcess process);
  LauncherClient(const LauncherClient&) = delete;
  LauncherClient& operator=(const LauncherClient&) = delete;
  // Closes the socket and waits until the launcher has ended every sandbox and itself.
  ~LauncherClient();

  // Starts one init; its pidfd. `fds` as documented at LaunchRequest; they stay the caller's. `request.id` is set here.
  [[nodiscard]] boost::asio::awaitable<Result<UniqueFd>> Launch(launcher::LaunchRequest request, std::vector<int> fds);

  [[nodiscard]] bool lost() const { return lost_; }
  // Completes when the launcher is gone.
  [[nodiscard]] boost::asio::awaitable<void> Lost();

 private:
  struct Pending {
    explicit Pending(boost::asio::io_context& io) : arrived(io, boost::asio::steady_timer::time_point::max()) {}
    boost::asio::steady_timer arrived;  // cancelled when the reply is there
    bool done = false;
    launcher::Reply reply;
    UniqueFd pidfd;
  };

  boost::asio::awaitable<void> ReadReplies();
  void Lose();

  boost::asio::io_context& io_;
  boost::asio::posix::stream_descriptor socket_;
  pid_t pid_;
  std::uint64_t next_id_ = 1;
  bool lost_ = false;
  boost::asio::steady_timer lost_event_;
  std::map<std::uint64_t, Pending*> pending_;  // entries live in the coroutine frames of Launch
};

}  // namespace runner
