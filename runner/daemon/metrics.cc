#include "runner/daemon/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/exposer.h>
#include <prometheus/family.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>
#include <future>
#include <utility>
#include <vector>

#include "runner/daemon/metric_families.h"
#include "runner/daemon/process_metrics.h"
#include "runner/service/convert.h"

namespace runner {
namespace {

using prometheus::Histogram;
using prometheus::MetricFamily;

constexpr std::chrono::seconds kPatience{1};

// From a warm hello to the longest wall time of a policy.
const Histogram::BucketBoundaries kSeconds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120};
const Histogram::BucketBoundaries kBytes{16 << 20, 32 << 20, 64 << 20, 128 << 20, 256 << 20, 512 << 20, 1024 << 20};

double Seconds(std::chrono::microseconds time) { return std::chrono::duration<double>(time).count(); }

const char* ReasonName(Refusal::Reason reason) {
  switch (reason) {
    case Refusal::Reason::kQueueFull:
      return "queue_full";
    case Refusal::Reason::kStopping:
      return "stopping";
    case Refusal::Reason::kLauncherLost:
      return "launcher_lost";
  }
  return "unknown";
}

std::vector<MetricFamily> EngineMetrics(const EngineStatus& status) {
  const PoolStatus& pool = status.pool;
  return {
      GaugeFamily("runner_running", "Runs going on.", status.running),
      GaugeFamily("runner_running_maximum", "How many runs may go on at one time.", status.running_maximum),
      GaugeFamily("runner_queued", "Runs that wait for a place.", status.queued),
      GaugeFamily("runner_queued_maximum", "How many may wait.", status.queued_maximum),
      GaugeFamily("runner_warm_parked", "Warm sandboxes that wait for a run.", pool.parked),
      GaugeFamily("runner_warm_parked_maximum", "How many may wait; 0: there is no pool.", pool.maximum),
      GaugeFamily("runner_warm_prepared", "Sandboxes that wait without a Node.", pool.prepared),
      GaugeFamily("runner_warm_starting", "Sandboxes that are being made ahead.", pool.starting),
      CounterFamily("runner_warm_failures_total", "Sandboxes that could not be made ahead, or ended while they waited.",
                    static_cast<double>(pool.failures_total)),
  };
}

}  // namespace

class Metrics::Impl final : public prometheus::Collectable, public std::enable_shared_from_this<Metrics::Impl> {
 public:
  explicit Impl(boost::asio::io_context& io)
      : io_(io),
        registry_(std::make_shared<prometheus::Registry>()),
        runs_(Counters("runner_runs_total", "Runs that have ended, by what became of them.")),
        refusals_(Counters("runner_refusals_total", "Valid requests of which no run came.")),
        cpu_(Counters("runner_run_cpu_seconds_total", "CPU time of runs.")),
        output_(Counters("runner_output_bytes_total", "Output of runs that was delivered.")),
        wall_(Histograms("runner_run_wall_seconds", "Wall time of runs.")),
        queue_(Histograms("runner_run_queue_seconds", "How long runs waited for a place.").Add({}, kSeconds)),
        memory_(Histograms("runner_run_memory_peak_bytes", "The highest memory charge of runs.")) {
    prometheus::BuildGauge()
        .Name("runner_build_info")
        .Help("1; the label says which runnerd this is.")
        .Register(*registry_)
        .Add({{"version", RUNNER_VERSION}})
        .Set(1);
  }

  Result<void> Serve(const std::string& address, const Engine& engine) {
    engine_ = &engine;
    try {
      exposer_ = std::make_unique<prometheus::Exposer>(address, 1);
    } catch (const std::exception&) {
      // The library's own text names neither the address nor the reason.
      return Error{.step = "metrics: cannot listen on " + address +
                           ": the address is not this host's, the port is taken, or it is below 1024"};
    }
    exposer_->RegisterCollectable(registry_);
    exposer_->RegisterCollectable(shared_from_this());
    return {};
  }

  void Stop() { exposer_.reset(); }

  // On a thread of the exposer.
  std::vector<MetricFamily> Collect() const override {
    std::vector<MetricFamily> families = ProcessMetrics();
    // Shared: a task that the engine gets to after we have given up must have where to put its answer.
    auto answer = std::make_shared<std::promise<EngineStatus>>();
    auto status = answer->get_future();
    boost::asio::post(io_, [answer, engine = engine_] { answer->set_value(engine->status()); });
    if (status.wait_for(kPatience) == std::future_status::ready) {
      for (MetricFamily& family : EngineMetrics(status.get())) families.push_back(std::move(family));
    }
    return families;
  }

  void OnResult(const std::string& image, const std::string& policy, const RunResult& result) {
    const prometheus::Labels where{{"image", image}, {"policy", policy}};
    prometheus::Labels labels = where;
    labels.emplace("verdict", VerdictName(result.verdict));
    labels.emplace("start", result.start == StartKind::kWarm ? "warm" : "cold");
    runs_.Add(labels).Increment();
    queue_.Observe(Seconds(result.queue_time));
    if (result.verdict == Verdict::kSetupFailed) return;
    cpu_.Add(where).Increment(Seconds(result.usage.cpu_time));
    wall_.Add(where, kSeconds).Observe(Seconds(result.usage.wall_time));
    memory_.Add(where, kBytes).Observe(static_cast<double>(result.usage.memory_peak_bytes));
    output_.Add({{"stream", "stdout"}}).Increment(static_cast<double>(result.usage.stdout_bytes));
    output_.Add({{"stream", "stderr"}}).Increment(static_cast<double>(result.usage.stderr_bytes));
  }

  void OnRefusal(const Refusal& refusal) { refusals_.Add({{"reason", ReasonName(refusal.reason)}}).Increment(); }

 private:
  prometheus::Family<prometheus::Counter>& Counters(const std::string& name, const std::string& help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(*registry_);
  }
  prometheus::Family<Histogram>& Histograms(const std::string& name, const std::string& help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(*registry_);
  }

  boost::asio::io_context& io_;
  const Engine* engine_ = nullptr;
  std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Family<prometheus::Counter>& runs_;
  prometheus::Family<prometheus::Counter>& refusals_;
  prometheus::Family<prometheus::Counter>& cpu_;
  prometheus::Family<prometheus::Counter>& output_;
  prometheus::Family<Histogram>& wall_;
  Histogram& queue_;
  prometheus::Family<Histogram>& memory_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};

Metrics::Metrics(boost::asio::io_context& io) : impl_(std::make_shared<Impl>(io)) {}

Metrics::~Metrics() = default;

Result<void> Metrics::Serve(const std::string& address, const Engine& engine) { return impl_->Serve(address, engine); }

void Metrics::Stop() { impl_->Stop(); }

void Metrics::OnResult(const std::string& image, const std::string& policy, const RunResult& result) {
  impl_->OnResult(image, policy, result);
}

void Metrics::OnRefusal(const Refusal& refusal) { impl_->OnRefusal(refusal); }

}  // namespace runner
