// The system calls that glibc 2.36 has no wrapper for, and the few constants that Debian 12's headers lack. Each returns
// as the raw call does: -1 and errno.
#pragma once

#include <linux/landlock.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

namespace runner::launcher::sys {

inline int Result(long value) { return static_cast<int>(value); }

// Like fork(2), with the flags and the cgroup of `args` (clone(2)).
inline pid_t Clone3(clone_args& args) { return Result(::syscall(SYS_clone3, &args, sizeof(args))); }
inline int PivotRoot(const char* new_root, const char* put_old) {
  return Result(::syscall(SYS_pivot_root, new_root, put_old));
}
inline int OpenTree(int dirfd, const char* path, unsigned flags) {
  return Result(::syscall(SYS_open_tree, dirfd, path, flags));
}
inline int MoveMount(int mount_fd, const char* target) {
  constexpr unsigned kFromEmptyPath = 0x4;  // MOVE_MOUNT_F_EMPTY_PATH
  return Result(::syscall(SYS_move_mount, mount_fd, "", -100 /* AT_FDCWD */, target, kFromEmptyPath));
}
// Onto what target_fd is open on.
inline int MoveMountOnto(int mount_fd, int target_fd) {
  constexpr unsigned kEmptyPaths = 0x4 | 0x40;  // MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH
  return Result(::syscall(SYS_move_mount, mount_fd, "", target_fd, "", kEmptyPaths));
}
// Of a mount and of those below it.
inline int MountSetattr(int fd, mount_attr& attributes) {
  constexpr unsigned kTree = 0x1000 | 0x8000;  // AT_EMPTY_PATH | AT_RECURSIVE
  return Result(::syscall(SYS_mount_setattr, fd, "", kTree, &attributes, sizeof(attributes)));
}
inline int Fsopen(const char* type) { return Result(::syscall(SYS_fsopen, type, 1U /* FSOPEN_CLOEXEC */)); }
inline int FsconfigString(int fd, const char* key, const char* value) {
  return Result(::syscall(SYS_fsconfig, fd, 1U /* FSCONFIG_SET_STRING */, key, value, 0));
}
inline int FsconfigCreate(int fd) {
  return Result(::syscall(SYS_fsconfig, fd, 6U /* FSCONFIG_CMD_CREATE */, nullptr, nullptr, 0));
}
inline int Fsmount(int fd, unsigned attributes) {
  return Result(::syscall(SYS_fsmount, fd, 1U /* FSMOUNT_CLOEXEC */, attributes));
}
inline int Openat2(int dirfd, const char* path, open_how& how) {
  return Result(::syscall(SYS_openat2, dirfd, path, &how, sizeof(how)));
}
inline int CloseRange(unsigned first, unsigned last) { return Result(::syscall(SYS_close_range, first, last, 0)); }

// struct landlock_ruleset_attr as of ABI 6 (Linux 6.12); the kernel takes a shorter one from older ABIs.
struct LandlockRuleset {
  std::uint64_t handled_access_fs;
  std::uint64_t handled_access_net;
  std::uint64_t scoped;
};
inline int LandlockAbi() {
  return Result(::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
}
inline int LandlockCreate(const LandlockRuleset& ruleset, std::size_t size) {
  return Result(::syscall(SYS_landlock_create_ruleset, &ruleset, size, 0));
}
inline int LandlockAllowBeneath(int ruleset, const landlock_path_beneath_attr& rule) {
  return Result(::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0));
}
inline int LandlockRestrictSelf(int ruleset) { return Result(::syscall(SYS_landlock_restrict_self, ruleset, 0)); }

}  // namespace runner::launcher::sys
