// Both ways in which a run's Node can come to be, for tests that hold for either.
#pragma once

#include <string>

#include "tests/support/client.h"

namespace runner::test {

inline constexpr v1::StartKind kBothStarts[] = {v1::START_KIND_COLD, v1::START_KIND_WARM};

// Waits until `count` warm sandboxes of the daemon's default image and policy wait for a run; the pool's state then.
v1::PoolInfo AwaitParked(Client& client, std::uint32_t count);

// Runs `request` with a start of this kind, and fails the test if it had another.
Outcome RunStarted(Client& client, v1::RunRequest request, v1::StartKind start);

}  // namespace runner::test
