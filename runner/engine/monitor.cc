#include "runner/engine/monitor.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <thread>

#include "runner/engine/verdicts.h"
#include "runner/sandbox/policy.h"
#include "runner/sandbox/steps.h"

namespace runner {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;
using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kShortestCpuCheck{2};
// Far more than a set-up takes on a loaded machine (tens of milliseconds): this ends a hung one.
constexpr std::chrono::seconds kSetupTime{60};
// Between the program's end and that of everything it has left running, when init does it and not the kernel.
constexpr std::chrono::seconds kQuietTime{10};

auto Quietly(boost::system::error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

std::uint64_t Milliseconds(microseconds duration) {
  return static_cast<std::uint64_t>(duration_cast<milliseconds>(duration).count());
}

}  // namespace

Monitor::Monitor(asio::io_context& io, Sandbox& sandbox, const RunSpec& spec, ProgramStrings program,
                 std::uint32_t cpu_millicores, RunSink& sink, RunControl& control, Trace& trace)
    : io_(io),
      sandbox_(sandbox),
      spec_(spec),
      program_(std::move(program)),
      cpu_millicores_(cpu_millicores),
      sink_(sink),
      control_(control),
      trace_(trace),
      stdout_{OutputStream::kStdout, "stdout", sandbox.stdout_pipe},
      stderr_{OutputStream::kStderr, "stderr", sandbox.stderr_pipe},
      collector_(io, sandbox, spec, sink),
      parts_done_(io, Clock::time_point::max()),
      setup_timer_(io, kSetupTime),
      wall_timer_(io, Clock::time_point::max()),
      cpu_timer_(io, Clock::time_point::max()),
      quiet_timer_(io, Clock::time_point::max()),
      memory_events_(io),
      sink_free_(io, Clock::time_point::max()) {}

asio::awaitable<RunResult> Monitor::Supervise(StartedInfo info) {
  info_ = info;
  control_.on_cancel_ = [this] { Cancel(); };
  if (control_.cancelled()) Cancel();
  Spawn(ReadEvents());
  Spawn(SendProgram());
  Spawn(WatchSetup());
  while (parts_ > 0) {
    boost::system::error_code woken;
    co_await parts_done_.async_wait(Quietly(woken));
  }
  trace_.Reached("drained");
  // Once only init is left the counters are the program's, and collecting must not add to them.
  if (!quiet_ || !EndedByItself()) co_await sandbox_.AwaitEnd();
  Settle(result_);
  if (Collects() && EndedByItself()) co_await Collect();
  control_.on_cancel_ = nullptr;
  control_.on_signal_ = nullptr;
  control_.on_resize_ = nullptr;
  co_await sandbox_.AwaitEnd();
  trace_.Reached("gone");
  co_return std::move(result_);
}

void Monitor::Spawn(asio::awaitable<void> part) {
  ++parts_;
  asio::co_spawn(io_, RunPart(std::move(part)), asio::detached);
}

asio::awaitable<void> Monitor::RunPart(asio::awaitable<void> part) {
  try {
    co_await std::move(part);
  } catch (const std::exception& exception) {
    if (!decided_) result_.message = std::string("the daemon could not go on with the run: ") + exception.what();
    Decide(Verdict::kSetupFailed);
  }
  --parts_;
  parts_done_.cancel();
}

asio::awaitable<void> Monitor::SendProgram() {
  // A failure shows as the end of init, and init's last event says why.
  (void)co_await sandbox_.Start(spec_.files, program_, Collects());
  trace_.Reached("sent");
}

// ---------------------------------------------------------------------------------------------------- init's events

asio::awaitable<void> Monitor::ReadEvents() {
  while (const auto event = co_await sandbox_.ReceiveEvent()) {
    if (event->type == launcher::InitEventType::kStarted) {
      OnProgramStarted();
    } else if (event->type == launcher::InitEventType::kQuiet) {
      quiet_ = true;
      break;  // what init says from here on is an answer to the collector
    } else {
      OnEvent(*event);
    }
  }
  if (!quiet_) OnInitGone();
  events_over_ = true;
  quiet_timer_.cancel();
}

void Monitor::OnProgramStarted() {
  if (!sandbox_.stdout_pipe.is_open()) {
    if (!decided_) result_.message = "the program's terminal has not arrived: too few descriptors are left";
    return Decide(Verdict::kSetupFailed);
  }
  started_ = Clock::now();
  trace_.Reached("started");
  setup_timer_.cancel();
  Spawn(WatchWallTime());
  Spawn(WatchCpuTime());
  if (sandbox_.cgroup().memory_event_fd() >= 0) Spawn(WatchMemory());
  Spawn(FeedInput());
  control_.on_signal_ = [this] {
    for (const int number : control_.signals_) sandbox_.SendSignal(number);
    control_.signals_.clear();
  };
  control_.on_signal_();
  if (spec_.terminal) WatchWindow();
  Spawn(Announce());
}

// Beside init's events: a client that does not read must not keep the program's end from being seen.
asio::awaitable<void> Monitor::Announce() {
  const bool heard = co_await sink_.OnStarted(info_);
  if (!heard) Decide(Verdict::kCancelled);
  // Only now, so that "started" comes before the first output. The pipes hold it meanwhile.
  Spawn(ReadOutput(stdout_));
  if (!spec_.terminal) Spawn(ReadOutput(stderr_));
}

void Monitor::OnEvent(const launcher::InitEvent& event) {
  using launcher::InitEventType;
  switch (event.type) {
    case InitEventType::kTerminal:
    case InitEventType::kReady:
    case InitEventType::kParked:
    case InitEventType::kStarted:
    case InitEventType::kQuiet:
    case InitEventType::kOpened:
      return;
    case InitEventType::kFailed:
      // What init writes is charged to the run: its memory may have been used up before its program began.
      if (!decided_ && sandbox_.cgroup().OomKilled()) return Decide(Verdict::kMemoryLimit);
      if (!decided_) {
        result_.message =
            Error{.step = std::string(StepDescription(event.step)), .error_number = event.error_number}.ToString();
      }
      return Decide(Verdict::kSetupFailed);
    case InitEventType::kViolation:
      if (!decided_) result_.syscall = SyscallName(event.system_call);
      return Decide(Verdict::kPolicyViolation);
    case InitEventType::kExited:
      break;
  }
  if (decided_) return;
  // Whichever process the kernel has killed: it was before this end.
  if (sandbox_.cgroup().OomKilled()) return Decide(Verdict::kMemoryLimit);
  const int status = event.wait_status;
  if (WIFEXITED(status)) {
    result_.exit_code = WEXITSTATUS(status);
    return Decide(Verdict::kExited);
  }
  const int number = WTERMSIG(status);
  // A call through a foreign calling convention; the filter kills without a notification then.
  if (number == SIGSYS) return Decide(Verdict::kPolicyViolation);
  result_.signal = number;
  Decide(Verdict::kSignaled);
}

// Without a word: killed with its whole cgroup for memory (memory.oom.group), by our own order, or by somebody outside.
void Monitor::OnInitGone() {
  if (!decided_ && sandbox_.cgroup().OomKilled()) return Decide(Verdict::kMemoryLimit);
  if (!decided_) result_.message = "the sandbox ended without a report: its init was killed from outside";
  Decide(Verdict::kSetupFailed);
}

// ---------------------------------------------------------------------------------------------------- the end

void Monitor::Decide(Verdict verdict) {
  if (decided_) return;
  decided_ = true;
  ended_ = Clock::now();
  trace_.Reached("ended");
  result_.verdict = verdict;
  setup_timer_.cancel();
  wall_timer_.cancel();
  cpu_timer_.cancel();
  boost::system::error_code ignored;
  memory_events_.close(ignored);
  // Where nothing was started the input may yet be another sandbox's; the engine ends it with the run.
  if (started_) control_.EndInput();
  control_.Notify();
  sandbox_.stdin_pipe.cancel(ignored);
  if (Collects() && EndedByItself()) {
    Spawn(WatchQuiet());  // init ends what is left, and stays
  } else {
    sandbox_.Kill();
  }
}

bool Monitor::EndedByItself() const {
  return decided_ && (result_.verdict == Verdict::kExited || result_.verdict == Verdict::kSignaled);
}

// After the program's end, too: then it ends the collecting.
void Monitor::Cancel() {
  Decide(Verdict::kCancelled);
  collector_.Stop("the run was cancelled while its files were being collected");
}

asio::awaitable<void> Monitor::WatchQuiet() {
  if (events_over_) co_return;
  boost::system::error_code error;
  quiet_timer_.expires_after(kQuietTime);
  co_await quiet_timer_.async_wait(Quietly(error));
  if (!events_over_) sandbox_.Kill();
}

asio::awaitable<void> Monitor::Collect() {
  if (!quiet_) collector_.Stop("the sandbox ended before its files could be read");
  result_.collected = co_await collector_.Collect(Elapsed());
}

void Monitor::DecideLimit(Verdict verdict, LimitReport limit) {
  if (decided_) return;
  result_.limit = std::move(limit);
  Decide(verdict);
}

// The final counters, and what they change: see the class comment.
void Monitor::Settle(RunResult& result) {
  Cgroup& cgroup = sandbox_.cgroup();
  Usage& usage = result.usage;
  usage.wall_time = Elapsed();
  usage.cpu_time = sandbox_.CpuTime();
  usage.memory_peak_bytes = cgroup.MemoryPeak();
  const std::uint32_t peak = std::max(processes_peak_, cgroup.ProcessesPeak());
  usage.processes_peak = peak > 0 ? peak - 1 : 0;  // without init
  usage.stdout_bytes = stdout_.delivered;
  usage.stderr_bytes = stderr_.delivered;
  result.stdout_truncated = stdout_.over_limit;
  result.stderr_truncated = stderr_.over_limit;

  const bool by_itself = EndedByItself();
  const auto overrule = [&result](Verdict verdict, LimitReport limit) {
    result.exit_code.reset();
    result.signal.reset();
    result.verdict = verdict;
    result.limit = std::move(limit);
  };
  for (const Stream* stream : {&stderr_, &stdout_}) {
    if (by_itself && stream->over_limit) {
      overrule(Verdict::kOutputLimit, {stream->name, "bytes", spec_.limits.output_bytes, stream->seen});
    }
  }
  if (by_itself && result.verdict != Verdict::kOutputLimit && usage.cpu_time > spec_.limits.cpu_time) {
    overrule(Verdict::kCpuTimeLimit,
             {"cpu_time", "ms", Milliseconds(spec_.limits.cpu_time), Milliseconds(usage.cpu_time)});
  }
  if (result.verdict == Verdict::kMemoryLimit) {
    const std::uint64_t limit = spec_.limits.memory_bytes;
    result.limit = LimitReport{"memory", "bytes", limit, std::max(limit, usage.memory_peak_bytes)};
  }
  result.message = DescribeResult(result);
}

microseconds Monitor::Elapsed() const {
  if (!started_) return microseconds(0);
  // A run that is cancelled while it is being started has ended before.
  return std::max(microseconds(0), duration_cast<microseconds>(ended_.value_or(Clock::now()) - *started_));
}

// ---------------------------------------------------------------------------------------------------- limits

asio::awaitable<void> Monitor::WatchSetup() {
  if (decided_ || started_) co_return;
  boost::system::error_code error;
  co_await setup_timer_.async_wait(Quietly(error));
  if (decided_ || started_) co_return;
  result_.message = "the sandbox was not set up within " + std::to_string(kSetupTime.count()) + " s";
  Decide(Verdict::kSetupFailed);
}

asio::awaitable<void> Monitor::WatchWallTime() {
  if (decided_) co_return;
  boost::system::error_code error;
  wall_timer_.expires_at(*started_ + spec_.limits.wall_time);
  co_await wall_timer_.async_wait(Quietly(error));
  if (decided_) co_return;
  DecideLimit(Verdict::kWallTimeLimit,
              {"wall_time", "ms", Milliseconds(spec_.limits.wall_time), Milliseconds(Elapsed())});
}

// Sleeps as long as the program needs at the least to reach its limit with all the cores it may use, then looks again.
asio::awaitable<void> Monitor::WatchCpuTime() {
  const std::uint32_t machine = std::max(1U, std::thread::hardware_concurrency());
  const std::uint32_t cores = std::clamp((cpu_millicores_ + 999) / 1000, 1U, machine);
  while (!decided_) {
    const microseconds used = sandbox_.CpuTime();
    processes_peak_ = std::max(processes_peak_, sandbox_.cgroup().ProcessesCurrent());
    if (used >= spec_.limits.cpu_time) {
      DecideLimit(Verdict::kCpuTimeLimit, {"cpu_time", "ms", Milliseconds(spec_.limits.cpu_time), Milliseconds(used)});
      co_return;
    }
    boost::system::error_code error;
    cpu_timer_.expires_after(std::max<microseconds>(kShortestCpuCheck, (spec_.limits.cpu_time - used) / cores));
    co_await cpu_timer_.async_wait(Quietly(error));
  }
}

// For programs of several processes on cgroup v1: the kernel kills one for memory and leaves the others, and the verdict is the
// same. It tells when memory has run out, and kills a moment later.
asio::awaitable<void> Monitor::WatchMemory() {
  if (decided_) co_return;
  constexpr int kLooks = 50;
  boost::system::error_code error;
  memory_events_.assign(::fcntl(sandbox_.cgroup().memory_event_fd(), F_DUPFD_CLOEXEC, 0), error);
  if (error) co_return;  // out of descriptors: what was killed shows when the program ends
  asio::steady_timer later(io_);
  std::array<char, 1024> ignored_bytes{};
  while (!decided_) {
    co_await memory_events_.async_wait(stream_descriptor::wait_read, Quietly(error));
    if (error || decided_) co_return;
    (void)!::read(memory_events_.native_handle(), ignored_bytes.data(), ignored_bytes.size());
    for (int look = 0; look < kLooks && !decided_; ++look) {
      if (sandbox_.cgroup().OomKilled()) co_return Decide(Verdict::kMemoryLimit);
      later.expires_after(milliseconds(2));
      co_await later.async_wait(Quietly(error));
    }
  }
}

}  // namespace runner
