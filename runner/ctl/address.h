#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace runner::ctl {

// Reads one environment variable; nullopt: not set.
using Environment = std::function<std::optional<std::string>(std::string_view name)>;

// The environment of this process.
[[nodiscard]] Environment ProcessEnvironment();

// Whether there is something at `path`.
using PathTest = std::function<bool(const std::string& path)>;
[[nodiscard]] bool PathExists(const std::string& path);

// Where the daemon is, as a gRPC name ("unix:PATH", "dns:///HOST:PORT", "HOST:PORT").
struct Address {
  std::string target;
  // Which rule gave it, for messages: "--address", "RUNNER_ADDRESS" or "the default".
  std::string origin;
};

// The first that is given and not empty: `flag` (--address), $RUNNER_ADDRESS, then unix:/run/runner/runner.sock for
// uid 0 and unix:$XDG_RUNTIME_DIR/runner/runner.sock for everybody else (/run/user/UID where that is not set), unless
// only the former is there: an installed daemon that its group may use. A bare absolute path is taken as a unix socket.
// Throws UsageError for a socket path longer than the kernel accepts and for something that cannot be an address.
[[nodiscard]] Address ResolveAddress(const std::string& flag, const Environment& environment, uid_t uid,
                                     const PathTest& exists = PathExists);

}  // namespace runner::ctl
