#pragma once

#include <map>
#include <string>

#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// What there is to know about where a program's output will be seen.
struct Screen {
  bool is_terminal = false;
  std::map<std::string, std::string> environment;  // runnerctl's own: NO_COLOR, TERM, COLORTERM
};

// Where standard output of this process goes.
[[nodiscard]] Screen OwnScreen();

// Whether what runnerctl itself prints there is coloured, as `--color WHEN` asks: "always", "never", or "auto" for a terminal
// that can show colours and whose user has not said NO_COLOR. Throws UsageError for another WHEN.
[[nodiscard]] bool ShowsColors(const std::string& when, const Screen& screen);

// Tells the program of `request` through its environment whether to colour what it prints, as `--color WHEN` asks:
// "always" sets FORCE_COLOR, "never" NO_COLOR, "auto" FORCE_COLOR for a terminal that can show colours and whose user
// has not said NO_COLOR. Nothing is added where the request has either variable already. Throws UsageError for another
// WHEN.
void AddColor(const std::string& when, const Screen& screen, v1::RunRequest& request);

}  // namespace runner::ctl
