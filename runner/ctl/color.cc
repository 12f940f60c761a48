#include "runner/ctl/color.h"

#include <unistd.h>

#include <cstdlib>

#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

// The numbers of FORCE_COLOR: 16 colours, 256, 16 million.
std::string Depth(const Screen& screen) {
  const auto variable = [&screen](const char* name) {
    const auto found = screen.environment.find(name);
    return found == screen.environment.end() ? std::string() : found->second;
  };
  const std::string depth = variable("COLORTERM");
  if (depth == "truecolor" || depth == "24bit") return "3";
  return variable("TERM").find("256") != std::string::npos ? "2" : "1";
}

void CheckWhen(const std::string& when) {
  if (when == "auto" || when == "always" || when == "never") return;
  throw UsageError("--color: '" + when + "' is not one of auto, always, never");
}

bool CanShowColors(const Screen& screen) {
  const auto no_color = screen.environment.find("NO_COLOR");
  const auto term = screen.environment.find("TERM");
  return screen.is_terminal && (no_color == screen.environment.end() || no_color->second.empty()) &&
         term != screen.environment.end() && !term->second.empty() && term->second != "dumb";
}

}  // namespace

Screen OwnScreen() {
  Screen screen{.is_terminal = ::isatty(STDOUT_FILENO) == 1, .environment = {}};
  for (const char* name : {"NO_COLOR", "TERM", "COLORTERM"}) {
    if (const char* const value = std::getenv(name)) screen.environment[name] = value;  // NOLINT(concurrency-mt-unsafe)
  }
  return screen;
}

bool ShowsColors(const std::string& when, const Screen& screen) {
  CheckWhen(when);
  return when == "always" || (when == "auto" && CanShowColors(screen));
}

void AddColor(const std::string& when, const Screen& screen, v1::RunRequest& request) {
  CheckWhen(when);
  auto& env = *request.mutable_env();
  // Node warns of a program that is told both.
  if (env.count("FORCE_COLOR") != 0 || env.count("NO_COLOR") != 0) return;
  if (when == "never") {
    env["NO_COLOR"] = "1";
  } else if (when == "always" || CanShowColors(screen)) {
    env["FORCE_COLOR"] = Depth(screen);
  }
}

}  // namespace runner::ctl
