#include "runner/sandbox/cgroup_v2.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "runner/launcher/protocol.h"

namespace runner {
namespace {

constexpr std::uint32_t kCpuPeriodUs = 100'000;
constexpr char kControllers[] = "+memory +pids +cpu";
constexpr char kLeaf[] = "daemon";  // the launcher leaves and removes it at the end (runner/launcher/farewell.cc)

class CgroupV2 final : public Cgroup {
 public:
  CgroupV2(std::string name, int parent) : name_(std::move(name)), parent_(parent) {}

  Result<void> Make(const Limits& limits, const FixedLimits& fixed, std::uint32_t layers) {
    auto made = MakeDirectoryAt(parent_, name_);
    if (!made) return made.error();
    directory_ = std::move(*made);
    layers_ = layers;
    if (auto done = SetLimits(limits); !done) return done;
    if ((layers & launcher::kMemoryCgroup) != 0) {
      if (auto done = PrepareMemory(); !done) return done;
    }
    if ((layers & launcher::kCpuCgroup) != 0) {
      const std::uint64_t quota = std::uint64_t{kCpuPeriodUs} * fixed.cpu_millicores / 1000;
      if (auto done = Write("cpu.max", std::to_string(quota) + " " + std::to_string(kCpuPeriodUs)); !done) return done;
    }
    return {};
  }

  std::vector<int> directories() const override { return {directory_.get()}; }
  // None: where memory runs out the kernel kills all of the cgroup, init included, and that is the event.
  int memory_event_fd() const override { return -1; }
  bool OomKilled() const override {
    return ReadKeyAt(directory_.get(), "memory.events", "oom_kill") > 0 ||
           ReadKeyAt(directory_.get(), "memory.events", "oom_group_kill") > 0;
  }
  std::chrono::microseconds CpuTime() const override {
    return std::chrono::microseconds(ReadKeyAt(directory_.get(), "cpu.stat", "usage_usec"));
  }
  std::uint64_t MemoryPeak() const override {
    char text[32] = {};
    if (peak_ && ::pread(peak_.get(), text, sizeof(text) - 1, 0) > 0) return std::strtoull(text, nullptr, 10);
    return ReadNumberAt(directory_.get(), "memory.peak");
  }
  std::uint64_t MemoryCurrent() const override { return ReadNumberAt(directory_.get(), "memory.current"); }
  std::uint32_t ProcessesPeak() const override {
    return static_cast<std::uint32_t>(ReadNumberAt(directory_.get(), "pids.peak"));
  }
  std::uint32_t ProcessesCurrent() const override {
    return static_cast<std::uint32_t>(ReadNumberAt(directory_.get(), "pids.current"));
  }
  Result<void> SetLimits(const Limits& limits) override {
    if ((layers_ & launcher::kMemoryCgroup) != 0 && limits.memory_bytes != limits_.memory_bytes) {
      if (auto done = Write("memory.max", std::to_string(limits.memory_bytes)); !done) return done;
    }
    if ((layers_ & launcher::kPidsCgroup) != 0 && limits.threads != limits_.threads) {
      // init is inside too.
      if (auto done = Write("pids.max", std::to_string(limits.threads + 1)); !done) return done;
    }
    limits_ = limits;
    return {};
  }
  void SetPriority(Priority priority) override {
    (void)WriteFileIfPresentAt(directory_.get(), "cpu.weight", priority == Priority::kNormal ? "100" : "10");
  }
  void ResetMemoryPeak() override {
    // Since Linux 6.12 a write resets the peak for readers of the same open file. Before that it is refused.
    peak_ = UniqueFd(::openat(directory_.get(), "memory.peak", O_RDWR | O_CLOEXEC));
    if (peak_ && ::write(peak_.get(), "0", 1) != 1) peak_.reset();
  }
  void Kill() override { (void)Write("cgroup.kill", "1"); }

  Result<void> Remove() override {
    if (::unlinkat(parent_, name_.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT)
      return ErrnoError("remove the cgroup " + name_);
    return {};
  }

 private:
  Result<void> Write(const char* file, const std::string& value) { return WriteFileAt(directory_.get(), file, value); }

  Result<void> PrepareMemory() {
    if (auto done = WriteFileIfPresentAt(directory_.get(), "memory.swap.max", "0"); !done) return done;
    return Write("memory.oom.group", "1");
  }

  std::string name_;
  int parent_;
  std::uint32_t layers_ = 0;
  Limits limits_;  // memory and threads as written
  UniqueFd directory_;
  UniqueFd peak_;  // once reset
};

class CgroupTreeV2 final : public CgroupTree {
 public:
  CgroupTreeV2(std::string name, std::uint32_t layers) : name_(std::move(name)), layers_(layers) {}

  Result<void> Make(const CgroupHierarchy& hierarchy, std::uint32_t owner) {
    SweepDeadSubtrees(hierarchy.own);
    auto parent = OpenDirectory(hierarchy.own);
    if (!parent) return parent.error();
    parent_ = std::move(*parent);
    auto made = MakeDirectoryAt(parent_.get(), name_);
    if (!made) return made.error();
    directory_ = std::move(*made);
    if (auto done = EnableControllers(hierarchy); !done) {
      GiveUp();
      return done;
    }
    return HandOver(owner);
  }

  int version() const override { return 2; }
  const std::string& name() const override { return name_; }
  std::vector<int> parents() const override { return {parent_.get()}; }

  Result<std::unique_ptr<Cgroup>> MakeRun(const std::string& name, const Limits& limits,
                                          const FixedLimits& fixed) override {
    auto run = std::make_unique<CgroupV2>(name, directory_.get());
    if (auto made = run->Make(limits, fixed, layers_); !made) {
      (void)run->Remove();
      return made.error();
    }
    return std::unique_ptr<Cgroup>(std::move(run));
  }

 private:
  // A cgroup with processes of its own cannot give controllers to its children, the root excepted ("no internal
  // processes", cgroups(7)). So the daemon moves into a leaf first. Processes of others are not ours to move.
  Result<void> EnableControllers(const CgroupHierarchy& hierarchy) {
    const bool is_root = ::faccessat(parent_.get(), "cgroup.events", F_OK, 0) != 0;
    if (hierarchy.holds_us && !is_root) {
      auto leaf = MakeDirectoryAt(directory_.get(), kLeaf);
      if (!leaf) return leaf.error();
      if (auto moved = WriteFileAt(leaf->get(), "cgroup.procs", "0"); !moved) return moved;
    }
    if (auto done = WriteFileAt(parent_.get(), "cgroup.subtree_control", kControllers); !done) {
      if (done.error().error_number != EBUSY) return done;
      return Error{
          .step = "runnerd shares the cgroup " + hierarchy.own.string() +
                  " with other processes, so it cannot give controllers to its runs; start it in a cgroup of its own "
                  "(a systemd service with Delegate=yes, or systemd-run --scope -p Delegate=yes), or name another "
                  "with cgroup_parent",
          .error_number = EBUSY};
    }
    return WriteFileAt(directory_.get(), "cgroup.subtree_control", kControllers);
  }

  // Puts everything back after EnableControllers failed.
  void GiveUp() {
    if (::faccessat(directory_.get(), kLeaf, F_OK, 0) == 0) {
      (void)WriteFileAt(parent_.get(), "cgroup.procs", "0");
      ::unlinkat(directory_.get(), kLeaf, AT_REMOVEDIR);
    }
    ::unlinkat(parent_.get(), name_.c_str(), AT_REMOVEDIR);
  }

  // What delegation takes (cgroup-v2.rst, "Model of Delegation").
  Result<void> HandOver(std::uint32_t owner) {
    for (const char* file : {".", "cgroup.procs", "cgroup.threads", "cgroup.subtree_control"}) {
      if (::fchownat(directory_.get(), file, owner, owner, 0) != 0)
        return ErrnoError("give the cgroup " + name_ + " to the daemon");
    }
    return {};
  }

  std::string name_;
  std::uint32_t layers_;
  UniqueFd parent_;
  UniqueFd directory_;
};

}  // namespace

Result<std::unique_ptr<CgroupTree>> MakeCgroupTreeV2(const CgroupHierarchy& hierarchy, std::uint32_t layers,
                                                     std::uint32_t owner) {
  auto tree = std::make_unique<CgroupTreeV2>(OwnSubtreeName(), layers);
  if (auto made = tree->Make(hierarchy, owner); !made) return made.error();
  return std::unique_ptr<CgroupTree>(std::move(tree));
}

}  // namespace runner
