#include "runner/launcher/huge_pages.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "runner/launcher/sys.h"

namespace runner::launcher {
namespace {

// Empty, and the place of every sandbox's root; what is mounted here meanwhile is gone before the first.
constexpr char kWorkbench[] = "/new";
constexpr char kCopy[] = "/new/node";

int OpenNode(std::uint32_t image) {
  char path[32];
  (void)std::snprintf(path, sizeof(path), "/images/%u", image);
  const int root = ::open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) return -1;
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;  // Node may be a link within its image
  const int node = sys::Openat2(root, kNodePath, how);
  const int saved = errno;
  ::close(root);
  errno = saved;
  return node;
}

int MountHugePages(const struct stat& node) {
  char options[64];
  (void)std::snprintf(options, sizeof(options), "huge=always,mode=755,size=%lld",
                      static_cast<long long>(node.st_size) + (4LL << 20));
  return ::mount("node", kWorkbench, "tmpfs", MS_NOSUID | MS_NODEV, options);
}

int Fill(int copy, int node, const struct stat& of) {
  for (off_t done = 0; done < of.st_size;) {
    const ssize_t sent = ::sendfile(copy, node, &done, static_cast<std::size_t>(of.st_size - done));
    if (sent < 0 && errno != EINTR) return -1;
    if (sent == 0) return errno = EIO, -1;  // shorter than it was
  }
  const timespec times[] = {of.st_atim, of.st_mtim};
  return ::fchmod(copy, 0555) != 0 ? -1 : ::futimens(copy, times);
}

int Copy(int node, const struct stat& of) {
  const int copy = ::open(kCopy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (copy < 0) return -1;
  const int result = Fill(copy, node, of);
  const int saved = errno;
  ::close(copy);  // nothing can be executed that is open for writing
  errno = saved;
  return result;
}

int MountCopyOver(int node) {
  constexpr unsigned kClone = 1U | 02000000U;  // OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC
  const int mount_fd = sys::OpenTree(AT_FDCWD, kCopy, kClone);
  if (mount_fd < 0) return -1;
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  attributes.propagation = MS_PRIVATE;
  const int result = sys::MountSetattr(mount_fd, attributes) != 0 ? -1 : sys::MoveMountOnto(mount_fd, node);
  const int saved = errno;
  ::close(mount_fd);
  errno = saved;
  return result;
}

// The tmpfs lives on below the file it is mounted over, or goes.
int CopyAndMount(int node) {
  struct stat of {};
  if (::fstat(node, &of) != 0 || MountHugePages(of) != 0) return -1;
  const int result = Copy(node, of) != 0 ? -1 : MountCopyOver(node);
  const int saved = errno;
  if (::umount2(kWorkbench, MNT_DETACH) != 0) return -1;
  errno = saved;
  return result;
}

int PutInHugePages(std::uint32_t image) {
  const int node = OpenNode(image);
  if (node < 0) return -1;
  const int result = CopyAndMount(node);
  const int saved = errno;
  ::close(node);
  errno = saved;
  return result;
}

}  // namespace

void PutNodesInHugePages(const StartRequest& start, StartReply& reply) {
  for (std::uint32_t image = 0; image < start.image_count; ++image) {
    const std::uint32_t bit = 1U << image;
    if ((start.huge_nodes & bit) == 0) continue;
    if (PutInHugePages(image) == 0) {
      reply.huge_nodes |= bit;
    } else {
      reply.huge_error = errno;
    }
  }
}

}  // namespace runner::launcher
