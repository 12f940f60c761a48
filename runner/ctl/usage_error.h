#pragma once

#include <stdexcept>

namespace runner::ctl {

// The command line, or something it names (a file, an address), is wrong. what() is one sentence that says what was
// given and what is accepted. Commands let it through; main prints it and exits with kExitUsage.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace runner::ctl
