#include "runner/launcher/terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "runner/launcher/pass_descriptor.h"
#include "runner/launcher/sys.h"

// Nothing in this file may allocate, lock or use more of libc than thin system call wrappers: this process is a clone.

namespace runner::launcher {
namespace {

// Closes without a change of errno.
void Close(int fd) {
  const int saved = errno;
  if (fd >= 0) ::close(fd);
  errno = saved;
}

// Detached, and so without a place in the sandbox; the open terminal keeps it alive.
int NewDevpts() {
  const int fs = sys::Fsopen("devpts");
  if (fs < 0) return -1;
  int mount_fd = -1;
  // A ptmx has mode 0 unless one asks for another; init, which makes this instance, is privileged over it yet.
  if (sys::FsconfigString(fs, "max", "1") == 0 && sys::FsconfigString(fs, "mode", "600") == 0 &&
      sys::FsconfigCreate(fs) == 0) {
    mount_fd = sys::Fsmount(fs, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
  }
  Close(fs);
  return mount_fd;
}

int OpenMaster() {
  const int devpts = NewDevpts();
  if (devpts < 0) return -1;
  const int master = ::openat(devpts, "ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  Close(devpts);
  return master;
}

// Not by name: TIOCGPTPEER gives the other side of this very pair.
int OpenSlave(int master) {
  int unlocked = 0;
  if (::ioctl(master, TIOCSPTLCK, &unlocked) != 0) return -1;
  return ::ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

// The kernel's defaults are a terminal's but for one: a backspace takes a character, not a byte.
int SetUp(int slave, const LaunchRequest& request) {
  termios attributes;
  if (::tcgetattr(slave, &attributes) != 0) return -1;
  attributes.c_iflag |= IUTF8;
  if (::tcsetattr(slave, TCSANOW, &attributes) != 0) return -1;
  const winsize size{request.terminal_rows, request.terminal_columns, 0, 0};
  return ::ioctl(slave, TIOCSWINSZ, &size);
}

int HandOut(const Plan& plan, int master, int slave) {
  for (const int standard : plan.standard) {
    if (::dup2(slave, standard) < 0) return -1;
  }
  InitEvent event;
  event.type = InitEventType::kTerminal;
  return PassDescriptor(plan.control, &event, sizeof(event), master);
}

}  // namespace

int OpenTerminal(const Plan& plan) {
  if (!plan.HasTerminal()) return 0;
  const int master = OpenMaster();
  if (master < 0) return -1;
  const int slave = OpenSlave(master);
  const int result = slave >= 0 && SetUp(slave, plan.request) == 0 && HandOut(plan, master, slave) == 0 ? 0 : -1;
  Close(slave);
  Close(master);
  return result;
}

int TakeTerminal(const Plan& plan) { return plan.HasTerminal() ? ::ioctl(STDIN_FILENO, TIOCSCTTY, 0) : 0; }

}  // namespace runner::launcher
