#pragma once

#include <chrono>
#include <utility>
#include <vector>

#include "runner/engine/run_result.h"

namespace runner {

// Notes when a run gets where. Costs nothing unless it is on. One thread.
class Trace {
 public:
  explicit Trace(bool on) : on_(on) {}

  void Reached(const char* phase) {
    if (!on_) return;
    phases_.push_back(
        {phase, std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin_)});
  }
  [[nodiscard]] std::vector<Phase> Take() { return std::move(phases_); }

 private:
  bool on_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::vector<Phase> phases_;
};

}  // namespace runner
