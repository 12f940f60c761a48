// Too much of everything.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attacks.h"

// pause(2) is not on the policies' lists, and would return at once.
static void SleepForEver(void) {
  for (;;) poll(NULL, 0, -1);
}

static void* Sleep(void* nothing) {
  SleepForEver();
  return nothing;
}

int Threads(int argc, char** argv) {
  const long wanted = argc > 0 ? strtol(argv[0], NULL, 0) : 1000;
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 65536);
  long started = 1;
  pthread_t thread;
  while (started < wanted && pthread_create(&thread, &small, Sleep, NULL) == 0) ++started;
  printf("%ld\n", started);
  fflush(stdout);
  _exit(0);
}

int ForkBomb(int argc, char** argv) {
  (void)argc;
  (void)argv;
  for (;;) {
    if (fork() < 0) usleep(1000);
  }
}

int LeaveBehind(int argc, char** argv) {
  (void)argc;
  (void)argv;
  if (fork() == 0) {
    setsid();
    if (fork() == 0) SleepForEver();
    _exit(0);
  }
  usleep(100000);
  puts("left it behind");
  return 0;
}

static void Fill(int fd) {
  static char block[1 << 20];
  while (write(fd, block, sizeof(block)) > 0) {
  }
}

int FillSockets(int argc, char** argv) {
  const long wanted = argc > 0 ? strtol(argv[0], NULL, 0) : 400;
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof(address);
  if (bind(listener, (const struct sockaddr*)&address, length) != 0 || listen(listener, 1024) != 0) return 1;
  getsockname(listener, (struct sockaddr*)&address, &length);
  long made = 0;
  for (; made < wanted; ++made) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const int size = 1 << 30;  // the kernel makes it what its own limits allow
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    if (connect(fd, (const struct sockaddr*)&address, length) != 0) break;
    const int other = accept4(listener, NULL, NULL, 0);
    if (other < 0) break;
    setsockopt(other, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    fcntl(fd, F_SETFL, O_NONBLOCK);
    Fill(fd);
  }
  printf("filled %ld\n", made);
  fflush(stdout);
  if (argc > 1) SleepForEver();
  return 0;
}

int FillPipes(int argc, char** argv) {
  const long wanted = argc > 0 ? strtol(argv[0], NULL, 0) : 500;
  long made = 0;
  for (; made < wanted; ++made) {
    int fds[2];
    if (pipe2(fds, O_NONBLOCK) != 0) break;
    fcntl(fds[1], F_SETPIPE_SZ, 1 << 20);
    Fill(fds[1]);
  }
  printf("filled %ld\n", made);
  fflush(stdout);
  if (argc > 1) SleepForEver();
  return 0;
}
