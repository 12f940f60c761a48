#include "runner/sandbox/cgroup_v1.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "runner/launcher/protocol.h"

namespace runner {
namespace {

constexpr std::uint32_t kCpuPeriodUs = 100'000;
constexpr std::uint64_t kTcpBufferBytes = 16ULL << 20U;

// One directory that may serve several controllers: cpu and cpuacct are often mounted together.
struct Directory {
  std::vector<std::string> controllers;
  UniqueFd fd;
};

int FindDirectory(const std::vector<Directory>& directories, std::string_view controller) {
  for (const Directory& directory : directories) {
    const auto& names = directory.controllers;
    if (std::find(names.begin(), names.end(), controller) != names.end()) return directory.fd.get();
  }
  return -1;
}

class CgroupV1 final : public Cgroup {
 public:
  CgroupV1(std::string name, std::vector<int> parents) : name_(std::move(name)), parents_(std::move(parents)) {}

  Result<void> Make(const std::vector<Directory>& tree, const Limits& limits, const FixedLimits& fixed,
                    std::uint32_t layers) {
    layers_ = layers;
    for (const Directory& parent : tree) {
      auto made = MakeDirectoryAt(parent.fd.get(), name_);
      if (!made) return made.error();
      directories_.push_back({parent.controllers, std::move(*made)});
    }
    limits_ = {.memory_bytes = limits.memory_bytes};
    if ((layers & launcher::kMemoryCgroup) != 0) {
      if (auto done = LimitMemory(limits.memory_bytes); !done) return done;
    }
    if (auto done = SetLimits(limits); !done) return done;
    if ((layers & launcher::kCpuCgroup) != 0) {
      const int cpu = Find("cpu");
      if (auto done = WriteFileAt(cpu, "cpu.cfs_period_us", std::to_string(kCpuPeriodUs)); !done) return done;
      const std::uint64_t quota = std::uint64_t{kCpuPeriodUs} * fixed.cpu_millicores / 1000;
      if (auto done = WriteFileAt(cpu, "cpu.cfs_quota_us", std::to_string(quota)); !done) return done;
    }
    return {};
  }

  std::vector<int> directories() const override {
    std::vector<int> fds;
    for (const Directory& directory : directories_) fds.push_back(directory.fd.get());
    return fds;
  }
  int memory_event_fd() const override { return event_.get(); }
  bool OomKilled() const override { return ReadKeyAt(Find("memory"), "memory.oom_control", "oom_kill") > 0; }
  std::chrono::microseconds CpuTime() const override {
    return std::chrono::microseconds(ReadNumberAt(Find("cpuacct"), "cpuacct.usage") / 1000);
  }
  std::uint64_t MemoryPeak() const override { return ReadNumberAt(Find("memory"), "memory.max_usage_in_bytes"); }
  std::uint64_t MemoryCurrent() const override { return ReadNumberAt(Find("memory"), "memory.usage_in_bytes"); }
  std::uint32_t ProcessesPeak() const override {
    return static_cast<std::uint32_t>(ReadNumberAt(Find("pids"), "pids.peak"));
  }
  std::uint32_t ProcessesCurrent() const override {
    return static_cast<std::uint32_t>(ReadNumberAt(Find("pids"), "pids.current"));
  }
  Result<void> SetLimits(const Limits& limits) override {
    if ((layers_ & launcher::kPidsCgroup) != 0 && limits.threads != limits_.threads) {
      // init is inside too.
      if (auto done = WriteFileAt(Find("pids"), "pids.max", std::to_string(limits.threads + 1)); !done) return done;
    }
    if ((layers_ & launcher::kMemoryCgroup) != 0 && limits.memory_bytes != limits_.memory_bytes) {
      if (auto done = WriteMemoryLimits(limits.memory_bytes, limits.memory_bytes > limits_.memory_bytes); !done)
        return done;
    }
    limits_ = limits;
    return {};
  }
  void SetPriority(Priority priority) override {
    const int cpu = Find("cpu");
    if (cpu >= 0) (void)WriteFileIfPresentAt(cpu, "cpu.shares", priority == Priority::kNormal ? "1024" : "102");
  }
  void ResetMemoryPeak() override { (void)WriteFileIfPresentAt(Find("memory"), "memory.max_usage_in_bytes", "0"); }
  void Kill() override {}

  Result<void> Remove() override {
    for (const int parent : parents_) {
      if (::unlinkat(parent, name_.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT)
        return ErrnoError("remove the cgroup " + name_);
    }
    return {};
  }

 private:
  int Find(std::string_view controller) const { return FindDirectory(directories_, controller); }

  Result<void> LimitMemory(std::uint64_t bytes) {
    const int memory = Find("memory");
    if (auto done = WriteMemoryLimits(bytes, false); !done) return done;
    // v1 counts TCP buffers apart, and not at all until they have a limit: connections nobody reads from could hold many
    // times the run's memory. At the limit buffers stop growing; nothing is killed.
    if (auto done = WriteFileIfPresentAt(memory, "memory.kmem.tcp.limit_in_bytes", std::to_string(kTcpBufferBytes));
        !done) {
      return done;
    }
    event_ = UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    const UniqueFd control(::openat(memory, "memory.oom_control", O_RDONLY | O_CLOEXEC));
    if (!event_ || !control) return ErrnoError("watch memory.oom_control");
    return WriteFileAt(memory, "cgroup.event_control",
                       std::to_string(event_.get()) + " " + std::to_string(control.get()));
  }

  // Memory alone, and memory and swap together: the same number means no swap. The second is absent where swap is not
  // accounted, and may never be below the first.
  Result<void> WriteMemoryLimits(std::uint64_t bytes, bool raises) {
    const int memory = Find("memory");
    const std::string value = std::to_string(bytes);
    if (raises) {
      if (auto done = WriteFileIfPresentAt(memory, "memory.memsw.limit_in_bytes", value); !done) return done;
    }
    if (auto done = WriteFileAt(memory, "memory.limit_in_bytes", value); !done) return done;
    return raises ? Result<void>() : WriteFileIfPresentAt(memory, "memory.memsw.limit_in_bytes", value);
  }

  std::string name_;
  std::uint32_t layers_ = 0;
  Limits limits_;  // memory and threads as written
  std::vector<int> parents_;
  std::vector<Directory> directories_;
  UniqueFd event_;
};

class CgroupTreeV1 final : public CgroupTree {
 public:
  CgroupTreeV1(std::string name, std::uint32_t layers) : name_(std::move(name)), layers_(layers) {}

  Result<void> Add(const CgroupHierarchy& hierarchy, std::uint32_t owner) {
    SweepDeadSubtrees(hierarchy.own);
    auto parent = OpenDirectory(hierarchy.own);
    if (!parent) return parent.error();
    auto made = MakeDirectoryAt(parent->get(), name_);
    if (!made)
      return Error{.step = made.error().step + " in " + hierarchy.own.string(),
                   .error_number = made.error().error_number};
    if (::fchown(made->get(), owner, owner) != 0) return ErrnoError("give the cgroup " + name_ + " to the daemon");
    directories_.push_back({hierarchy.controllers, std::move(*made)});
    parents_.push_back(std::move(*parent));
    return {};
  }

  int version() const override { return 1; }
  const std::string& name() const override { return name_; }
  std::vector<int> parents() const override {
    std::vector<int> fds;
    for (const UniqueFd& parent : parents_) fds.push_back(parent.get());
    return fds;
  }

  Result<std::unique_ptr<Cgroup>> MakeRun(const std::string& name, const Limits& limits,
                                          const FixedLimits& fixed) override {
    std::vector<int> parents;
    for (const Directory& directory : directories_) parents.push_back(directory.fd.get());
    auto run = std::make_unique<CgroupV1>(name, std::move(parents));
    if (auto made = run->Make(directories_, limits, fixed, layers_); !made) {
      (void)run->Remove();
      return made.error();
    }
    return std::unique_ptr<Cgroup>(std::move(run));
  }

 private:
  std::string name_;
  std::uint32_t layers_;
  std::vector<UniqueFd> parents_;
  std::vector<Directory> directories_;
};

}  // namespace

Result<std::unique_ptr<CgroupTree>> MakeCgroupTreeV1(const std::vector<CgroupHierarchy>& hierarchies,
                                                     std::uint32_t layers, std::uint32_t owner) {
  // cpuacct and memory are needed in any case: usage is read from them.
  static constexpr std::string_view kWanted[] = {"memory", "pids", "cpu", "cpuacct"};
  auto tree = std::make_unique<CgroupTreeV1>(OwnSubtreeName(), layers);
  for (const CgroupHierarchy& hierarchy : hierarchies) {
    const auto& names = hierarchy.controllers;
    const bool wanted =
        hierarchy.version == 1 && std::any_of(std::begin(kWanted), std::end(kWanted), [&names](auto controller) {
          return std::find(names.begin(), names.end(), controller) != names.end();
        });
    if (!wanted) continue;
    if (auto added = tree->Add(hierarchy, owner); !added) return added.error();
  }
  return std::unique_ptr<CgroupTree>(std::move(tree));
}

}  // namespace runner
