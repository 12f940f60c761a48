// main() of every test program that starts daemons: the tests, then the audit of the daemon they shared.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <string>

#include "tests/support/daemon.h"

int main(int argc, char** argv) {
  // A program under test may end before it has read what we write to it.
  ::signal(SIGPIPE, SIG_IGN);
  const int failures = Catch::Session().run(argc, argv);
  const std::string left = runner::test::EndSharedDaemon();
  if (left.empty()) return failures;
  (void)std::fprintf(stderr, "The audit after the suite found:\n%s", left.c_str());
  return failures == 0 ? 1 : failures;
}
