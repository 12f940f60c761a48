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
#include "runner/engine/pool.h"
#include "runner/engine/program.h"
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
        pool_(io, config.pool,
              {resources_, images_, policies_, [this] { return admission_.running(); }, config.max_running}),
        idle_(io, asio::steady_timer::time_point::max()) {}

  asio::awaitable<RunOutcome> Run(RunSpec spec, RunSink& sink, std::shared_ptr<RunControl> control) {
    live_.insert(control.get());
    const std::string image = spec.image;
    const std::string policy = spec.policy;
    RunOutcome outcome = co_await Admit(std::move(spec), sink, *control);
    control->EndInput();
    if (config_.observer != nullptr && !testing_) Tell(*config_.observer, image, policy, outcome);
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
    co_await pool_.Stop();
  }

  [[nodiscard]] EngineStatus status() const {
    return {.running = admission_.running(),
            .running_maximum = admission_.max_running(),
            .queued = admission_.queued(),
            .queued_maximum = admission_.max_queued(),
            .runs_total = runs_total_,
            .pool = pool_.status()};
  }

 private:
  friend class Engine;

  static void Tell(RunObserver& observer, const std::string& image, const std::string& policy,
                   const RunOutcome& outcome) {
    if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
      observer.OnRefusal(*refusal);
    } else {
      observer.OnResult(image, policy, std::get<RunResult>(outcome));
    }
  }

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
    spec.compile_typescript = images_.at(spec.image).compiles_typescript && HasTypescript(spec);
    co_return co_await RunInSandbox(spec, sink, control, answer.queue_time);
  }

  asio::awaitable<RunOutcome> RunInSandbox(const RunSpec& spec, RunSink& sink, RunControl& control,
                                           std::chrono::microseconds queue_time) {
    Trace trace(spec.trace);
    const bool warm = !spec.cold_start && CanBeHandedOver(spec);
    // A terminal is there from the first step of the set-up.
    auto sandbox = spec.terminal ? nullptr : pool_.Take(spec, warm ? Pool::Want::kParked : Pool::Want::kPrepared);
    for (;;) {
      if (sandbox == nullptr) {
        auto made = co_await MakeSandbox(spec);
        if (!made) {
          RunResult result = Unstarted(Verdict::kSetupFailed, queue_time);
          result.message = made.error().ToString();
          co_return result;
        }
        sandbox = std::move(*made);
      }
      trace.Reached("leased");
      RunResult result;
      bool started = false;
      {
        const bool parked = sandbox->parked();
        Monitor monitor(io_, *sandbox, spec, parked ? BuildHandOver(spec) : BuildProgram(spec, images_.at(spec.image)),
                        policies_.at(spec.policy).fixed.cpu_millicores, sink, control, trace);
        const StartKind start = parked ? StartKind::kWarm : StartKind::kCold;
        result = co_await monitor.Supervise({.start = start, .queue_time = queue_time});
        started = monitor.started();
        result.start = start;
        if (result.verdict == Verdict::kExited && result.exit_code != 0) {
          result.hint = MissingPackageHint(monitor.stderr_end(), spec.image, images_.at(spec.image).packages);
        }
      }
      co_await sandbox->Destroy();
      trace.Reached("removed");
      const bool broken = sandbox->parked() && !started && result.verdict == Verdict::kSetupFailed;
      sandbox.reset();
      pool_.Wake();
      if (broken && !control.cancelled()) {
        // It broke while it waited, which is no run's fault: nothing has been started, so the run can have another.
        pool_.ReportFailure(result.message);
        continue;
      }
      result.queue_time = queue_time;
      result.protections = ProtectionNames(config_.layers);
      result.phases = trace.Take();
      co_return result;
    }
  }

  asio::awaitable<Result<std::unique_ptr<Sandbox>>> MakeSandbox(const RunSpec& spec) {
    const auto index = static_cast<std::uint32_t>(std::distance(images_.begin(), images_.find(spec.image)));
    co_return co_await Sandbox::Make(resources_, policies_.at(spec.policy), index, spec.limits, spec.terminal);
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
  Pool pool_;
  std::set<RunControl*> live_;
  asio::steady_timer idle_;  // cancelled when the last live run has ended
  std::uint64_t runs_total_ = 0;
  bool testing_ = true;  // until ResetRunsTotal()
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
void Engine::StartPool(const std::string& image, const std::string& policy) { impl_->pool_.Start(image, policy); }
void Engine::ResetRunsTotal() {
  impl_->runs_total_ = 0;
  impl_->testing_ = false;
}
bool Engine::serving() const { return !impl_->launcher_.lost() && !impl_->admission_.stopping(); }
asio::awaitable<RunOutcome> Engine::Run(RunSpec spec, RunSink& sink, std::shared_ptr<RunControl> control) {
  return impl_->Run(std::move(spec), sink, std::move(control));
}
asio::awaitable<void> Engine::Stop() { return impl_->Stop(); }
asio::awaitable<void> Engine::LauncherLost() { return impl_->launcher_.Lost(); }

}  // namespace runner
