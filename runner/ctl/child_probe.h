#pragma once

#include <functional>
#include <string>

namespace runner::ctl {

// How a probe ended.
struct ProbeResult {
  // 0: everything worked. Otherwise the errno of the step that failed, or ETIMEDOUT, or ECHILD for a child that died.
  int error = 0;
  // What was being tried: a string literal. Empty when everything worked.
  const char* step = "";

  [[nodiscard]] bool ok() const { return error == 0; }
};

// `probe` in a forked child, so that what it changes (namespaces, mounts, ids) is gone with it. Waits five seconds at
// most and then kills the child. `probe` makes system calls and may not throw; its `step` must be a string literal.
[[nodiscard]] ProbeResult InChild(const std::function<ProbeResult()>& probe);

// The result of a system call that returns a negative number for failure.
[[nodiscard]] ProbeResult Tried(const char* step, long returned);

// "unshare: Operation not permitted (EPERM)"
[[nodiscard]] std::string Describe(const ProbeResult& result);

}  // namespace runner::ctl
