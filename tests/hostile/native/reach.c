// What can be touched from inside that is not inside.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "attacks.h"

int Descriptors(int argc, char** argv) {
  (void)argc;
  (void)argv;
  for (int fd = 0; fd < 65536; ++fd) {
    struct stat status;
    if (fstat(fd, &status) == 0) printf("%d ", fd);
  }
  puts("");
  return 0;
}

int ConnectUnix(int argc, char** argv) {
  if (argc < 1) return 64;
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (fd < 0) {
    Say("socket", fd);
    return 0;
  }
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, argv[0], sizeof(address.sun_path) - 1);
  const socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(argv[0]));
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  Say("connect", connect(fd, (const struct sockaddr*)&address, length));
  return 0;
}

int SpecialFiles(int argc, char** argv) {
  (void)argc;
  (void)argv;
  Say("fifo", mkfifo("fifo", 0666));
  Say("socket", mknod("socket", S_IFSOCK | 0666, 0));
  Say("device", mknod("device", S_IFCHR | 0666, 0));
  return 0;
}

int SharedSegment(int argc, char** argv) {
  if (argc < 1) return 64;
  Say("shmget", shmget((key_t)strtol(argv[0], NULL, 0), 0, 0));
  return 0;
}

int ReadInit(int argc, char** argv) {
  (void)argc;
  (void)argv;
  const char* const doors[] = {"/proc/1/mem", "/proc/1/environ", "/proc/1/root", "/proc/1/cwd", "/proc/1/fd", "/proc/1/ns/mnt"};
  for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); ++i) Say("open", open(doors[i], O_RDONLY));
  Say("pidfd_open", syscall(SYS_pidfd_open, 1, 0));
  return 0;
}
