#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "runner/base/error.h"
#include "runner/base/unique_fd.h"
#include "runner/engine/launcher_client.h"
#include "runner/engine/program.h"
#include "runner/launcher/protocol.h"
#include "runner/sandbox/cgroup.h"
#include "runner/sandbox/policy.h"
#include "runner/sandbox/run_spec.h"

namespace runner {

// Hands out indexes into the host uids of runs. The one free for longest comes first, so that a uid rests before it is
// used again. One thread.
class UidPool {
 public:
  // `distinct` false (the layer own_uid is off): every run has index 0.
  UidPool(std::uint32_t count, bool distinct);
  [[nodiscard]] std::optional<std::uint32_t> Take();
  void GiveBack(std::uint32_t index);
  [[nodiscard]] std::size_t available() const { return free_.size(); }

 private:
  std::deque<std::uint32_t> free_;
  bool distinct_;
};

// What sandboxes are made of. Outlives every sandbox. One thread.
struct SandboxResources {
  boost::asio::io_context& io;
  CgroupTree& cgroups;
  LauncherClient& launcher;
  UidPool& uids;
  std::uint64_t next_name = 1;
};

// One sandbox, used for one run and destroyed. One thread.
//
// Make() returns while init still sets itself up; its events (ReceiveEvent) say how that goes. Destroy() must complete
// before the object is destroyed.
class Sandbox {
 public:
  // With a `terminal` the program has that in place of pipes. `priority` is that of the cgroup until BeginRun.
  [[nodiscard]] static boost::asio::awaitable<Result<std::unique_ptr<Sandbox>>> Make(
      SandboxResources& resources, const Policy& policy, std::uint32_t image, Limits limits,
      std::optional<TerminalSpec> terminal, Cgroup::Priority priority = Cgroup::Priority::kNormal);
  Sandbox(SandboxResources& resources, std::unique_ptr<Cgroup> cgroup, std::uint32_t uid_index);
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;
  ~Sandbox();

  // Starts Node ahead of its program, which Start then hands over. The event kParked says when Node waits for it.
  [[nodiscard]] boost::asio::awaitable<Result<void>> Park(const ProgramStrings& node);
  // For a sandbox made ahead: from now on it is a run's, with these limits, and what it costs is the run's cost. An Error
  // means that it cannot be had with these limits: destroy it.
  [[nodiscard]] Result<void> BeginRun(const Limits& limits);
  // Sends the workspace and starts the program, or hands it to the parked Node. An error means that init is gone; its events say why. `collects`: init
  // stays when the program has ended, says kQuiet after kExited, and answers Open.
  [[nodiscard]] boost::asio::awaitable<Result<void>> Start(const std::vector<WorkspaceFile>& files,
                                                           const ProgramStrings& program, bool collects);
  // The next event of init; nothing once init is gone.
  [[nodiscard]] boost::asio::awaitable<std::optional<launcher::InitEvent>> ReceiveEvent();
  // After kQuiet: what `path` names in the workspace ("." is itself), open for reading, as a directory or as a file. An Error
  // has the errno of the open, or 0 when init is gone. Init is as far from being trusted as the program: look at what came.
  [[nodiscard]] boost::asio::awaitable<Result<UniqueFd>> Open(const std::string& path, bool directory);
  // Ends a wait in ReceiveEvent, Open or AwaitEvent, as if init were gone.
  void StopWaiting();
  // For who watches a sandbox that may be taken away meanwhile: returns when ReceiveEvent would not wait, or when
  // StopWaiting is called, and takes nothing.
  [[nodiscard]] boost::asio::awaitable<void> AwaitEvent();
  // ReceiveEvent that never waits: the event, kGone, or kNothing yet.
  enum class NoEvent { kNothing, kGone };
  [[nodiscard]] std::variant<launcher::InitEvent, NoEvent> TryReceiveEvent(std::vector<UniqueFd>& descriptors);
  // Best effort: a program that is not there cannot be signalled.
  void SendSignal(int number);
  // Orders init to end, which kills everything inside, and on v2 kills the cgroup too. Returns at once; may be repeated.
  void Kill();
  // Kills and waits until no process is left. The cgroup's counters are final then and can still be read.
  [[nodiscard]] boost::asio::awaitable<void> AwaitEnd();
  // AwaitEnd, then removes the cgroup, closes every descriptor and gives the uid back.
  [[nodiscard]] boost::asio::awaitable<void> Destroy();

  [[nodiscard]] Cgroup& cgroup() { return *cgroup_; }
  // Of the run alone: what was used before BeginRun does not count.
  [[nodiscard]] std::chrono::microseconds CpuTime() const { return cgroup_->CpuTime() - idle_cpu_time_; }
  // Node was started ahead of the program.
  [[nodiscard]] bool parked() const { return parked_; }
  // Our ends of the program's pipes. The caller may close stdin_pipe. Of a program with a terminal, from init's event
  // kTerminal on: the terminal's master in stdin_pipe and stdout_pipe, and stderr_pipe stays closed.
  boost::asio::posix::stream_descriptor stdin_pipe;
  boost::asio::posix::stream_descriptor stdout_pipe;
  boost::asio::posix::stream_descriptor stderr_pipe;

 private:
  [[nodiscard]] boost::asio::awaitable<Result<void>> Launch(const Policy& policy, std::uint32_t image, Limits limits,
                                                            std::optional<TerminalSpec> terminal);
  // Takes the master that init has passed. Anything but a terminal is let go of.
  void AdoptTerminal(std::vector<UniqueFd> fds);
  [[nodiscard]] boost::asio::awaitable<std::optional<launcher::InitEvent>> Receive(std::vector<UniqueFd>& descriptors);
  [[nodiscard]] boost::asio::awaitable<Result<void>> SendStrings(std::string_view block);
  [[nodiscard]] boost::asio::awaitable<Result<void>> Send(launcher::InitRequest request, std::string_view payload);

  SandboxResources& resources_;
  std::unique_ptr<Cgroup> cgroup_;
  std::uint32_t uid_index_;
  boost::asio::posix::stream_descriptor control_;
  boost::asio::posix::stream_descriptor pidfd_;
  std::chrono::microseconds idle_cpu_time_{};
  bool parked_ = false;
  bool destroyed_ = false;
};

}  // namespace runner
