#include "runner/sandbox/seccomp_compiler.h"

#include <fcntl.h>
#include <linux/bpf_common.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <bit>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <memory>
#include <utility>

#include "runner/launcher/protocol.h"
#include "runner/sandbox/policy.h"

#if !defined(__x86_64__)
#error "the policies and the numbers they compile to are for x86-64"
#endif

namespace runner {
namespace {

constexpr std::size_t kArguments = 6;

bool Overlap(const ArgumentPattern& a, const ArgumentPattern& b) {
  for (std::size_t i = 0; i < kArguments; ++i) {
    if (((a.value[i] ^ b.value[i]) & a.mask[i] & b.mask[i]) != 0) return false;
  }
  return true;
}

// Bits that `b` looks at and `a` leaves open.
int OpenBits(const ArgumentPattern& a, const ArgumentPattern& b) {
  int count = 0;
  for (std::size_t i = 0; i < kArguments; ++i) count += std::popcount(b.mask[i] & ~a.mask[i]);
  return count;
}

void SubtractInto(std::vector<ArgumentPattern>& out, ArgumentPattern pattern,
                  const std::vector<ArgumentPattern>& earlier) {
  // More than a program can hold: the caller will refuse it, so do not go on for minutes.
  if (out.size() > BPF_MAXINSNS) return;
  // Splitting along the least specific pattern first keeps the number of pieces small.
  const ArgumentPattern* other = nullptr;
  for (const ArgumentPattern& candidate : earlier) {
    if (!Overlap(pattern, candidate)) continue;
    if (other == nullptr || OpenBits(pattern, candidate) < OpenBits(pattern, *other)) other = &candidate;
  }
  if (other == nullptr) {
    out.push_back(pattern);
    return;
  }
  for (std::size_t i = 0; i < kArguments; ++i) {
    const std::uint64_t open = other->mask[i] & ~pattern.mask[i];
    if (open == 0) continue;
    const std::uint64_t bit = std::bit_floor(open);
    pattern.mask[i] |= bit;
    pattern.value[i] |= ~other->value[i] & bit;
    SubtractInto(out, pattern, earlier);
    pattern.value[i] ^= bit;
    SubtractInto(out, pattern, earlier);
    return;
  }
  // Nothing open: `other` fits wherever `pattern` does, and nothing is left.
}

struct ContextDeleter {
  void operator()(void* context) const { seccomp_release(context); }
};
using Context = std::unique_ptr<void, ContextDeleter>;

std::uint32_t ToLibseccomp(SeccompAction action, std::uint16_t error_number) {
  switch (action) {
    case SeccompAction::kAllow:
      return SCMP_ACT_ALLOW;
    case SeccompAction::kNotify:
      return SCMP_ACT_NOTIFY;
    case SeccompAction::kKillProcess:
      return SCMP_ACT_KILL_PROCESS;
    case SeccompAction::kErrno:
      break;
  }
  return SCMP_ACT_ERRNO(error_number);
}

// libseccomp returns errors as negative errno values.
Result<void> Check(int status, const std::string& step) {
  if (status < 0) return Error{.step = step, .error_number = -status};
  return {};
}

Error TooLong(std::size_t count) {
  return Error{.step = "the seccomp program has " + std::to_string(count) + " instructions or more, expected at most " +
                       std::to_string(BPF_MAXINSNS),
               .error_number = 0};
}

// Collects the rules of one call and hands libseccomp patterns of which no two fit the same arguments: which rule wins
// where two do is documented nowhere, and what it does with a call that fits none is the default action, which would be
// ENOSYS here.
class CallRules {
 public:
  void Add(const SeccompRule& rule) { rules_.push_back(rule); }

  // Adds to `count` the patterns it hands over: at least an instruction each.
  Result<void> Emit(scmp_filter_ctx context, int system_call, const SeccompSpec& spec, std::size_t& count) const {
    std::vector<SeccompRule> rules = rules_;
    // What none of the rules fits.
    rules.push_back({.system_call = system_call,
                     .action = SeccompAction::kErrno,
                     .error_number = spec.known_error_number,
                     .pattern = {}});
    const std::uint32_t default_action = ToLibseccomp(SeccompAction::kErrno, spec.default_error_number);
    std::vector<ArgumentPattern> earlier;
    for (const SeccompRule& rule : rules) {
      const std::uint32_t action = ToLibseccomp(rule.action, rule.error_number);
      // libseccomp refuses a rule that says what the default says anyway.
      if (action != default_action) {
        const std::vector<ArgumentPattern> patterns = Subtract(rule.pattern, earlier);
        // Now rather than at the end: libseccomp takes quadratic time to get there.
        count += patterns.size();
        if (count > BPF_MAXINSNS) return TooLong(count);
        for (const ArgumentPattern& pattern : patterns) {
          if (auto added = AddPattern(context, action, system_call, pattern); !added) return added;
        }
      }
      earlier.push_back(rule.pattern);
    }
    return {};
  }

 private:
  static Result<void> AddPattern(scmp_filter_ctx context, std::uint32_t action, int system_call,
                                 const ArgumentPattern& pattern) {
    std::array<scmp_arg_cmp, kArguments> comparisons{};
    unsigned count = 0;
    for (unsigned i = 0; i < kArguments; ++i) {
      if (pattern.mask.at(i) == 0) continue;
      comparisons.at(count++) = {
          .arg = i, .op = SCMP_CMP_MASKED_EQ, .datum_a = pattern.mask.at(i), .datum_b = pattern.value.at(i)};
    }
    return Check(seccomp_rule_add_array(context, action, system_call, count, comparisons.data()),
                 "compile the seccomp rules of " + SyscallName(system_call));
  }

  std::vector<SeccompRule> rules_;
};

SeccompRule ExecveRule(bool any_path) {
  SeccompRule rule{.system_call = SYS_execve, .action = SeccompAction::kAllow, .error_number = 0, .pattern = {}};
  if (!any_path) {
    rule.pattern.mask[0] = ~std::uint64_t{0};
    rule.pattern.value[0] = launcher::kExecPathAddress;
  }
  return rule;
}

Result<UniqueFd> Export(scmp_filter_ctx context) {
  UniqueFd memfd(memfd_create("seccomp-program", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memfd) return ErrnoError("memfd_create for the seccomp program");
  if (auto exported = Check(seccomp_export_bpf(context, memfd.get()), "export the seccomp program"); !exported) {
    return exported.error();
  }
  struct stat status {};
  if (fstat(memfd.get(), &status) != 0) return ErrnoError("fstat of the seccomp program");
  const auto count = static_cast<std::size_t>(status.st_size) / sizeof(sock_filter);
  if (count > BPF_MAXINSNS) return TooLong(count);
  // Shared with the launcher and every init: nobody can change it any more, the daemon included.
  if (lseek(memfd.get(), 0, SEEK_SET) != 0 ||
      fcntl(memfd.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) {
    return ErrnoError("seal the seccomp program");
  }
  return memfd;
}

}  // namespace

std::vector<ArgumentPattern> Subtract(const ArgumentPattern& pattern, const std::vector<ArgumentPattern>& earlier) {
  std::vector<ArgumentPattern> pieces;
  SubtractInto(pieces, pattern, earlier);
  return pieces;
}

std::optional<int> SyscallNumber(std::string_view name) {
  const int number = seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86_64, std::string(name).c_str());
  // Below zero: unknown, or known and not a call of this architecture.
  if (number < 0) return std::nullopt;
  return number;
}

std::string SyscallName(int number) {
  const std::unique_ptr<char, decltype(&std::free)> name(seccomp_syscall_resolve_num_arch(SCMP_ARCH_X86_64, number),
                                                         &std::free);
  return name ? std::string(name.get()) : std::string();
}

Result<UniqueFd> CompileSeccomp(const SeccompSpec& spec) {
  const Context context(seccomp_init(SCMP_ACT_ERRNO(spec.default_error_number)));
  if (!context) return Error{.step = "seccomp_init", .error_number = 0};
  // Wrong architecture and x32 come through no list of names: end the process at once.
  if (auto set = Check(seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS),
                       "seccomp: set the action for foreign calling conventions");
      !set) {
    return set.error();
  }
  // A binary search over the numbers instead of a list, which Node's every read and write would walk.
  if (auto set = Check(seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2), "seccomp: set the optimization");
      !set) {
    return set.error();
  }

  std::map<int, CallRules> calls;
  for (int number = 0; number <= kNewestKnownCall; ++number) {
    if (!SyscallName(number).empty()) calls[number];
  }
  for (const SeccompRule& rule : spec.rules) calls[rule.system_call].Add(rule);
  calls[SYS_execve].Add(ExecveRule(spec.may_execute));
  std::size_t count = 0;
  for (const auto& [number, rules] : calls) {
    if (auto emitted = rules.Emit(context.get(), number, spec, count); !emitted) return emitted.error();
  }
  return Export(context.get());
}

}  // namespace runner
