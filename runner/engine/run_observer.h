#pragma once

#include <string>

#include "runner/engine/run_result.h"

namespace runner {

struct Refusal;

// Hears of the end of every run, whoever asked for it. On the engine's thread; must be quick, and outlive the engine.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void OnResult(const std::string& image, const std::string& policy, const RunResult& result) = 0;
  virtual void OnRefusal(const Refusal& refusal) = 0;
};

}  // namespace runner
