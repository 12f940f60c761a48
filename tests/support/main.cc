// main() of every test program that starts daemons: the tests, then the audit of the daemon they shared.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/support/client.h"
#include "tests/support/daemon.h"

namespace {

// Writes the names of test cases that failed to the file $RUNNER_TEST_FAILED, a line each: Catch2's --input-file.
class FailedNames final : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;
  void testCaseEnded(const Catch::TestCaseStats& stats) override {
    const char* const file = std::getenv("RUNNER_TEST_FAILED");
    if (file != nullptr && !stats.totals.assertions.allOk()) {
      std::ofstream(file, std::ios::app) << stats.testInfo.name << '\n';
    }
  }
};
CATCH_REGISTER_LISTENER(FailedNames)

}  // namespace

int main(int argc, char** argv) {
  // A program under test may end before it has read what we write to it.
  ::signal(SIGPIPE, SIG_IGN);
  const int failures = Catch::Session().run(argc, argv);
  const std::string left = runner::test::EndSharedDaemon();
  if (runner::test::StartsWarm()) {
    const auto [cold, warm] = runner::test::CountedStarts();
    (void)std::fprintf(stderr, "%u runs started warm, %u cold\n", warm, cold);
    // Or the suite was not what its name says. About half start cold for good reasons: another policy or image, a terminal,
    // limits of another class, several at once.
    if (4 * warm < warm + cold && warm + cold > 20) return 1;
  }
  if (left.empty()) return failures;
  (void)std::fprintf(stderr, "The audit after the suite found:\n%s", left.c_str());
  return failures == 0 ? 1 : failures;
}
