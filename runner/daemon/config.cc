#include "runner/daemon/config.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <thread>
#include <utility>

#include "runner/daemon/config_values.h"
#include "runner/launcher/protocol.h"
#include "runner/sandbox/image.h"
#include "runner/sandbox/policy.h"
#include "runner/sandbox/protections.h"
#include "runner/sandbox/text.h"
#include "runner/sandbox/units.h"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr char kSystemConfig[] = "/etc/runner/runnerd.yaml";
constexpr int kUsage = 64;  // EX_USAGE

// A value of an option has to fulfil `valid`, or the user is told what was expected.
template <typename Valid>
CLI::Validator Expect(std::string expected, Valid valid) {
  return {[expected = std::move(expected), valid](const std::string& text) {
            return valid(text) ? std::string() : "expected " + expected + ", not " + Quote(text);
          },
          ""};
}

std::optional<std::uint64_t> ParseMessageSize(const std::string& text) {
  const std::optional<std::uint64_t> size = ParseSize(text);
  return size && *size >= kLeastMessage && *size <= kMostMessage ? size : std::nullopt;
}

// What was on the command line and is not a value of Config itself.
struct Options {
  std::string config_file;
  std::vector<std::string> listen;
  std::string socket_mode;
  std::string socket_group;
  std::vector<std::string> without;
  std::string max_message;
  bool print_config = false;
  bool check_config = false;
};

void AddOptions(CLI::App& app, Options& options, Config& config) {
  app.set_version_flag("--version", "runnerd " RUNNER_VERSION);
  app.add_option("--config", options.config_file, std::string("The file to read, instead of ") + kSystemConfig)
      ->type_name("FILE");
  app.add_option("--listen", options.listen,
                 "Serve here: unix:PATH or HOST:PORT; may be repeated, replaces the file's list")
      ->check(Expect(kAddressForms, IsAddress))
      ->type_name("ADDRESS")
      ->allow_extra_args(false);
  app.add_option("--metrics", config.metrics, "Serve metrics for Prometheus at http://IP:PORT/metrics")
      ->check(Expect(kMetricsAddressForm, IsMetricsAddress))
      ->type_name("IP:PORT");
  app.add_option("--socket-mode", options.socket_mode, "Who may connect to unix sockets, such as 0660")
      ->check(Expect(kSocketModes, [](const std::string& text) { return ParseSocketMode(text).has_value(); }))
      ->type_name("MODE");
  app.add_option("--socket-group", options.socket_group, "The group of unix sockets, instead of runnerd's own")
      ->check(Expect(kGroups, [](const std::string& text) { return FindGroup(text).has_value(); }))
      ->type_name("GROUP");
  app.add_option("--images", config.images, "The directory of the sandbox images")->type_name("DIR");
  app.add_option("--policies", config.policies, "The directory of the policy files")->type_name("DIR");
  app.add_option("--launcher", config.launcher, "The program runner-launcher")->type_name("FILE");
  app.add_option("--cgroup-parent", config.cgroup_parent, "The cgroup to work under, instead of runnerd's own")
      ->type_name("DIR");
  app.add_option("--default-image", config.default_image, "The image of requests that name none")->type_name("NAME");
  app.add_option("--default-policy", config.default_policy, "The policy of requests that name none")->type_name("NAME");
  app.add_option("--log-level", config.log_level, "trace, debug, info, warn, error or off")
      ->check(CLI::IsMember(std::vector<std::string>(kLogLevels.begin(), kLogLevels.end())))
      ->type_name("LEVEL");
  app.add_option("--first-uid", config.first_uid, "The first host uid of the range for the daemon and its runs")
      ->check(CLI::Range(kLeastUid, kMostUid))
      ->type_name("UID");
  app.add_option("--uid-count", config.uid_count, "How many uids the range has")
      ->check(CLI::Range(kLeastUidCount, kMostUidCount))
      ->type_name("N");
  app.add_option("--max-running", config.max_running, "Runs at one time")
      ->check(CLI::Range(1U, kMostRunning))
      ->type_name("N");
  app.add_option("--max-queued", config.max_queued, "Runs that wait for a place")
      ->check(CLI::Range(0U, kMostQueued))
      ->type_name("N");
  app.add_option("--max-message", options.max_message, "The largest message a client may send, such as 64MiB")
      ->check(Expect("a size in [" + FormatSize(kLeastMessage) + ", " + FormatSize(kMostMessage) + "]",
                     [](const std::string& text) { return ParseMessageSize(text).has_value(); }))
      ->type_name("SIZE");
  app.add_option("--huge-pages", config.huge_pages,
                 "Run Node of these images from a copy in huge pages of memory: none, default or all")
      ->check(CLI::IsMember(std::vector<std::string>(kHugePages.begin(), kHugePages.end())))
      ->type_name("IMAGES");
  app.add_option("--without", options.without, "Accept that this layer of the sandbox is off; may be repeated")
      ->check(
          Expect("a layer: " + LayerNames(), [](const std::string& text) { return ProtectionBit(text).has_value(); }))
      ->type_name("LAYER")
      ->allow_extra_args(false);
  app.add_flag("--check-config", options.check_config,
               "Check the configuration, the policies and the images, and exit");
  app.add_flag("--print-config", options.print_config, "Print the effective configuration as a file, and exit");
}

void ApplyOptions(const Options& options, Config& config) {
  if (!options.socket_mode.empty()) config.socket_mode = ParseSocketMode(options.socket_mode).value_or(0);
  if (!options.socket_group.empty()) config.socket_group = FindGroup(options.socket_group);
  if (!options.listen.empty()) config.listen = options.listen;
  if (!options.without.empty()) config.without = 0;
  for (const std::string& name : options.without) config.without |= ProtectionBit(name).value_or(0);
  if (!options.max_message.empty()) config.max_message_bytes = ParseMessageSize(options.max_message).value_or(0);
}

// What no value alone is to blame for, once file and options are one.
Result<void> CheckTogether(const Config& config) {
  if (config.first_uid > kMostUid - config.uid_count) {
    return Error{.step = "uids: expected first + count of at most " + std::to_string(kMostUid) + ", not " +
                         std::to_string(std::uint64_t{config.first_uid} + config.uid_count)};
  }
  const bool own_uids = (config.without & launcher::kOwnUid) == 0;
  if (own_uids && config.max_running >= config.uid_count) {
    return Error{.step = "max_running: expected at most " + std::to_string(config.uid_count - 1) + ", not " +
                         std::to_string(config.max_running) + ": every run has a uid of its own, and uids.count is " +
                         std::to_string(config.uid_count)};
  }
  return {};
}

// Everything that would keep the daemon from starting and can be told without starting it.
Result<ExitRequest> CheckAll(const Config& config) {
  const auto policies = LoadPolicies(config.policies);
  if (!policies) return policies.error();
  const auto images = LoadImages(config.images);
  if (!images) return images.error();
  const auto missing = [](const char* what, const std::string& name, const fs::path& directory) {
    return Error{.step = std::string(what) + " " + Quote(name) + " is not in " + directory.string(), .error_number = 0};
  };
  if (!policies->contains(config.default_policy)) {
    return missing("the default policy", config.default_policy, config.policies);
  }
  if (!images->contains(config.default_image)) return missing("the default image", config.default_image, config.images);
  if (access(config.launcher.c_str(), X_OK) != 0) return ErrnoError("the launcher " + config.launcher.string());
  return ExitRequest{
      .exit_code = 0,
      .text = "ok: " + std::to_string(policies->size()) + " policies, " + std::to_string(images->size()) + " images\n"};
}

std::uint64_t MemoryOfThisMachine() {
  return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

// An eighth of the memory at the most goes to Nodes that wait.
std::uint32_t WarmThatFit() {
  constexpr std::uint64_t kParkedBytes = 64ULL << 20U;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(MemoryOfThisMachine() / 8 / kParkedBytes, kMostWarm));
}

std::string DefaultAddress() {
  // secure_getenv is for set-uid programs; this one is none.
  const char* const runtime = geteuid() == 0 ? nullptr : std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && *runtime != '\0') return "unix:" + std::string(runtime) + "/runner/runner.sock";
  return "unix:/run/runner/runner.sock";
}

}  // namespace

Config DefaultConfig() {
  Config config;
  std::error_code error;
  const fs::path directory = fs::read_symlink("/proc/self/exe", error).parent_path();
  config.listen = {DefaultAddress()};
  config.images = "/var/lib/runner/images";
  config.policies = directory.parent_path() / "share/runner/policies";
  // Beside this program in a build tree, in libexec once installed.
  config.launcher = directory / "runner-launcher";
  const fs::path installed = directory.parent_path() / "libexec/runner/runner-launcher";
  if (!fs::exists(config.launcher, error) && fs::exists(installed, error)) config.launcher = installed;
  config.max_running = std::max(4U, 2 * std::thread::hardware_concurrency());
  config.warm_max = std::min(std::max(8U, 4 * std::thread::hardware_concurrency()), WarmThatFit());
  constexpr std::uint64_t kMemoryForHugePages = 4'000'000'000;  // a copy of Node is a 25th of it
  if (MemoryOfThisMachine() < kMemoryForHugePages) config.huge_pages = "none";
  return config;
}

Result<std::variant<Config, ExitRequest>> LoadConfig(int argc, const char* const* argv) {
  using Outcome = std::variant<Config, ExitRequest>;
  // CLI11 writes into the values while it parses, and the file comes before the options: parse once to learn the file's
  // name, and once more over what the file said.
  Config config = DefaultConfig();
  Options options;
  for (const bool file_is_read : {false, true}) {
    CLI::App app("runnerd runs JavaScript nobody trusts, each snippet in a sandbox of its own, for clients over gRPC.",
                 "runnerd");
    app.footer(
        "Clients: runnerctl. The file's keys: deploy/runnerd.yaml. Without root, or on a host that lacks a layer:\n"
        "runnerctl doctor says what is missing.");
    options = Options();
    AddOptions(app, options, config);
    try {
      app.parse(argc, argv);
    } catch (const CLI::Success&) {
      const bool version = app.get_option("--version")->count() > 0;
      return Outcome(ExitRequest{.exit_code = 0, .text = version ? app.version() + "\n" : app.help()});
    } catch (const CLI::ParseError& error) {
      return Outcome(
          ExitRequest{.exit_code = kUsage,
                      .text = "runnerd: " + std::string(error.what()) + "\nrunnerd --help lists the options.\n"});
    }
    if (file_is_read) break;
    config = DefaultConfig();
    std::error_code ignored;
    const bool given = !options.config_file.empty();
    if (given || fs::exists(kSystemConfig, ignored)) {
      if (auto read = ReadConfigFile(given ? fs::path(options.config_file) : fs::path(kSystemConfig), config); !read) {
        return read.error();
      }
    }
  }
  ApplyOptions(options, config);
  if (auto consistent = CheckTogether(config); !consistent) return consistent.error();
  if (options.print_config) return Outcome(ExitRequest{.exit_code = 0, .text = ToYaml(config)});
  if (options.check_config) {
    Result<ExitRequest> checked = CheckAll(config);
    if (!checked) return checked.error();
    return Outcome(std::move(*checked));
  }
  return Outcome(std::move(config));
}

}  // namespace runner
