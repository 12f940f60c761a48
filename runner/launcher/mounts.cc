// The file system of one sandbox. Init is in a copy of the launcher's own small root (launcher_root.cc), which holds the
// images, a /dev and an empty /new, so the host's file system was never in reach.
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "runner/launcher/launcher_root.h"
#include "runner/launcher/steps.h"
#include "runner/launcher/sys.h"

namespace runner::launcher {
namespace {

constexpr unsigned kNoSuidNoDev = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;

// Attaches a detached mount and gives its descriptor up. mount_fd may be -1, from the step before.
int Attach(int mount_fd, const char* target) {
  if (mount_fd < 0) return -1;
  const int result = sys::MoveMount(mount_fd, target);
  const int saved = errno;
  ::close(mount_fd);
  errno = saved;
  return result;
}

// A clone of one mount of the launcher's root and of what is mounted in it, in propagation groups of their own.
int CloneMount(const char* path) {
  constexpr unsigned kClone = 1U | 02000000U | 0x8000U;  // OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE
  const int fd = sys::OpenTree(-100 /* AT_FDCWD */, path, kClone);
  if (fd < 0) return -1;
  mount_attr attributes{};
  attributes.propagation = MS_PRIVATE;
  if (sys::MountSetattr(fd, attributes) != 0) {
    const int saved = errno;
    ::close(fd);
    errno = saved;
    return -1;
  }
  return fd;
}

int NewTmpfs(const Plan& plan, const char* size, const char* mode, const char* target) {
  const int fs = sys::Fsopen("tmpfs");
  if (fs < 0) return -1;
  int mount_fd = -1;
  if (sys::FsconfigString(fs, "size", size) == 0 && sys::FsconfigString(fs, "nr_inodes", plan.inodes) == 0 &&
      sys::FsconfigString(fs, "mode", mode) == 0 && sys::FsconfigString(fs, "uid", plan.uid_text) == 0 &&
      sys::FsconfigString(fs, "gid", plan.uid_text) == 0 && sys::FsconfigCreate(fs) == 0) {
    mount_fd = sys::Fsmount(fs, kNoSuidNoDev | (plan.Has(kNoexecTmpfs) ? MOUNT_ATTR_NOEXEC : 0U));
  }
  const int saved = errno;
  ::close(fs);
  errno = saved;
  return Attach(mount_fd, target);
}

}  // namespace

int MountRoot(const Plan& plan) { return Attach(CloneMount(plan.image_path), "/new"); }

int MountDev(const Plan& /*plan*/) { return Attach(CloneMount("/dev"), "/new/dev"); }

int MountProc(const Plan& plan) {
  const int fs = sys::Fsopen("proc");
  if (fs < 0) return -1;
  int mount_fd = -1;
  const bool restricted = !plan.Has(kRestrictedProc) || (sys::FsconfigString(fs, "subset", "pid") == 0 &&
                                                         sys::FsconfigString(fs, "hidepid", "invisible") == 0);
  if (restricted && sys::FsconfigCreate(fs) == 0) mount_fd = sys::Fsmount(fs, kNoSuidNoDev | MOUNT_ATTR_NOEXEC);
  const int saved = errno;
  ::close(fs);
  errno = saved;
  return Attach(mount_fd, "/new/proc");
}

int MountTmp(const Plan& plan) { return NewTmpfs(plan, plan.tmp_size, "1777", "/new/tmp"); }

int MountWorkspace(const Plan& plan) { return NewTmpfs(plan, plan.workspace_size, "0755", "/new/workspace"); }

// pivot_root(".", ".") puts the old root on top of the new one, where umount2 finds it (pivot_root(2), NOTES). Without
// the layer chroot(2) hides the old root but leaves it in the namespace.
int PivotRoot(const Plan& plan) {
  if (::chdir("/new") != 0) return -1;
  if (!plan.Has(kMountNamespace)) return ::chroot(".") != 0 ? -1 : ::chdir("/");
  if (sys::PivotRoot(".", ".") != 0) return -1;
  if (::umount2(".", MNT_DETACH) != 0) return -1;
  return ::chdir("/");
}

}  // namespace runner::launcher
