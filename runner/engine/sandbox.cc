#include "runner/engine/sandbox.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <numeric>
#include <utility>

#include "runner/engine/terminal.h"
#include "runner/sandbox/packets.h"

namespace runner {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;

namespace {

// A pipe whose `ours` end is non-blocking and whose other end goes to the program.
struct Pipe {
  UniqueFd ours;
  UniqueFd theirs;
};

enum class Direction { kToProgram, kFromProgram };

Result<Pipe> MakePipe(Direction direction) {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return ErrnoError("make a pipe");
  const bool to_program = direction == Direction::kToProgram;
  Pipe pipe{UniqueFd(fds[to_program ? 1 : 0]), UniqueFd(fds[to_program ? 0 : 1])};
  if (::fcntl(pipe.ours.get(), F_SETFL, O_NONBLOCK) != 0) return ErrnoError("make a pipe non-blocking");
  return pipe;
}

}  // namespace

UidPool::UidPool(std::uint32_t count, bool distinct) : free_(count), distinct_(distinct) {
  std::iota(free_.begin(), free_.end(), 0U);
}

std::optional<std::uint32_t> UidPool::Take() {
  if (!distinct_) return 0;
  if (free_.empty()) return std::nullopt;
  const std::uint32_t index = free_.front();
  free_.pop_front();
  return index;
}

void UidPool::GiveBack(std::uint32_t index) {
  if (distinct_) free_.push_back(index);
}

Sandbox::Sandbox(SandboxResources& resources, std::unique_ptr<Cgroup> cgroup, std::uint32_t uid_index)
    : stdin_pipe(resources.io),
      stdout_pipe(resources.io),
      stderr_pipe(resources.io),
      resources_(resources),
      cgroup_(std::move(cgroup)),
      uid_index_(uid_index),
      control_(resources.io),
      pidfd_(resources.io) {}

Sandbox::~Sandbox() { assert(destroyed_); }

asio::awaitable<Result<std::unique_ptr<Sandbox>>> Sandbox::Make(SandboxResources& resources, const Policy& policy,
                                                                std::uint32_t image, Limits limits,
                                                                std::optional<TerminalSpec> terminal,
                                                                Cgroup::Priority priority) {
  const auto uid_index = resources.uids.Take();
  if (!uid_index) co_return Error{.step = "no host uid is free for this run; raise uids.count in the configuration"};
  auto cgroup = resources.cgroups.MakeRun("run-" + std::to_string(resources.next_name++), limits, policy.fixed);
  if (!cgroup) {
    resources.uids.GiveBack(*uid_index);
    co_return cgroup.error();
  }
  if (priority != Cgroup::Priority::kNormal) (*cgroup)->SetPriority(priority);
  auto sandbox = std::make_unique<Sandbox>(resources, std::move(*cgroup), *uid_index);
  auto launched = co_await sandbox->Launch(policy, image, limits, std::move(terminal));
  if (!launched) {
    co_await sandbox->Destroy();
    co_return launched.error();
  }
  co_return std::move(sandbox);
}

asio::awaitable<Result<void>> Sandbox::Launch(const Policy& policy, std::uint32_t image, Limits limits,
                                              std::optional<TerminalSpec> terminal) {
  int sockets[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
    co_return ErrnoError("make the sandbox's control socket");
  }
  UniqueFd our_control(sockets[0]);
  const UniqueFd their_control(sockets[1]);
  if (::fcntl(our_control.get(), F_SETFL, O_NONBLOCK) != 0)
    co_return ErrnoError("make the control socket non-blocking");
  std::vector<int> fds{their_control.get(), policy.seccomp_program.get()};

  std::vector<Pipe> pipes;
  for (const Direction direction : {Direction::kToProgram, Direction::kFromProgram, Direction::kFromProgram}) {
    if (terminal) break;
    auto pipe = MakePipe(direction);
    if (!pipe) co_return pipe.error();
    fds.push_back(pipe->theirs.get());
    pipes.push_back(std::move(*pipe));
  }

  launcher::LaunchRequest request;
  request.cgroup_version = static_cast<std::uint32_t>(resources_.cgroups.version());
  request.image = image;
  request.uid_index = uid_index_;
  request.loopback = policy.network == Policy::Network::kLoopback ? 1 : 0;
  request.tmpfs_inodes = policy.fixed.tmpfs_inodes;
  request.open_files = policy.fixed.open_files;
  request.tmp_bytes = policy.fixed.tmp_bytes;
  request.workspace_bytes = limits.workspace_bytes;
  if (terminal) {
    request.terminal_rows = static_cast<std::uint16_t>(terminal->size.rows);
    request.terminal_columns = static_cast<std::uint16_t>(terminal->size.columns);
  }
  const auto directories = cgroup_->directories();
  fds.insert(fds.end(), directories.begin(), directories.end());
  request.cgroup_fd_count = static_cast<std::uint32_t>(directories.size());

  auto pidfd = co_await resources_.launcher.Launch(request, std::move(fds));
  if (!pidfd) co_return pidfd.error();
  stream_descriptor* const ours[] = {&stdin_pipe, &stdout_pipe, &stderr_pipe};
  for (std::size_t i = 0; i < pipes.size(); ++i) ours[i]->assign(pipes[i].ours.release());
  control_.assign(our_control.release());
  pidfd_.assign(pidfd->release());
  co_return Result<void>();
}

// By value: the coroutine may outlive its caller's temporary.
asio::awaitable<Result<void>> Sandbox::Send(launcher::InitRequest request, std::string_view payload) {
  std::string packet(reinterpret_cast<const char*>(&request), sizeof(request));
  packet += payload;
  for (;;) {
    auto sent = SendPacket(control_.native_handle(), packet.data(), packet.size(), {});
    if (sent || sent.error().error_number != EAGAIN) co_return sent;
    boost::system::error_code error;
    co_await control_.async_wait(stream_descriptor::wait_write, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return Error{.step = "the sandbox is gone"};
  }
}

asio::awaitable<Result<void>> Sandbox::SendStrings(std::string_view block) {
  for (std::size_t at = 0; at < block.size(); at += launcher::kMaxInitPayload) {
    const std::string_view part = block.substr(at, launcher::kMaxInitPayload);
    auto sent = co_await Send({launcher::InitMessage::kStrings, 0, 0, static_cast<std::uint32_t>(part.size())}, part);
    if (!sent) co_return sent;
  }
  co_return Result<void>();
}

asio::awaitable<Result<void>> Sandbox::Park(const ProgramStrings& node) {
  parked_ = true;
  if (auto sent = co_await SendStrings(node.block); !sent) co_return sent;
  co_return co_await Send({launcher::InitMessage::kPark, node.argc, node.envc, 0}, {});
}

Result<void> Sandbox::BeginRun(const Limits& limits) {
  if (auto set = cgroup_->SetLimits(limits); !set) return set;
  cgroup_->SetPriority(Cgroup::Priority::kNormal);
  cgroup_->ResetMemoryPeak();
  idle_cpu_time_ = cgroup_->CpuTime();
  return {};
}

asio::awaitable<Result<void>> Sandbox::Start(const std::vector<WorkspaceFile>& files, const ProgramStrings& program,
                                             bool collects) {
  using launcher::InitMessage;
  const auto send = [this](InitMessage type, std::uint32_t a, std::uint32_t b, std::string_view payload) {
    return Send({type, a, b, static_cast<std::uint32_t>(payload.size())}, payload);
  };
  for (const WorkspaceFile& file : files) {
    auto sent = co_await send(InitMessage::kFile, file.executable ? 0755 : 0644, 0, file.path);
    for (std::size_t at = 0; sent && at < file.content.size(); at += launcher::kMaxInitPayload) {
      sent = co_await send(InitMessage::kFileBytes, 0, 0, file.content.view().substr(at, launcher::kMaxInitPayload));
    }
    if (!sent) co_return sent;
  }
  if (auto sent = co_await SendStrings(program.block); !sent) co_return sent;
  if (collects) {
    auto sent = co_await send(InitMessage::kCollect, 0, 0, {});
    if (!sent) co_return sent;
  }
  co_return co_await send(InitMessage::kGo, program.argc, program.envc, {});
}

asio::awaitable<std::optional<launcher::InitEvent>> Sandbox::ReceiveEvent() {
  std::vector<UniqueFd> none;
  co_return co_await Receive(none);
}

asio::awaitable<Result<UniqueFd>> Sandbox::Open(const std::string& path, bool directory) {
  const launcher::InitRequest request{launcher::InitMessage::kOpen, directory ? 1U : 0U, 0,
                                      static_cast<std::uint32_t>(path.size())};
  if (auto sent = co_await Send(request, path); !sent) co_return Error{.step = "the sandbox is gone"};
  std::vector<UniqueFd> descriptors;
  const auto event = co_await Receive(descriptors);
  if (!event || event->type != launcher::InitEventType::kOpened) co_return Error{.step = "the sandbox is gone"};
  if (event->error_number != 0) co_return Error{.step = "open a file", .error_number = event->error_number};
  if (descriptors.size() != 1) co_return Error{.step = "the sandbox is gone"};
  co_return std::move(descriptors.front());
}

std::variant<launcher::InitEvent, Sandbox::NoEvent> Sandbox::TryReceiveEvent(std::vector<UniqueFd>& descriptors) {
  for (;;) {
    launcher::InitEvent event;
    const auto got = ReceivePacket(control_.native_handle(), &event, sizeof(event), descriptors);
    if (got && *got == sizeof(event)) {
      if (event.type == launcher::InitEventType::kTerminal) AdoptTerminal(std::exchange(descriptors, {}));
      return event;
    }
    // A peer that ended with messages unread leaves this error in front of what it has sent; reading clears it.
    if (!got && got.error().error_number == ECONNRESET) continue;
    return got || got.error().error_number != EAGAIN ? NoEvent::kGone : NoEvent::kNothing;
  }
}

asio::awaitable<std::optional<launcher::InitEvent>> Sandbox::Receive(std::vector<UniqueFd>& descriptors) {
  for (;;) {
    const auto received = TryReceiveEvent(descriptors);
    if (const auto* event = std::get_if<launcher::InitEvent>(&received)) co_return *event;
    if (std::get<NoEvent>(received) == NoEvent::kGone) co_return std::nullopt;
    boost::system::error_code error;
    co_await control_.async_wait(stream_descriptor::wait_read, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return std::nullopt;
  }
}

void Sandbox::AdoptTerminal(std::vector<UniqueFd> fds) {
  if (fds.size() != 1 || !IsTerminal(fds.front().get()) || stdout_pipe.is_open()) return;
  // One for each direction, because Asio waits for either with a descriptor of its own.
  UniqueFd typing(::fcntl(fds.front().get(), F_DUPFD_CLOEXEC, 0));
  if (!typing) return;
  stdin_pipe.assign(typing.release());
  stdout_pipe.assign(fds.front().release());
}

asio::awaitable<void> Sandbox::AwaitEvent() {
  boost::system::error_code ignored;
  co_await control_.async_wait(stream_descriptor::wait_read, asio::redirect_error(asio::use_awaitable, ignored));
}

void Sandbox::StopWaiting() {
  boost::system::error_code ignored;
  control_.cancel(ignored);
}

void Sandbox::SendSignal(int number) {
  const launcher::InitRequest request{launcher::InitMessage::kSignal, static_cast<std::uint32_t>(number), 0, 0};
  if (control_.is_open()) (void)SendPacket(control_.native_handle(), &request, sizeof(request), {});
}

// The closed direction is init's order to end, and its end the kernel's order to kill the pid namespace. What init has
// reported before can still be read.
void Sandbox::Kill() {
  if (control_.is_open()) ::shutdown(control_.native_handle(), SHUT_WR);
  cgroup_->Kill();
}

asio::awaitable<void> Sandbox::AwaitEnd() {
  Kill();
  if (!pidfd_.is_open()) co_return;  // never launched
  // A pidfd is readable when its process has ended (pidfd_open(2)); as pid 1 that is after everything inside has.
  boost::system::error_code ignored;
  co_await pidfd_.async_wait(stream_descriptor::wait_read, asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> Sandbox::Destroy() {
  using namespace std::chrono_literals;
  co_await AwaitEnd();
  boost::system::error_code ignored;
  // A process that has ended may be in its cgroup for a moment yet.
  asio::steady_timer pause(resources_.io);
  for (int attempt = 0; attempt < 2000 && !cgroup_->Remove(); ++attempt) {
    pause.expires_after(attempt < 20 ? 200us : 2ms);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  for (auto* descriptor : {&stdin_pipe, &stdout_pipe, &stderr_pipe, &control_, &pidfd_}) descriptor->close(ignored);
  resources_.uids.GiveBack(uid_index_);
  destroyed_ = true;
}

}  // namespace runner
