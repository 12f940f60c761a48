#include "runner/engine/engine.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <iterator>
#include <set>

#include "runner/engine/admission.h"
#include "runner/engine/launcher_client.h"
#include "runner/engine/missing_package.h"
#include "runner/engine/monitor.h"
#include "runner/engine/sandbox.h"
#include "runner/engine/verdicts.h"
#include "runner/sandbox/protections.h"

namespace runner {

namespace asio = boost::asio;

class Engine::Impl {
 public:
  Impl(asio::io_context& io, EngineConfig config, Images images, Policies policies, std::unique_ptr<CgroupTree> cgroups,
       LauncherProcess launcher)
      : io_(io),
        config_(config),
        images_(std::move(images)),
        policies_(std::move(policies)),
        cgroups_(std::move(cgroups)),
        launcher_(io, std::move(launcher)),
        uids_(config.uid_count, (config.layers & launcher::kOwnUid) != 0),
        resources_{io, *cgroups_, launcher_, uids_},
        admission_(io, config.max_running, config.max_queued),
        idle_(io, asio::steady_timer::time_point::max()) {}

  asio::awaitable<RunOutcome> Run(RunSpec spec, RunSink& sink, std::shared_ptr<RunControl> control) {
    live_.insert(control.get());
    RunOutcome outcome = co_await Admit(std::move(spec), sink, *control);
    control->EndInput();
    live_.erase(control.get());
    if (live_.empty()) idle_.cancel();
    co_return outcome;
  }

  asio::awaitable<void> Stop() {
    admission_.Stop();
    const std::set<RunControl*> live = live_;
    for (RunControl* control : live) control->Cancel();
    while (!live_.empty()) {
      boost::system::error_code woken;
      co_await idle_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
  }

  [[nodiscard]] EngineStatus status() const {
    return {.running = admission_.running(),
            .running_maximum = admission_.max_running(),
            .queued = admission_.queued(),
            .queued_maximum = admission_.max_queued(),
            .runs_total = runs_total_};
  }

 private:
  friend class Engine;

  asio::awaitable<RunOutcome> Admit(RunSpec spec, RunSink& sink, RunControl& control) {
    if (launcher_.lost()) co_return LauncherGone();
    Admission::Answer answer = co_await admission_.Enter(spec.tenant, sink, control);
    switch (answer.outcome) {
      case Admission::Outcome::kQueueFull:
        co_return Refusal{
            .reason = Refusal::Reason::kQueueFull,
            .message = "the queue is full: " + std::to_string(admission_.max_queued()) + " runs are waiting",
            .retry_after = admission_.RetryAfter()};
      case Admission::Outcome::kStopping:
        co_return Refusal{.reason = Refusal::Reason::kStopping,
                          .message = "the daemon is stopping",
                          .retry_after = std::chrono::seconds(1)};
      case Admission::Outcome::kCancelled: {
        RunResult result = Unstarted(Verdict::kCancelled, answer.queue_time);
        result.message = DescribeResult(result);
        co_return result;
      }
      case Admission::Outcome::kAdmitted:
        break;
    }
    if (launcher_.lost()) co_return LauncherGone();
    ++runs_total_;
    co_return co_await RunInSandbox(spec, sink, control, answer.queue_time);
  }

  asio::awaitable<RunOutcome> RunInSandbox(const RunSpec& spec, RunSink& sink, RunControl& control,
                                           std::chrono::microseconds queue_time) {
    const Policy& policy = policies_.at(spec.policy);
    const auto image = images_.find(spec.image);
    const auto index = static_cast<std::uint32_t>(std::distance(images_.begin(), image));
    auto sandbox = co_await Sandbox::Make(resources_, policy, index, spec.limits, spec.terminal);
    if (!sandbox) {
      RunResult result = Unstarted(Verdict::kSetupFailed, queue_time);
      result.message = sandbox.error().ToString();
      co_return result;
    }
    RunResult result;
    {
      Monitor monitor(io_, **sandbox, spec, policy.fixed.cpu_millicores, sink, control);
      result = co_await monitor.Supervise({.start = StartKind::kCold, .queue_time = queue_time});
      if (result.verdict == Verdict::kExited && result.exit_code != 0) {
        result.hint = MissingPackageHint(monitor.stderr_end(), image->first, image->second.packages);
      }
    }
    co_await (*sandbox)->Destroy();
    result.queue_time = queue_time;
    result.protections = ProtectionNames(config_.layers);
    co_return result;
  }

  [[nodiscard]] RunResult Unstarted(Verdict verdict, std::chrono::microseconds queue_time) const {
    RunResult result;
    result.verdict = verdict;
    result.queue_time = queue_time;
    result.protections = ProtectionNames(config_.layers);
    return result;
  }

  static Refusal LauncherGone() {
    return {.reason = Refusal::Reason::kLauncherLost,
            .message = "the daemon has lost its launcher and is about to end",
            .retry_after = std::chrono::seconds(5)};
  }

  asio::io_context& io_;
  EngineConfig config_;
  Images images_;
  Policies policies_;
  std::unique_ptr<CgroupTree> cgroups_;
  LauncherClient launcher_;
  UidPool uids_;
  SandboxResources resources_;
  Admission admission_;
  std::set<RunControl*> live_;
  asio::steady_timer idle_;  // cancelled when the last live run has ended
  std::uint64_t runs_total_ = 0;
};

Engine::Engine(asio::io_context& io, EngineConfig config, Images images, Policies policies,
               std::unique_ptr<CgroupTree> cgroups, LauncherProcess launcher)
    : impl_(std::make_unique<Impl>(io, config, std::move(images), std::move(policies), std::move(cgroups),
                                   std::move(launcher))) {}
Engine::~Engine() = default;

const Engine::Images& Engine::images() const { return impl_->images_; }
const Engine::Policies& Engine::policies() const { return impl_->policies_; }
std::uint32_t Engine::layers() const { return impl_->config_.layers; }
int Engine::cgroup_version() const { return impl_->cgroups_->version(); }
EngineStatus Engine::status() const { return impl_->status(); }
void Engine::ResetRunsTotal() { impl_->runs_total_ = 0; }
bool Engine::serving() const { return !impl_->launcher_.lost() && !impl_->admission_.stopping(); }
asio::awaitable<RunOutcome> Engine::Run(RunSpec spec, RunSink& sink, std::shared_ptr<RunControl> control) {
  return impl_->Run(std::move(spec), sink, std::move(control));
}
asio::awaitable<void> Engine::Stop() { return impl_->Stop(); }
asio::awaitable<void> Engine::LauncherLost() { return impl_->launcher_.Lost(); }

}  // namespace runner
