// Stands where Node is in the test-only image: started as `node OPTION... ENTRY ATTACK [ARGUMENT...]`.
#define _GNU_SOURCE
#include "attacks.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
  const char* name;
  Attack* attack;
} kAttacks[] = {
    {"hello", Hello},
    {"call", Call},
    {"int80", Int80},
    {"x32", X32},
    {"type-into-stdin", TypeIntoStdin},
    {"violate-in-child", ViolateInChild},
    {"violate-in-threads", ViolateInThreads},
    {"keyring", Keyring},
    {"map-written", MapWritten},
    {"exec-written", ExecWritten},
    {"exec-again", ExecAgain},
    {"exec-from-memory", ExecFromMemory},
    {"write-image", WriteImage},
    {"descriptors", Descriptors},
    {"connect-unix", ConnectUnix},
    {"shared-segment", SharedSegment},
    {"read-init", ReadInit},
    {"special-files", SpecialFiles},
    {"threads", Threads},
    {"fork-bomb", ForkBomb},
    {"leave-behind", LeaveBehind},
    {"fill-sockets", FillSockets},
    {"fill-pipes", FillPipes},
};

void Say(const char* what, long result) {
  if (result >= 0) {
    printf("%s ok\n", what);
  } else {
    printf("%s %s\n", what, strerrorname_np(errno));
  }
  fflush(stdout);
}

int Hello(int argc, char** argv) {
  (void)argc;
  (void)argv;
  puts("hello");
  return 0;
}

int main(int argc, char** argv) {
  int entry = 1;
  while (entry < argc && strncmp(argv[entry], "--", 2) == 0) ++entry;
  const char* const name = entry + 1 < argc ? argv[entry + 1] : "hello";
  for (size_t i = 0; i < sizeof(kAttacks) / sizeof(kAttacks[0]); ++i) {
    if (strcmp(kAttacks[i].name, name) == 0) return kAttacks[i].attack(argc - entry - 2, argv + entry + 2);
  }
  fprintf(stderr, "there is no attack %s\n", name);
  return 64;
}
