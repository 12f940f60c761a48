#include "runner/engine/pool.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cmath>
#include <iterator>
#include <thread>
#include <utility>
#include <vector>

#include "runner/engine/program.h"
#include "runner/sandbox/steps.h"

namespace runner {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::duration;

namespace {

constexpr auto kTick = 1s;
constexpr auto kFirstBackOff = 500ms;
constexpr std::chrono::milliseconds kLongestBackOff = 60s;
// How long an image and policy that nobody asks for any more is kept ready.
constexpr auto kInterest = 5min;
constexpr double kRateSeconds = 5;  // what "recent" means for the demand

std::uint32_t Cores() { return std::max(1U, std::thread::hardware_concurrency()); }

double Decay(duration<double> passed) { return std::exp(-passed.count() / kRateSeconds); }

void Smooth(duration<double>& mean, duration<double> value) { mean += 0.2 * (value - mean); }

}  // namespace

Pool::Pool(asio::io_context& io, PoolConfig config, Surroundings surroundings)
    : io_(io),
      config_(config),
      surroundings_(std::move(surroundings)),
      wake_(io, Clock::time_point::max()),
      idle_(io, Clock::time_point::max()) {}

void Pool::Start(const std::string& image, const std::string& policy) {
  if (!enabled() || stopping_) return;
  if (surroundings_.images.at(image).preload) {
    const Policy& of = surroundings_.policies.at(policy);
    shelves_[{image, policy, HeapMib(of.default_limits.memory_bytes)}].pinned = true;
  }
  if (tending_) return;
  tending_ = true;
  Spawn(Tend());
}

std::unique_ptr<Sandbox> Pool::Take(const RunSpec& spec, Want want) {
  std::unique_ptr<Sandbox> taken;
  if (tending_ && !stopping_ && Fits(spec)) {
    const Key key{spec.image, spec.policy, HeapMib(spec.limits.memory_bytes)};
    Shelf& shelf = shelves_[key];
    const auto now = Clock::now();
    const double decay = Decay(now - shelf.last_use);
    shelf.parked_rate = shelf.parked_rate * decay + (want == Want::kParked ? 1 / kRateSeconds : 0);
    shelf.rate = shelf.rate * decay + 1 / kRateSeconds;
    shelf.last_use = now;
    for (const Stage stage : {Stage::kParked, Stage::kPrepared}) {
      if (stage == Stage::kParked && want != Want::kParked) continue;
      while (taken == nullptr) {
        const EntryPtr entry = Find(key, stage);
        if (entry == nullptr) break;
        taken = Withdraw(entry);
        if (auto begun = taken->BeginRun(spec.limits); !begun) Discard(std::exchange(taken, nullptr));
      }
    }
    Wake();
  }
  if (tending_ || !enabled()) ++(taken != nullptr && taken->parked() ? totals_.warm_total : totals_.cold_total);
  return taken;
}

void Pool::ReportFailure(const std::string& why) { Fail(why); }

asio::awaitable<void> Pool::Stop() {
  stopping_ = true;
  wake_.cancel();
  while (!entries_.empty()) {
    const EntryPtr entry = std::move(entries_.front());
    entries_.pop_front();
    Discard(Withdraw(entry));
  }
  while (tasks_ > 0) {
    boost::system::error_code woken;
    co_await idle_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

PoolStatus Pool::status() const {
  PoolStatus status = totals_;
  status.maximum = config_.maximum;
  for (const EntryPtr& entry : entries_) {
    ++(entry->stage == Stage::kParked     ? status.parked
       : entry->stage == Stage::kPrepared ? status.prepared
                                          : status.starting);
  }
  return status;
}

// ------------------------------------------------------------------------------------------------------ how many

// The size of the workspace is fixed when it is mounted; other limits can be changed later.
bool Pool::Fits(const RunSpec& spec) const {
  return surroundings_.images.at(spec.image).preload &&
         spec.limits.workspace_bytes == surroundings_.policies.at(spec.policy).default_limits.workspace_bytes;
}

Limits Pool::LimitsOf(const Key& key) const {
  const Policy& policy = surroundings_.policies.at(key.policy);
  Limits limits = policy.default_limits;
  while (HeapMib(limits.memory_bytes) < key.heap_mib && limits.memory_bytes < policy.maximum_limits.memory_bytes) {
    limits.memory_bytes = std::min(2 * limits.memory_bytes, policy.maximum_limits.memory_bytes);
  }
  return limits;
}

std::uint32_t Pool::Target(const Shelf& shelf, bool parked, Clock::time_point now) const {
  if (!shelf.pinned && now - shelf.last_use > kInterest) return 0;
  const double rate = (parked ? shelf.parked_rate : shelf.rate) * Decay(now - shelf.last_use);
  const double during_a_start = std::ceil(rate * (parked ? start_time_ : setup_time_).count());
  return std::min(config_.maximum, config_.per_image + static_cast<std::uint32_t>(during_a_start));
}

std::uint32_t Pool::Count(const Key* key, bool parked) const {
  return static_cast<std::uint32_t>(std::ranges::count_if(entries_, [&](const EntryPtr& entry) {
    return entry->boot == parked && (key == nullptr || entry->key == *key);
  }));
}

// The oldest: the youngest has the longest yet to live.
Pool::EntryPtr Pool::Find(const Key& key, Stage stage) const {
  const auto found =
      std::ranges::find_if(entries_, [&](const EntryPtr& entry) { return entry->key == key && entry->stage == stage; });
  return found == entries_.end() ? nullptr : *found;
}

bool Pool::MayMakeNow(const Key& key, bool boot) const {
  const SandboxResources& resources = surroundings_.resources;
  // The last failure may be that of the Begin just before: Make goes as far as it can without waiting.
  if (Clock::now() < retry_at_) return false;
  if (resources.launcher.lost() || resources.uids.available() <= surroundings_.reserved_uids) return false;
  const std::uint32_t running = surroundings_.running();
  const std::uint32_t free_cores = running < Cores() ? Cores() - running : 1;
  if (status().starting < free_cores) return true;
  return !boot && Find(key, Stage::kPrepared) == nullptr && Find(key, Stage::kSettingUp) == nullptr;
}

// ------------------------------------------------------------------------------------------------------ the background

void Pool::Spawn(asio::awaitable<void> task) {
  ++tasks_;
  asio::co_spawn(io_, RunTask(std::move(task)), asio::detached);
}

asio::awaitable<void> Pool::RunTask(asio::awaitable<void> task) {
  try {
    co_await std::move(task);
  } catch (const std::exception& exception) {
    Fail(exception.what());  // no memory, no descriptor; what it was about goes with it
  }
  --tasks_;
  idle_.cancel();
}

asio::awaitable<void> Pool::Tend() {
  while (!stopping_) {
    const auto now = Clock::now();
    Expire(now);
    Refill(now);
    boost::system::error_code woken;
    wake_.expires_after(kTick);
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

void Pool::Expire(Clock::time_point now) {
  std::vector<EntryPtr> old;
  for (const EntryPtr& entry : entries_) {
    if (now - entry->made > config_.max_idle) old.push_back(entry);
  }
  for (const EntryPtr& entry : old) Discard(Withdraw(entry));
  std::erase_if(shelves_, [&](const auto& shelf) { return Target(shelf.second, true, now) == 0; });
}

// What was used last comes first, and takes from what was used longest ago when it has nothing.
void Pool::Refill(Clock::time_point now) {
  if (now < retry_at_) return;
  std::vector<std::pair<Clock::time_point, const Key*>> order;
  for (const auto& [key, shelf] : shelves_) order.emplace_back(shelf.last_use, &key);
  std::ranges::sort(order, std::greater<>());
  for (const auto& [last_use, key] : order) {
    const Shelf& shelf = shelves_.at(*key);
    const std::uint32_t target = Target(shelf, true, now);
    if (target > 0 && Count(key, true) == 0 && Count(nullptr, true) >= config_.maximum) {
      EntryPtr spare;
      for (auto other = order.rbegin(); other != order.rend() && other->second != key && spare == nullptr; ++other)
        spare = Find(*other->second, Stage::kParked);
      if (spare != nullptr) Discard(Withdraw(spare));
    }
    while (Count(key, true) < target && Count(nullptr, true) < config_.maximum && MayMakeNow(*key, true)) {
      Begin(*key, true, now);
    }
    const std::uint32_t prepared = Target(shelf, false, now);
    while (Count(key, false) < prepared && Count(nullptr, false) < config_.maximum && MayMakeNow(*key, false)) {
      Begin(*key, false, now);
    }
  }
}

// A parked one begins as a prepared one, if there is one.
void Pool::Begin(const Key& key, bool boot, Clock::time_point now) {
  EntryPtr entry = boot ? Find(key, Stage::kPrepared) : nullptr;
  if (entry != nullptr) {
    entry->boot = true;
    entry->stage = Stage::kBooting;
    entry->began = now;
    return Spawn(Boot(std::move(entry)));
  }
  entry = std::make_shared<Entry>();
  entry->key = key;
  entry->boot = boot;
  entry->made = entry->began = now;
  entries_.push_back(entry);
  Spawn(Make(std::move(entry)));
}

asio::awaitable<void> Pool::Make(EntryPtr entry) {
  const Key& key = entry->key;
  const Policy& policy = surroundings_.policies.at(key.policy);
  const auto image = surroundings_.images.find(key.image);
  const auto index = static_cast<std::uint32_t>(std::distance(surroundings_.images.begin(), image));
  auto sandbox = co_await Sandbox::Make(surroundings_.resources, policy, index, LimitsOf(key), std::nullopt,
                                        Cgroup::Priority::kBelowOthers);
  const bool unwanted = std::ranges::find(entries_, entry) == entries_.end();
  if (!sandbox) {
    std::erase(entries_, entry);
    if (!stopping_) Fail(sandbox.error().ToString());
  } else if (unwanted) {
    Discard(std::move(*sandbox));
  } else {
    entry->sandbox = std::move(*sandbox);
    co_await Watch(entry);
  }
}

asio::awaitable<void> Pool::Boot(EntryPtr entry) {
  const ProgramStrings node = BuildParkedNode(entry->key.heap_mib);
  Sandbox* const sandbox = entry->sandbox.get();
  // An error shows as an event.
  if (sandbox != nullptr) (void)co_await sandbox->Park(node);
}

// Until it is taken, or ends by itself, which is nobody's fault but the pool's.
asio::awaitable<void> Pool::Watch(EntryPtr entry) {
  for (;;) {
    co_await entry->sandbox->AwaitEvent();
    std::vector<UniqueFd> none;
    if (entry->sandbox == nullptr) co_return;
    const auto received = entry->sandbox->TryReceiveEvent(none);
    if (const auto* event = std::get_if<launcher::InitEvent>(&received)) {
      OnEvent(entry, *event);
    } else if (std::get<Sandbox::NoEvent>(received) == Sandbox::NoEvent::kGone) {
      Discard(Withdraw(entry));
      Fail("a sandbox ended while it waited for a run");
    }
    if (entry->sandbox == nullptr) co_return;
  }
}

void Pool::OnEvent(const EntryPtr& entry, const launcher::InitEvent& event) {
  using launcher::InitEventType;
  switch (event.type) {
    case InitEventType::kReady:
      entry->stage = Stage::kPrepared;
      Smooth(setup_time_, Clock::now() - entry->began);
      if (entry->boot) {
        entry->stage = Stage::kBooting;
        Spawn(Boot(entry));
      }
      break;
    case InitEventType::kParked:
      entry->stage = Stage::kParked;
      entry->made = Clock::now();
      Smooth(start_time_, entry->made - entry->began);
      back_off_ = 0ms;
      break;
    default:
      Discard(Withdraw(entry));
      Fail(event.type == InitEventType::kFailed
               ? Error{.step = std::string(StepDescription(event.step)), .error_number = event.error_number}.ToString()
               : "Node ended while it waited for a program");
  }
  Wake();
}

std::unique_ptr<Sandbox> Pool::Withdraw(const EntryPtr& entry) {
  std::erase(entries_, entry);
  if (entry->sandbox != nullptr) entry->sandbox->StopWaiting();
  return std::move(entry->sandbox);
}

void Pool::Discard(std::unique_ptr<Sandbox> sandbox) {
  if (sandbox != nullptr) Spawn(Destroy(std::move(sandbox)));
}

asio::awaitable<void> Pool::Destroy(std::unique_ptr<Sandbox> sandbox) { co_await sandbox->Destroy(); }

void Pool::Fail(const std::string& why) {
  ++totals_.failures_total;
  totals_.last_failure = why;
  back_off_ = std::clamp<std::chrono::milliseconds>(2 * back_off_, kFirstBackOff, kLongestBackOff);
  retry_at_ = Clock::now() + back_off_;
  spdlog::warn("pool: {}; next attempt in {} ms", why, back_off_.count());
}

}  // namespace runner
