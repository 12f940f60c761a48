// System calls that libc would not make, or not in this way.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attacks.h"

int Call(int argc, char** argv) {
  if (argc < 1) return 64;
  long numbers[7] = {0};
  for (int i = 0; i < argc && i < 7; ++i) numbers[i] = strtol(argv[i], NULL, 0);
  Say("call", syscall(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]));
  return 0;
}

int Int80(int argc, char** argv) {
  (void)argc;
  (void)argv;
  long result = 20;  // getpid there, writev here
  __asm__ __volatile__("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
  printf("int80 %ld\n", result);
  return 0;
}

int X32(int argc, char** argv) {
  const long number = argc > 0 ? strtol(argv[0], NULL, 0) : SYS_getpid;
  Say("x32", syscall(0x40000000L | number));
  return 0;
}

int TypeIntoStdin(int argc, char** argv) {
  (void)argc;
  (void)argv;
  const unsigned long long highs[] = {0, 1ULL << 32, 1ULL << 63, 0xffffffff00000000ULL};
  for (size_t i = 0; i < sizeof(highs) / sizeof(highs[0]); ++i) {
    Say("TIOCSTI", syscall(SYS_ioctl, 0, highs[i] | TIOCSTI, "x"));
  }
  return 0;
}

int ViolateInChild(int argc, char** argv) {
  (void)argc;
  (void)argv;
  const pid_t pid = fork();
  if (pid < 0) {
    Say("fork", pid);
    return 1;
  }
  if (pid == 0) {
    syscall(SYS_unshare, 0);
    puts("went on");
    return 0;
  }
  int status = 0;
  waitpid(pid, &status, 0);
  puts("the parent went on");
  return 0;
}

static void* Violate(void* nothing) {
  syscall(SYS_bpf, 0, 0, 0);
  puts("went on");
  return nothing;
}

int ViolateInThreads(int argc, char** argv) {
  (void)argc;
  (void)argv;
  pthread_t threads[32];
  size_t count = 0;
  while (count < 32 && pthread_create(&threads[count], NULL, Violate, NULL) == 0) ++count;
  for (size_t i = 0; i < count; ++i) pthread_join(threads[i], NULL);
  return 0;
}

int Keyring(int argc, char** argv) {
  if (argc < 1) return 64;
  const int user_keyring = -4;  // KEY_SPEC_USER_KEYRING
  Say("search", syscall(SYS_keyctl, 10 /* KEYCTL_SEARCH */, user_keyring, "user", argv[0], 0));
  Say("add", syscall(SYS_add_key, "user", argv[0], "x", 1, user_keyring));
  return 0;
}
