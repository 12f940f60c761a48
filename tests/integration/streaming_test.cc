// Output on its way from the program to the client.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <thread>

#include "tests/support/client.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr std::size_t kMib = 1024 * 1024;

// What snippets/write-blocks.mjs writes at `position`: blocks of a million bytes that begin with their number.
char ExpectedByte(std::size_t position) {
  const std::size_t block = position / 1'000'000;
  const std::size_t offset = position % 1'000'000;
  if (offset < 4) return static_cast<char>(block >> (8 * offset));
  return static_cast<char>(offset * 7 + offset / 256);
}

TEST_CASE("output arrives while the program still runs") {
  Client client(SharedDaemon());
  // The program goes on only after we have seen what it wrote before.
  InteractiveRun run(client, Snippet("console.log('first'); process.stdin.once('data', () => console.log('second'))"));
  REQUIRE(run.AwaitOutput("first\n"));
  CHECK(run.OutputSoFar() == "first\n");
  run.WriteStdin("go on\n");
  run.CloseStdin();
  const Outcome outcome = run.Finish();
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "first\nsecond\n");
}

TEST_CASE("events are started, output, result, and nothing comes after the result") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(Snippet("console.log('out'); console.error('err')"));
  INFO(outcome.Describe());
  REQUIRE(outcome.order.size() >= 4);
  const auto first = std::find_if(outcome.order.begin(), outcome.order.end(), [](auto& e) { return e != "queued"; });
  CHECK(*first == "started");
  CHECK(std::count(outcome.order.begin(), outcome.order.end(), "started") == 1);
  CHECK(std::count(outcome.order.begin(), outcome.order.end(), "result") == 1);
  CHECK(outcome.order.back() == "result");
}

TEST_CASE("stdout and stderr are kept apart, each in the order it was written in") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(Snippet("for (let i = 0; i < 200; i++) (i % 2 ? console.error : console.log)(i)"));
  std::string even;
  std::string odd;
  for (int i = 0; i < 200; ++i) (i % 2 == 0 ? even : odd) += std::to_string(i) + "\n";
  CHECK(outcome.out == even);
  CHECK(outcome.err == odd);
}

TEST_CASE("the time offsets of events never go back and end at the wall time") {
  Client client(SharedDaemon());
  std::chrono::microseconds last{-1};
  bool ordered = true;
  const Outcome outcome =
      client.Run(Snippet("for (let i = 0; i < 5; i++) { console.log(i); await new Promise(r => setTimeout(r, 20)) }"),
                 [&](const v1::RunEvent& event) {
                   const auto offset = ToMicroseconds(event.offset());
                   ordered = ordered && offset >= last;
                   last = offset;
                   return true;
                 });
  INFO(outcome.Describe());
  REQUIRE(outcome.Fate() == "EXITED 0");
  CHECK(ordered);
  CHECK(last >= 80ms);
  CHECK(last <= ToMicroseconds(outcome.result.usage().wall_time()));
}

TEST_CASE("bytes that are not UTF-8 arrive as they are") {
  std::string all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  Client client(SharedDaemon());
  const Outcome outcome =
      client.Run(Snippet("const all = Buffer.from(Array.from({length: 256}, (_, i) => i)); process.stdout.write(all); "
                         "process.stderr.write(all)"));
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == all);
  CHECK(outcome.err == all);
}

TEST_CASE("a character whose bytes are written one by one arrives whole") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(SnippetFile("split-character.mjs"));
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "\xF0\x9F\xA6\x8A\n");
}

// As bare Node: a pipe takes 64 KiB at once, and process.exit() gives up what process.stdout still holds beyond that.
TEST_CASE("what is written right before process.exit arrives as far as the pipe had taken it") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(Snippet("process.stdout.write('x'.repeat(65536)); process.exit(3)"));
  CHECK(outcome.Fate() == "EXITED 3");
  CHECK(outcome.out == std::string(65'536, 'x'));
}

TEST_CASE("a million writes of one byte arrive complete and in few events", "[bulk]") {
  Client client(SharedDaemon());
  v1::RunRequest request = SnippetFile("million-writes.mjs");
  request.set_policy("grader");
  WithCpuTime(WithWallTime(request, 180s), 120s);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == std::string(1'000'000, 'x'));
  CHECK(outcome.order.size() < 500'000);
}

TEST_CASE("100 MB of stdout arrive byte-exact under a limit of 200 MB", "[bulk]") {
  Client client(SharedDaemon());
  v1::RunRequest request = SnippetFile("write-blocks.mjs");
  request.set_policy("grader");
  request.mutable_limits()->set_output_bytes(200'000'000);
  request.add_args("100");
  WithWallTime(request, 180s);
  std::size_t received = 0;
  std::size_t wrong = 0;
  const Outcome outcome = client.Run(request, [&](const v1::RunEvent& event) {
    for (const char byte : event.stdout()) {
      if (byte != ExpectedByte(received)) ++wrong;
      ++received;
    }
    return true;
  });
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(received == 100'000'000);
  CHECK(wrong == 0);
  CHECK(outcome.result.usage().stdout_bytes() == 100'000'000);
  CHECK_FALSE(outcome.result.stdout_truncated());
}

// Takes what the program writes at a megabyte a second; the result of the run, which is cancelled after `duration`.
struct SlowReading {
  std::size_t received = 0;
  std::size_t most_resident = 0;
  v1::RunResult result;
};
SlowReading ReadSlowly(const Daemon& daemon, Client& client, const v1::RunRequest& request,
                       std::chrono::seconds duration) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 5min * Slowness());
  const auto stream = client.stub().RunInteractive(&context);
  v1::RunInput start;
  *start.mutable_start() = request;
  REQUIRE(stream->Write(start));
  SlowReading reading;
  const auto begin = steady_clock::now();
  bool cancelled = false;
  v1::RunEvent event;
  while (stream->Read(&event)) {
    if (event.has_result()) reading.result = event.result();
    if (cancelled) continue;
    reading.received += event.stdout().size();
    reading.most_resident = std::max(reading.most_resident, daemon.resident_bytes());
    std::this_thread::sleep_until(begin + std::chrono::microseconds(reading.received));
    if (steady_clock::now() - begin >= duration) {
      v1::RunInput cancel;
      cancel.mutable_cancel();
      CHECK(stream->Write(cancel));
      cancelled = true;
    }
  }
  CHECK(stream->Finish().ok());
  return reading;
}

TEST_CASE("a slow reader stalls the program and not the daemon's memory") {
  Daemon daemon;
  Client client(daemon);
  v1::RunRequest request = SnippetFile("write-blocks.mjs");
  request.set_policy("grader");
  request.mutable_limits()->set_output_bytes(200'000'000);
  request.add_args("200");
  // Once at full speed, so that what gRPC keeps for later is there already.
  v1::RunRequest little = request;
  little.set_args(0, "20");
  REQUIRE(client.Run(little).Fate() == "EXITED 0");
  const std::size_t before = daemon.resident_bytes();

  const SlowReading reading = ReadSlowly(daemon, client, request, 5s);
  INFO("received " << reading.received << ", delivered " << reading.result.usage().stdout_bytes() << ", resident "
                   << before << " and then at most " << reading.most_resident);
  CHECK(reading.result.verdict() == v1::CANCELLED);
  CHECK(reading.received >= kMib);
  // Unhindered, the program is through with all 200 MB well before that.
  CHECK(reading.result.usage().stdout_bytes() < 60 * kMib);
  CHECK(reading.most_resident < before + 16 * kMib + kQuarantineBytes);
}

}  // namespace
}  // namespace runner::test
