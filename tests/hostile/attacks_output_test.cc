#include "tests/hostile/hostile.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using std::chrono::milliseconds;

TEST_CASE_METHOD(Hostile, "endless output is cut at its limit, and what fitted is delivered") {
  const auto [attack, is_stdout] = GENERATE(table<std::string, bool>(
      {{"flood-stdout", true}, {"flood-stderr", false}, {"flood-one-line", true}, {"flood-console", true}}));
  INFO(attack);
  auto request = Attack(attack);
  request.mutable_limits()->set_output_bytes(kMiB / 2);
  const Outcome outcome = RunBesideNeighbours(request);
  CHECK(outcome.Fate() == "OUTPUT_LIMIT");
  CHECK((is_stdout ? outcome.out : outcome.err).size() == kMiB / 2);
  CHECK(outcome.result.stdout_truncated() == is_stdout);
  CHECK(outcome.result.stderr_truncated() == !is_stdout);
}

TEST_CASE_METHOD(Hostile, "the daemon keeps none of a flood") {
  const std::size_t before = daemon().resident_bytes();
  auto request = WithMuchTime(Attack("flood-one-line"));
  request.mutable_limits()->set_output_bytes(100 * kMiB);
  const Outcome outcome = Run(request);
  CHECK(outcome.Fate() == "OUTPUT_LIMIT");
  CHECK(outcome.out.size() == 100 * kMiB);
  CHECK(daemon().resident_bytes() < before + 32 * kMiB + kQuarantineBytes);
}

TEST_CASE_METHOD(Hostile, "bytes that are no text arrive as they are") {
  std::string expected;
  for (int byte = 0; byte < 256; ++byte) expected += static_cast<char>(byte);
  expected += "\xF0\x9F\x98\x80";
  CHECK((Run(Attack("invalid-utf8")).out == expected));
}

TEST_CASE_METHOD(Hostile, "many small writes are put together on their way") {
  std::size_t events = 0;
  auto request = Attack("many-small-writes");
  WithCpuTime(WithWallTime(request, milliseconds(30'000)), milliseconds(15'000));
  Client client(daemon());
  const Outcome outcome = client.Run(request, [&](const v1::RunEvent& event) {
    events += event.has_stdout() ? 1 : 0;
    return true;
  });
  CHECK(outcome.out.size() == 200'000);
  CHECK(events < 100'000);
}

TEST_CASE_METHOD(Hostile, "output that imitates results is only output") {
  const Outcome outcome = Run(Attack("imitate-results"));
  CHECK(outcome.Fate() == "EXITED 7");
  CHECK(outcome.out.find("\"verdict\":\"EXITED\",\"exit_code\":0") != std::string::npos);
}

TEST_CASE_METHOD(Hostile, "48 MiB of input that nobody reads block nothing") {
  auto request = Attack("never-read-stdin");
  request.set_stdin(std::string(48 * kMiB, 'x'));
  CHECK(Output(request) == "did not look");
}

TEST_CASE_METHOD(Hostile, "a program that closes its input early harms nobody") {
  auto request = Attack("close-stdin-early");
  request.set_stdin(std::string(kMiB, 'x'));
  CHECK(Output(request) == "closed");
}

TEST_CASE_METHOD(Hostile, "bytes and status are exact when the program exits behind its last write") {
  const Outcome outcome = Run(Attack("write-then-exit"));
  CHECK(outcome.Fate() == "EXITED 3");
  CHECK(outcome.out.size() == 500'000);
}

TEST_CASE_METHOD(Hostile, "an error in the last handler is told as Node tells it") {
  const Outcome outcome = Run(Attack("throw-in-exit-handler"));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");  // the exit code that the handler had set; bare Node ends so, too
  CHECK(outcome.err.find("at the very end") != std::string::npos);
}

}  // namespace
}  // namespace runner::test
