#include "runner/launcher/launcher_root.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdio>
#include <initializer_list>

#include "runner/launcher/sys.h"

namespace runner::launcher {
namespace {

struct Device {
  const char* name;
  unsigned minor;  // of major 1, the memory devices (Documentation/admin-guide/devices.txt)
};
constexpr Device kDevices[] = {
    {"dev/null", 3}, {"dev/zero", 5}, {"dev/full", 7}, {"dev/random", 8}, {"dev/urandom", 9}};

struct Link {
  const char* target;
  const char* name;
};
constexpr Link kLinks[] = {{"/proc/self/fd", "dev/fd"},
                           {"/proc/self/fd/0", "dev/stdin"},
                           {"/proc/self/fd/1", "dev/stdout"},
                           {"/proc/self/fd/2", "dev/stderr"}};

// Clones of the images, made while the host's mounts can still be seen, private so that no mount made on them later
// travels back to the host.
int CloneImages(const int* images, std::uint32_t count, std::uint32_t layers, int* clones) {
  for (std::uint32_t i = 0; i < count; ++i) {
    constexpr unsigned kClone = 1U | 02000000U | 0x1000U;  // OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH
    clones[i] = sys::OpenTree(images[i], "", kClone);
    if (clones[i] < 0) return -1;
    mount_attr attributes{};
    attributes.attr_set =
        MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | ((layers & kReadOnlyRoot) != 0 ? MOUNT_ATTR_RDONLY : 0U);
    attributes.propagation = MS_PRIVATE;
    if (sys::MountSetattr(clones[i], attributes) != 0) return -1;
  }
  return 0;
}

int MakeDevices() {
  if (::mount("dev", "dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k,nr_inodes=32") != 0) return -1;
  for (const Device& device : kDevices) {
    // mknod obeys the umask; everybody writes to /dev/null.
    if (::mknod(device.name, S_IFCHR | 0666, ::makedev(1, device.minor)) != 0) return -1;
    if (::chmod(device.name, 0666) != 0) return -1;
  }
  for (const Link& link : kLinks) {
    if (::symlink(link.target, link.name) != 0) return -1;
  }
  return ::mount(nullptr, "dev", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC, nullptr);
}

// Fills the new root, which is the working directory.
int Populate(const int* clones, std::uint32_t count) {
  for (const char* name : {"images", "dev", "proc", "new"}) {
    if (::mkdir(name, 0755) != 0) return -1;
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    char name[32];
    (void)std::snprintf(name, sizeof(name), "images/%u", i);
    if (::mkdir(name, 0755) != 0 || sys::MoveMount(clones[i], name) != 0) return -1;
    ::close(clones[i]);
  }
  if (MakeDevices() != 0) return -1;
  return ::mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
}

int EnterNewRoot() {
  if (::unshare(CLONE_NEWNS) != 0) return -1;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return -1;
  // Any directory serves as the mount point: this namespace is ours, and the old tree goes in a moment.
  if (::mount("runner-launcher", "/proc", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=64k,nr_inodes=64") != 0)
    return -1;
  return ::chdir("/proc");
}

int LeaveOldRoot() {
  if (sys::PivotRoot(".", ".") != 0) return -1;
  if (::umount2(".", MNT_DETACH) != 0) return -1;
  if (::chdir("/") != 0) return -1;
  return ::mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, nullptr);
}

}  // namespace

Step BuildLauncherRoot(const int* images, std::uint32_t count, std::uint32_t layers) {
  int clones[kMaxImages] = {};
  if (CloneImages(images, count, layers, clones) != 0) return Step::kCloneImage;
  if (EnterNewRoot() != 0 || Populate(clones, count) != 0 || LeaveOldRoot() != 0) return Step::kBuildLauncherRoot;
  return Step::kNone;
}

}  // namespace runner::launcher
