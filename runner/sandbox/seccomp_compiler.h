#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/error.h"
#include "runner/base/unique_fd.h"

namespace runner {

enum class SeccompAction {
  kAllow,
  kErrno,
  kNotify,       // a tripwire: init is told the number and ends the sandbox with POLICY_VIOLATION
  kKillProcess,  // as kNotify, but without a name for the result: SIGSYS
};

// What the six arguments of a call must look like: (argument & mask) == value for each. A mask of 0 takes anything.
struct ArgumentPattern {
  std::array<std::uint64_t, 6> mask{};
  std::array<std::uint64_t, 6> value{};
};

// Rules for one system call are tried from top to bottom; the first whose pattern fits decides.
struct SeccompRule {
  int system_call = -1;
  SeccompAction action = SeccompAction::kErrno;
  std::uint16_t error_number = 0;  // with kErrno
  ArgumentPattern pattern;
};

// A system-call policy, before compilation. Native x86-64 only; other calling conventions kill the process.
struct SeccompSpec {
  // For calls newer than this program, so that libraries that probe for them fall back. ENOSYS in practice.
  std::uint16_t default_error_number = 0;
  // For calls that are known (see kNewestKnownCall) and not listed, and for those whose listed rules do not fit.
  std::uint16_t known_error_number = 0;
  std::vector<SeccompRule> rules;
  // False: execve passes only with its path at launcher::kExecPathAddress, where init keeps Node's; true: with any path.
  // Policies cannot say this themselves because the address is the launcher's, and a filter cannot read what a path says.
  bool may_execute = false;
};

// process_mrelease, Linux 5.15: what glibc 2.36 expects of every kernel it runs on ends well below. Calls above it count as
// new whatever the libseccomp at hand has names for, so that one policy compiles to one program everywhere.
inline constexpr int kNewestKnownCall = 448;

// The part of `pattern` that none of `earlier` fits, as patterns of which no two fit the same call.
[[nodiscard]] std::vector<ArgumentPattern> Subtract(const ArgumentPattern& pattern,
                                                    const std::vector<ArgumentPattern>& earlier);

// The native number, or nullopt when x86-64 has no such call or libseccomp does not know it.
[[nodiscard]] std::optional<int> SyscallNumber(std::string_view name);

// A sealed memfd with the program (struct sock_filter[], from offset 0).
[[nodiscard]] Result<UniqueFd> CompileSeccomp(const SeccompSpec& spec);

}  // namespace runner
