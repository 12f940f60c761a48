// A second opinion on files, by the kernel's Landlock: the image is read, the tmpfs are written, and nothing but Node is
// executed, whatever the mounts say. /proc is read-only here and nowhere else.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "runner/launcher/steps.h"
#include "runner/launcher/sys.h"

namespace runner::launcher {
namespace {

// linux/landlock.h of Debian 12 ends at ABI 2.
constexpr std::uint64_t kTruncate = 1ULL << 14;           // ABI 3
constexpr std::uint64_t kIoctlDevice = 1ULL << 15;        // ABI 5
constexpr std::uint64_t kScopeAbstractSockets = 1U << 0;  // ABI 6
constexpr std::uint64_t kScopeSignals = 1U << 1;          // ABI 6

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kAbi1 = (1ULL << 13) - 1;
constexpr std::uint64_t kDeviceNodes = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK;

struct Rule {
  const char* path;
  std::uint64_t access;
  bool may_be_absent;
};

constexpr Rule kRules[] = {
    {"/", kRead, false},
    {"/usr", kRead | LANDLOCK_ACCESS_FS_EXECUTE, false},
    // The dynamic loader, which exec opens too. Images may have these as links into /usr.
    {"/lib", kRead | LANDLOCK_ACCESS_FS_EXECUTE, true},
    {"/lib64", kRead | LANDLOCK_ACCESS_FS_EXECUTE, true},
    {"/dev", kRead | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate | kIoctlDevice, false},
    {"/tmp", ~(LANDLOCK_ACCESS_FS_EXECUTE | kDeviceNodes), false},
    {"/workspace", ~(LANDLOCK_ACCESS_FS_EXECUTE | kDeviceNodes), false},
};

std::uint64_t HandledBy(int abi) {
  std::uint64_t handled = kAbi1;
  if (abi >= 2) handled |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= 3) handled |= kTruncate;
  if (abi >= 5) handled |= kIoctlDevice;
  return handled;
}

int AddRules(int ruleset, std::uint64_t handled) {
  for (const Rule& rule : kRules) {
    const int fd = ::open(rule.path, O_PATH | O_CLOEXEC);
    if (fd < 0) {
      if (rule.may_be_absent && errno == ENOENT) continue;
      return -1;
    }
    landlock_path_beneath_attr attributes{};
    attributes.allowed_access = rule.access & handled;
    attributes.parent_fd = fd;
    const int result = sys::LandlockAllowBeneath(ruleset, attributes);
    ::close(fd);
    if (result != 0) return -1;
  }
  return 0;
}

// So that /dev/stdin and relatives open it anew. Its devpts is mounted nowhere, and no path leads there.
int AllowTerminal(int ruleset, std::uint64_t handled) {
  landlock_path_beneath_attr attributes{};
  attributes.allowed_access =
      (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate | kIoctlDevice) & handled;
  attributes.parent_fd = STDIN_FILENO;
  return sys::LandlockAllowBeneath(ruleset, attributes);
}

}  // namespace

int RestrictWithLandlock(const Plan& plan) {
  if (!plan.Has(kLandlock)) return 0;
  const int abi = sys::LandlockAbi();
  if (abi < 1) return -1;
  sys::LandlockRuleset attributes{};
  attributes.handled_access_fs = HandledBy(abi);
  std::size_t size = sizeof(attributes.handled_access_fs);
  if (abi >= 6) {
    attributes.scoped = kScopeAbstractSockets | kScopeSignals;
    size = sizeof(attributes);
  }
  const int ruleset = sys::LandlockCreate(attributes, size);
  if (ruleset < 0) return -1;
  int result = AddRules(ruleset, attributes.handled_access_fs);
  if (result == 0 && plan.HasTerminal()) result = AllowTerminal(ruleset, attributes.handled_access_fs);
  if (result == 0) result = sys::LandlockRestrictSelf(ruleset);
  const int saved = errno;
  ::close(ruleset);
  errno = saved;
  return result;
}

}  // namespace runner::launcher
