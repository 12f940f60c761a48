// What the hostile tests share: attacks as requests, and the watch over what happens beside them.
#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "tests/support/client.h"
#include "tests/support/daemon.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"

namespace runner::test {

inline constexpr std::uint64_t kMiB = 1ULL << 20U;

using Arguments = std::vector<std::string>;

// snippets/NAME.mjs under Node.
[[nodiscard]] v1::RunRequest Attack(const std::string& name, const Arguments& arguments = {});
// The attack NAME of native/ in the image "native".
[[nodiscard]] v1::RunRequest NativeAttack(const std::string& name, const Arguments& arguments = {});
// The same under another policy than lesson.
[[nodiscard]] v1::RunRequest Under(const std::string& policy, v1::RunRequest request);

// The same under the policy that gives the most time, and with all of it: where the processor is emulated, filling memory
// takes a minute.
[[nodiscard]] v1::RunRequest WithMuchTime(v1::RunRequest request);

// A daemon with these layers off. Its images are the shared daemon's.
[[nodiscard]] DaemonOptions Without(std::vector<std::string> layers);

Outcome RunOn(const Daemon& daemon, const v1::RunRequest& request);
// stdout of a run that exited with 0, without the last newline; else how the run ended, which is no output that a test
// expects.
[[nodiscard]] std::string OutputOn(const Daemon& daemon, const v1::RunRequest& request);
[[nodiscard]] std::string FateOn(const Daemon& daemon, const v1::RunRequest& request);

// A verdict must be there within its limit and 200 ms, as the client sees it, plus what starting and queueing took.
[[nodiscard]] bool InTime(const Outcome& outcome, std::chrono::milliseconds limit);

// Base of every test case: an attack on the shared daemon, which after it must have no more of anything than before, and
// serve others as before.
class Hostile {
 public:
  Hostile(const Hostile&) = delete;
  Hostile& operator=(const Hostile&) = delete;

 protected:
  Hostile();
  ~Hostile();

  [[nodiscard]] Daemon& daemon() const { return daemon_; }
  Outcome Run(const v1::RunRequest& request) const { return RunOn(daemon_, request); }
  // Runs it with a neighbour that starts again and again meanwhile, and checks every one of its results.
  Outcome RunBesideNeighbours(const v1::RunRequest& request) const;
  [[nodiscard]] std::string Output(const v1::RunRequest& request) const { return OutputOn(daemon_, request); }
  [[nodiscard]] std::string Fate(const v1::RunRequest& request) const { return FateOn(daemon_, request); }

 private:
  Daemon& daemon_;
  Footprint before_;
};

}  // namespace runner::test
