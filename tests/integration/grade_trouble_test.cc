// Grade when something goes wrong around it: the launcher dies, the client stops reading.
#include <catch2/catch.hpp>
#include <csignal>
#include <string>
#include <thread>

#include "tests/support/client.h"
#include "tests/support/grade.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a daemon that loses its launcher fails no case of a grade") {
  Daemon daemon;
  Client client(daemon);
  v1::GradeRequest request = Submission("if (process.argv[2] === 'sleep') setTimeout(() => {}, 1e6)");
  AddCase(request, "");
  for (int i = 0; i < 20; ++i) AddCase(request, "sleep");
  const Graded graded = Grade(client, request, [&](const v1::GradeEvent& event) {
    if (event.has_result() && event.result().index() == 0) ::kill(daemon.launcher_pid(), SIGKILL);
    return true;
  });
  INFO(graded.Describe());
  for (const v1::CaseResult& result : graded.results) {
    CHECK(result.outcome() == (result.index() == 0 ? v1::PASSED : v1::ERROR));
  }
  // The total may or may not get through before the daemon is gone.
  CHECK((graded.has_total ? !graded.total.complete() && graded.total.failed() == 0 : graded.Code() == "UNAVAILABLE"));
  CHECK(daemon.Wait(Slowed(10s)) > 0);
  // What the launcher would have removed, the next daemon does.
  const Daemon next;
  CHECK(daemon.RemainsAfter(Slowed(1s)) == "");
}

std::uint64_t RunsOf(const Daemon& daemon) {
  Client client(daemon);
  grpc::ClientContext context;
  v1::ServerInfo info;
  REQUIRE(client.stub().GetServerInfo(&context, {}, &info).ok());
  return info.pool().runs_total();
}

TEST_CASE("a client that reads no results holds its cases up, not the daemon's memory") {
  Daemon daemon;
  Client client(daemon);
  v1::GradeRequest request = Submission("process.stdout.write('x'.repeat(60000))");
  constexpr std::uint64_t kCases = 600;
  for (std::uint64_t i = 0; i < kCases; ++i) AddCase(request);
  std::uint64_t runs = 0;
  std::size_t bytes = 0;
  const Graded graded = Grade(client, request, [&](const v1::GradeEvent& event) {
    if (!event.has_result()) return true;
    // Until no run has been added for a while.
    for (std::uint64_t before = 1; before != runs;) {
      before = runs;
      std::this_thread::sleep_for(Slowed(700ms));
      runs = RunsOf(daemon);
    }
    bytes = daemon.resident_bytes();
    return false;
  });
  CHECK(graded.Code() == "CANCELLED");
  CHECK(runs > 0);
  CHECK(runs < kCases);
  CHECK(bytes < (128U << 20U) + kQuarantineBytes);
  // Others are served all the while, and after.
  CHECK(client.Run(Snippet("console.log(1)")).out == "1\n");
}

}  // namespace
}  // namespace runner::test
