#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "runner/base/error.h"
#include "runner/daemon/config.h"
#include "runner/engine/engine.h"
#include "runner/sandbox/cgroup.h"
#include "runner/sandbox/launcher_process.h"
#include "runner/service/listener.h"

namespace runner {

// Exit codes of runnerd, after sysexits.h.
inline constexpr int kExitSoftware = 70;  // something failed; another start may fare better
inline constexpr int kExitConfig = 78;    // the configuration, a policy, an image or the host has to change first

// Everything that needs root or a single thread, done.
struct Prepared {
  Engine::Images images;
  Engine::Policies policies;
  std::unique_ptr<CgroupTree> cgroups;
  LauncherProcess launcher;
  std::vector<Listener> listeners;
  std::uint32_t layers = 0;
  std::uint32_t run_uids = 0;
};

struct StartError {
  int exit_code = kExitConfig;
  Error error;
};

// Loads policies and images, raises the limit of open files, binds the addresses, makes the cgroups, starts the launcher and gives up root, in this order.
// Call it once, before the program has a second thread. After it the process is the configuration's first uid.
[[nodiscard]] std::variant<Prepared, StartError> Prepare(const Config& config);

}  // namespace runner
