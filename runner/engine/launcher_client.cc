#include "runner/engine/launcher_client.h"

#include <sys/wait.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "runner/sandbox/packets.h"
#include "runner/sandbox/steps.h"

namespace runner {

namespace asio = boost::asio;
using Clock = asio::steady_timer;

LauncherClient::LauncherClient(asio::io_context& io, LauncherProcess process)
    : io_(io), socket_(io, process.socket.release()), pid_(process.pid), lost_event_(io, Clock::time_point::max()) {
  asio::co_spawn(io_, ReadReplies(), asio::detached);
}

LauncherClient::~LauncherClient() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

asio::awaitable<Result<UniqueFd>> LauncherClient::Launch(launcher::LaunchRequest request, std::vector<int> fds) {
  if (lost_) co_return Error{.step = "runner-launcher is gone"};
  request.id = next_id_++;
  Pending pending(io_);
  pending_[request.id] = &pending;
  for (;;) {
    auto sent = SendPacket(socket_.native_handle(), &request, sizeof(request), fds);
    if (sent) break;
    if (sent.error().error_number != EAGAIN) {
      pending_.erase(request.id);
      co_return sent.error();
    }
    boost::system::error_code error;
    co_await socket_.async_wait(asio::posix::stream_descriptor::wait_write,
                                asio::redirect_error(asio::use_awaitable, error));
    if (error) break;  // closed: Lose() has marked us done
  }
  while (!pending.done) {
    boost::system::error_code woken;
    co_await pending.arrived.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  pending_.erase(request.id);
  if (pending.reply.error_number != 0) {
    co_return Error{.step = std::string(StepDescription(pending.reply.step)),
                    .error_number = pending.reply.error_number};
  }
  if (!pending.pidfd && lost_) co_return Error{.step = "runner-launcher is gone"};
  if (!pending.pidfd) co_return Error{.step = "receive the new sandbox", .error_number = EMFILE};
  co_return std::move(pending.pidfd);
}

asio::awaitable<void> LauncherClient::Lost() {
  while (!lost_) {
    boost::system::error_code woken;
    co_await lost_event_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

asio::awaitable<void> LauncherClient::ReadReplies() {
  for (;;) {
    boost::system::error_code error;
    co_await socket_.async_wait(asio::posix::stream_descriptor::wait_read,
                                asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;  // destroyed: touch nothing
    launcher::Reply reply;
    std::vector<UniqueFd> fds;
    auto got = ReceivePacket(socket_.native_handle(), &reply, sizeof(reply), fds);
    if (!got && got.error().error_number == EAGAIN) continue;
    if (error || !got || *got != sizeof(reply)) break;
    const auto found = pending_.find(reply.id);
    if (found == pending_.end()) continue;
    Pending& pending = *found->second;
    pending.reply = reply;
    if (!fds.empty()) pending.pidfd = std::move(fds.front());
    pending.done = true;
    pending.arrived.cancel();
  }
  Lose();
}

void LauncherClient::Lose() {
  lost_ = true;
  lost_event_.cancel();
  for (auto& [id, pending] : pending_) {
    pending->done = true;
    pending->arrived.cancel();
  }
}

}  // namespace runner
