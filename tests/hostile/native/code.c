// Attempts to run code that the image does not hold, or to change what it holds.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attacks.h"

// A copy of this very program, with the bits that would matter elsewhere.
static int CopyOfItself(const char* path) {
  const int from = open("/usr/bin/node", O_RDONLY);
  const int to = open(path, O_RDWR | O_CREAT | O_TRUNC, 0755);
  if (from < 0 || to < 0) return -1;
  static char buffer[65536];
  for (ssize_t got; (got = read(from, buffer, sizeof(buffer))) > 0;) {
    if (write(to, buffer, (size_t)got) != got) return -1;
  }
  close(from);
  if (fchmod(to, 06755) != 0) return -1;
  return to;
}

int MapWritten(int argc, char** argv) {
  (void)argc;
  (void)argv;
  const int fd = CopyOfItself("/tmp/code");
  if (fd < 0) return 1;
  void* const page = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
  Say("mmap", page == MAP_FAILED ? -1 : 0);
  void* const shared = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
  Say("mprotect", shared == MAP_FAILED ? -1 : mprotect(shared, 4096, PROT_READ | PROT_EXEC));
  return 0;
}

// An exec the way init does it: from the page whose address the filter knows (runner/launcher/protocol.h).
static int ExecByTheKnownPage(const char* path, char* const* argv) {
  void* const page = mmap((void*)0x10000000, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  if (page == MAP_FAILED) return -1;
  strcpy(page, path);
  char* const none[] = {NULL};
  return execve(page, argv, none);
}

int ExecWritten(int argc, char** argv) {
  (void)argc;
  (void)argv;
  const int fd = CopyOfItself("/tmp/program");
  if (fd < 0) return 1;
  close(fd);  // or the exec fails for being open for writing
  char* const program[] = {"program", "main", "hello", NULL};
  char* const none[] = {NULL};
  Say("execve", execve("/tmp/program", program, none));
  Say("known page", ExecByTheKnownPage("/tmp/program", program));
  char* const loader[] = {"ld.so", "/tmp/program", "hello", NULL};
  Say("loader", ExecByTheKnownPage("/lib64/ld-linux-x86-64.so.2", loader));
  return 0;
}

int ExecAgain(int argc, char** argv) {
  (void)argc;
  (void)argv;
  char* const program[] = {"node", "main", "call", "272", "0x10000000", NULL};  // unshare(CLONE_NEWUSER)
  Say("known page", ExecByTheKnownPage("/usr/bin/node", program));
  return 0;
}

int ExecFromMemory(int argc, char** argv) {
  (void)argc;
  (void)argv;
  Say("memfd_create", memfd_create("program", 0));
  const int fd = open("/usr/bin/node", O_RDONLY);
  char* const program[] = {"node", "main", "hello", NULL};
  char* const none[] = {NULL};
  Say("execveat", execveat(fd, "", program, none, AT_EMPTY_PATH));
  return 0;
}

int WriteImage(int argc, char** argv) {
  (void)argc;
  (void)argv;
  const int fd = open("/usr/open-to-all/mark", O_WRONLY | O_CREAT, 0644);
  Say("create", fd);
  if (fd >= 0) unlink("/usr/open-to-all/mark");
  return 0;
}
