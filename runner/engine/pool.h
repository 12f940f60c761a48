#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "runner/engine/sandbox.h"
#include "runner/sandbox/image.h"
#include "runner/sandbox/policy.h"
#include "runner/sandbox/run_spec.h"

namespace runner {

struct PoolConfig {
  std::uint32_t per_image = 2;                // parked for each image and policy in use, whatever the demand
  std::uint32_t maximum = 0;                  // parked altogether; 0: no pool
  std::chrono::milliseconds max_idle{60000};  // an older one is replaced
};

struct PoolStatus {
  std::uint32_t parked = 0;    // ready for a run
  std::uint32_t prepared = 0;  // set up, without Node
  std::uint32_t starting = 0;
  std::uint32_t maximum = 0;
  std::uint64_t warm_total = 0;      // runs that got a parked one
  std::uint64_t cold_total = 0;      // runs that did not
  std::uint64_t failures_total = 0;  // sandboxes that could not be made or ended while they waited
  std::string last_failure;
};

// Sandboxes made ahead of the runs they are for, on two levels: *prepared*, which are set up and have no Node yet, and
// *parked*, whose Node has booted and waits for its program. Each is used by one run or by none, and destroyed.
//
// Sized by recent demand (starts a second times what a start takes) between per_image and maximum; refilled in the
// background at low CPU priority, on as many cores as no run needs, or one at a time. One more is set up beside that when
// none is prepared: runs that start cold, because Nodes are used faster than they boot, need not wait for it (on cgroup v1
// that is a grace period of the kernel, 10 ms). A sandbox that cannot be made makes the pool wait, longer each time. One
// thread.
class Pool {
 public:
  struct Surroundings {
    SandboxResources& resources;
    const std::map<std::string, Image>& images;
    const std::map<std::string, Policy>& policies;
    std::function<std::uint32_t()> running;  // runs going on now
    std::uint32_t reserved_uids;             // that the pool leaves to runs
  };

  Pool(boost::asio::io_context& io, PoolConfig config, Surroundings surroundings);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  // Only after Stop() has completed.
  ~Pool() = default;

  // Begins to make sandboxes for `image` and `policy`, and keeps some from now on even when nobody asks for them.
  void Start(const std::string& image, const std::string& policy);

  enum class Want { kParked, kPrepared };
  // A sandbox for this run that is parked (if wanted, and there is one) or prepared; nullptr: make one. Its limits are the
  // run's and its counters begin. Never waits.
  [[nodiscard]] std::unique_ptr<Sandbox> Take(const RunSpec& spec, Want want);
  // A sandbox that was taken turned out to be broken before its program started.
  void ReportFailure(const std::string& why);
  // A core may have come free.
  void Wake() { wake_.cancel(); }

  // Makes no more, and returns when everything is destroyed.
  [[nodiscard]] boost::asio::awaitable<void> Stop();

  [[nodiscard]] PoolStatus status() const;

 private:
  using Clock = std::chrono::steady_clock;

  // Runs of one key can use the same sandboxes: all that is fixed before a run is known.
  struct Key {
    std::string image;
    std::string policy;
    std::uint64_t heap_mib = 0;
    auto operator<=>(const Key&) const = default;  // NOLINT(modernize-use-nullptr): it means what = default writes
  };
  struct Shelf {
    bool pinned = false;
    Clock::time_point last_use{};
    // Takes a second, as of last_use: those that want a parked one, and all.
    double parked_rate = 0;
    double rate = 0;
  };
  enum class Stage { kSettingUp, kPrepared, kBooting, kParked };
  struct Entry {
    Key key;
    std::unique_ptr<Sandbox> sandbox;  // none once taken
    Stage stage = Stage::kSettingUp;
    bool boot = false;          // goes on to kParked
    Clock::time_point made{};   // ages from here: set up, or booted
    Clock::time_point began{};  // of the start that is going on
  };
  using EntryPtr = std::shared_ptr<Entry>;

  [[nodiscard]] bool enabled() const { return config_.maximum > 0; }
  [[nodiscard]] bool Fits(const RunSpec& spec) const;
  [[nodiscard]] std::uint32_t Target(const Shelf& shelf, bool parked, Clock::time_point now) const;
  [[nodiscard]] std::uint32_t Count(const Key* key, bool parked) const;
  [[nodiscard]] EntryPtr Find(const Key& key, Stage stage) const;
  [[nodiscard]] bool MayMakeNow(const Key& key, bool boot) const;
  [[nodiscard]] Limits LimitsOf(const Key& key) const;

  void Spawn(boost::asio::awaitable<void> task);
  boost::asio::awaitable<void> RunTask(boost::asio::awaitable<void> task);
  boost::asio::awaitable<void> Tend();
  void Refill(Clock::time_point now);
  void Begin(const Key& key, bool boot, Clock::time_point now);
  void Expire(Clock::time_point now);
  boost::asio::awaitable<void> Make(EntryPtr entry);
  boost::asio::awaitable<void> Boot(EntryPtr entry);
  boost::asio::awaitable<void> Watch(EntryPtr entry);
  void OnEvent(const EntryPtr& entry, const launcher::InitEvent& event);
  // `entry` is a pointer of the caller's own, not the one in entries_, which goes.
  [[nodiscard]] std::unique_ptr<Sandbox> Withdraw(const EntryPtr& entry);
  void Discard(std::unique_ptr<Sandbox> sandbox);
  static boost::asio::awaitable<void> Destroy(std::unique_ptr<Sandbox> sandbox);
  void Fail(const std::string& why);

  boost::asio::io_context& io_;
  PoolConfig config_;
  Surroundings surroundings_;
  boost::asio::steady_timer wake_;
  boost::asio::steady_timer idle_;  // cancelled when a background task ends
  bool stopping_ = false;
  bool tending_ = false;
  std::map<Key, Shelf> shelves_;
  std::list<EntryPtr> entries_;
  std::uint32_t tasks_ = 0;  // coroutines that touch this object
  // Smoothed: how long it takes until one is parked, or prepared.
  std::chrono::duration<double> start_time_{0.05};
  std::chrono::duration<double> setup_time_{0.01};
  Clock::time_point retry_at_{};
  std::chrono::milliseconds back_off_{0};
  PoolStatus totals_;
};

}  // namespace runner
