#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runner/base/error.h"

namespace runner {

// What runnerd is told: a YAML file (deploy/runnerd.yaml explains every key), and command-line options that win over it.
// Plain values; paths are absolute or relative to the directory the daemon was started in.
struct Config {
  std::vector<std::string> listen;      // "unix:PATH" or "HOST:PORT", at least one
  mode_t socket_mode = 0660;            // of unix sockets
  std::optional<gid_t> socket_group;    // of unix sockets; none: the group runnerd is started with
  std::filesystem::path images;         // directory of NAME/{root/,image.json}
  std::filesystem::path policies;       // directory of NAME.yaml
  std::filesystem::path launcher;       // the program runner-launcher
  std::filesystem::path cgroup_parent;  // empty: the cgroup the daemon was started in
  std::string metrics;                  // "IP:PORT" to serve metrics at; empty: nowhere
  std::string default_image = "node-26";
  std::string default_policy = "lesson";
  std::string log_level = "info";     // a name that spdlog knows
  std::uint32_t first_uid = 400'000;  // the daemon's own, once it has given up root
  std::uint32_t uid_count = 4096;     // the daemon's included: the others are for runs
  std::uint32_t max_running = 4;      // runs at one time
  std::uint32_t max_queued = 256;     // runs that wait
  std::uint64_t max_message_bytes = 64ULL << 20U;
  std::uint32_t warm_per_image = 2;         // parked sandboxes for each image and policy in use
  std::uint32_t warm_max = 8;               // parked altogether; 0: none
  std::uint32_t warm_max_idle_ms = 60'000;  // older ones are replaced
  std::string huge_pages = "default";       // the images whose Node runs from huge pages: a name of kHugePages
  std::uint32_t without = 0;                // launcher::Layer bits of the layers that the operator accepts to be off
};

// The command line asked for something else than a daemon (--help, --version, --print-config, --check-config), or could
// not be understood.
struct ExitRequest {
  int exit_code = 0;
  std::string text;  // for stdout when exit_code is 0, else for stderr
};

// The defaults for this machine: the paths depend on where the program is, the socket on who runs it.
[[nodiscard]] Config DefaultConfig();

// Overwrites what `file` names. Relative paths in it are relative to its directory. An Error's step reads
// "FILE:LINE: expected ...".
[[nodiscard]] Result<void> ReadConfigFile(const std::filesystem::path& file, Config& config);

// The effective configuration as a file that ReadConfigFile takes.
[[nodiscard]] std::string ToYaml(const Config& config);

// Defaults, then the file (--config, or /etc/runner/runnerd.yaml if there is one), then the options.
[[nodiscard]] Result<std::variant<Config, ExitRequest>> LoadConfig(int argc, const char* const* argv);

}  // namespace runner
