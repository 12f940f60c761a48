#pragma once

#include <chrono>
#include <thread>

namespace runner::test {

// Whether `condition` becomes true within `timeout`. For what the kernel does by itself and gives no event for; it is looked
// at often enough that the waiting hardly adds to what is measured.
template <typename Condition>
[[nodiscard]] bool Eventually(std::chrono::milliseconds timeout, Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace runner::test
