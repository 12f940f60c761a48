#include "runner/sandbox/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace runner {
namespace {

Result<void> VerifyNothingLeft(uid_t uid) {
  uid_t uids[3];
  gid_t gids[3];
  ::getresuid(&uids[0], &uids[1], &uids[2]);
  ::getresgid(&gids[0], &gids[1], &gids[2]);
  for (int i = 0; i < 3; ++i) {
    if (uids[i] != uid || gids[i] != uid)
      return Error{.step = "verify that runnerd gave up root: a uid or gid is left"};
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  if (::syscall(SYS_capget, &header, static_cast<__user_cap_data_struct*>(data)) != 0)
    return ErrnoError("read own capabilities");
  for (const auto& word : data) {
    if ((word.effective | word.permitted | word.inheritable) != 0) {
      return Error{.step = "verify that runnerd gave up root: a capability is left"};
    }
  }
  return {};
}

}  // namespace

Result<void> DropPrivileges(std::uint32_t uid) {
  if (::geteuid() == 0) {
    if (::setgroups(0, nullptr) != 0) return ErrnoError("drop supplementary groups");
    if (::setresgid(uid, uid, uid) != 0) return ErrnoError("give up root's group");
    if (::setresuid(uid, uid, uid) != 0) return ErrnoError("give up root");  // takes the capabilities along
    if (auto verified = VerifyNothingLeft(uid); !verified) return verified.error();
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return ErrnoError("set no_new_privs");
  return {};
}

}  // namespace runner
