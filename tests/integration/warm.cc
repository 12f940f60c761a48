#include "tests/integration/warm.h"

#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/eventually.h"
#include "tests/support/paths.h"

namespace runner::test {

v1::PoolInfo AwaitParked(Client& client, std::uint32_t count) {
  v1::ServerInfo info;
  const bool parked = Eventually(Slowed(std::chrono::seconds(30)), [&] {
    grpc::ClientContext context;
    return client.stub().GetServerInfo(&context, {}, &info).ok() && info.pool().parked() >= count;
  });
  INFO(info.pool().ShortDebugString());
  REQUIRE(parked);
  return info.pool();
}

Outcome RunStarted(Client& client, v1::RunRequest request, v1::StartKind start) {
  if (start == v1::START_KIND_COLD) request.set_start(start);
  for (int attempt = 0;; ++attempt) {
    if (start == v1::START_KIND_WARM) (void)AwaitParked(client, 1);
    Outcome outcome = client.Run(request);
    // Whoever waits may be of another image, or grow too old in this moment.
    if (outcome.has_result && outcome.result.start() != start && attempt < 50) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      continue;
    }
    INFO(outcome.Describe());
    REQUIRE(outcome.has_result);
    REQUIRE(outcome.result.start() == start);
    return outcome;
  }
}

}  // namespace runner::test
