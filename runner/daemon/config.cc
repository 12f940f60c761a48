#include "runner/daemon/config.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <thread>

#include "runner/sandbox/image.h"
#include "runner/sandbox/policy.h"
#include "runner/sandbox/protections.h"
#include "runner/sandbox/text.h"
#include "runner/sandbox/units.h"
#include "runner/sandbox/yaml_reader.h"

namespace runner {
namespace {

namespace fs = std::filesystem;
using std::string_view;

constexpr char kSystemConfig[] = "/etc/runner/runnerd.yaml";
constexpr char kAddressForms[] = "unix:PATH or HOST:PORT, such as unix:/run/runner/runner.sock or 127.0.0.1:7070";
constexpr int kUsage = 64;  // EX_USAGE

constexpr std::array<string_view, 13> kKeys = {
    "listen",    "images", "policies",    "launcher",   "cgroup_parent", "default_image", "default_policy",
    "log_level", "uids",   "max_running", "max_queued", "max_message",   "without"};
constexpr std::array<string_view, 2> kUidKeys = {"first", "count"};
constexpr std::array<string_view, 6> kLogLevels = {"trace", "debug", "info", "warn", "error", "off"};

// Ranges, for the file and for the options alike.
constexpr std::uint32_t kMostRunning = 65'536;
constexpr std::uint32_t kMostQueued = 1'000'000;
constexpr std::uint64_t kLeastMessage = 64ULL << 10U;
constexpr std::uint64_t kMostMessage = 1ULL << 30U;
// 0 is root, and below 1000 are the machine's own services: no run may be one of these.
constexpr std::uint32_t kLeastUid = 1000;
constexpr std::uint32_t kMostUid = 4'294'000'000;
// The daemon's, and one for a run.
constexpr std::uint32_t kLeastUidCount = 2;
constexpr std::uint32_t kMostUidCount = 65'536;

bool IsPort(string_view text) {
  std::uint32_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  return error == std::errc{} && rest == end && port <= 65'535;
}

bool IsAddress(string_view address) {
  constexpr string_view kUnix = "unix:";
  constexpr std::size_t kLongestSocketPath = 107;  // sockaddr_un, less the NUL
  if (address.starts_with(kUnix)) {
    const std::size_t length = address.size() - kUnix.size();
    return length > 0 && length <= kLongestSocketPath;
  }
  const std::size_t colon = address.rfind(':');
  if (colon == string_view::npos || colon == 0 || !IsPort(address.substr(colon + 1))) return false;
  const string_view host = address.substr(0, colon);
  // A colon in the host is IPv6, which takes brackets. "http://HOST" and "unix-abstract:NAME" do not get past this.
  return host.find_first_of("/ ") == string_view::npos &&
         (host.find(':') == string_view::npos || (host.starts_with('[') && host.ends_with(']')));
}

std::string LayerNames() {
  std::string names;
  for (const Protection& protection : AllProtections())
    names += (names.empty() ? "" : ", ") + std::string(protection.name);
  return names;
}

// --- the file

std::uint32_t ReadCount(const YAML::Node& node, std::uint32_t minimum, std::uint32_t maximum) {
  return static_cast<std::uint32_t>(ReadNumber(node, minimum, maximum));
}

// A path in the file means the same wherever the daemon is started.
fs::path ReadPath(const YAML::Node& node, const fs::path& directory) {
  return (directory / ReadString(node, "a path")).lexically_normal();
}

std::vector<std::string> ReadAddresses(const YAML::Node& node) {
  std::vector<std::string> addresses;
  for (const YAML::Node& element : ReadList(node, kAddressForms)) {
    if (!element.IsScalar() || !IsAddress(element.Scalar())) throw Unexpected(element, kAddressForms);
    addresses.push_back(element.Scalar());
  }
  return addresses;
}

std::uint32_t ReadLayers(const YAML::Node& node) {
  std::uint32_t layers = 0;
  // The empty list is how a file says that nothing is accepted to be off.
  if (node.IsSequence() && node.size() == 0) return layers;
  for (const YAML::Node& element : ReadList(node, "layers: " + LayerNames())) {
    const std::optional<std::uint32_t> bit = element.IsScalar() ? ProtectionBit(element.Scalar()) : std::nullopt;
    if (!bit) throw Unexpected(element, "a layer: " + LayerNames());
    layers |= *bit;
  }
  return layers;
}

void ReadUids(const YAML::Node& node, Config& config) {
  const YamlMap map(node, "uids", kUidKeys);
  config.first_uid = ReadCount(map.At("first"), kLeastUid, kMostUid);
  config.uid_count = ReadCount(map.At("count"), kLeastUidCount, kMostUidCount);
}

void ReadConfig(const YAML::Node& root, const fs::path& directory, Config& config) {
  if (root.IsNull()) return;  // a file of comments: the defaults
  const YamlMap map(root, "the configuration", kKeys);
  if (map.Has("listen")) config.listen = ReadAddresses(map.At("listen"));
  if (map.Has("images")) config.images = ReadPath(map.At("images"), directory);
  if (map.Has("policies")) config.policies = ReadPath(map.At("policies"), directory);
  if (map.Has("launcher")) config.launcher = ReadPath(map.At("launcher"), directory);
  if (map.Has("cgroup_parent")) config.cgroup_parent = ReadPath(map.At("cgroup_parent"), directory);
  if (map.Has("default_image")) config.default_image = ReadString(map.At("default_image"), "the name of an image");
  if (map.Has("default_policy")) config.default_policy = ReadString(map.At("default_policy"), "the name of a policy");
  if (map.Has("log_level")) config.log_level = kLogLevels.at(ReadChoice(map.At("log_level"), kLogLevels));
  if (map.Has("uids")) ReadUids(map.At("uids"), config);
  if (map.Has("max_running")) config.max_running = ReadCount(map.At("max_running"), 1, kMostRunning);
  if (map.Has("max_queued")) config.max_queued = ReadCount(map.At("max_queued"), 0, kMostQueued);
  if (map.Has("max_message")) config.max_message_bytes = ReadSize(map.At("max_message"), kLeastMessage, kMostMessage);
  if (map.Has("without")) config.without = ReadLayers(map.At("without"));
}

// --- the command line

CLI::Validator AddressValidator() {
  return {[](std::string& text) {
            return IsAddress(text) ? std::string() : "expected " + std::string(kAddressForms) + ", not " + Quote(text);
          },
          "", "address"};
}

CLI::Validator LayerValidator() {
  return {[](std::string& text) {
            return ProtectionBit(text) ? std::string() : "expected a layer: " + LayerNames() + "; not " + Quote(text);
          },
          "", "layer"};
}

CLI::Validator MessageSizeValidator() {
  return {[](std::string& text) {
            const std::optional<std::uint64_t> size = ParseSize(text);
            if (size && *size >= kLeastMessage && *size <= kMostMessage) return std::string();
            return "expected a size such as 64MiB, in [" + FormatSize(kLeastMessage) + ", " + FormatSize(kMostMessage) +
                   "], not " + Quote(text);
          },
          "", "size"};
}

// What was on the command line and is not a value of Config itself.
struct Options {
  std::string config_file;
  std::vector<std::string> listen;
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
      ->check(AddressValidator())
      ->type_name("ADDRESS")
      ->allow_extra_args(false);
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
      ->check(MessageSizeValidator())
      ->type_name("SIZE");
  app.add_option("--without", options.without, "Accept that this layer of the sandbox is off; may be repeated")
      ->check(LayerValidator())
      ->type_name("LAYER")
      ->allow_extra_args(false);
  app.add_flag("--check-config", options.check_config,
               "Check the configuration, the policies and the images, and exit");
  app.add_flag("--print-config", options.print_config, "Print the effective configuration as a file, and exit");
}

void ApplyOptions(const Options& options, Config& config) {
  if (!options.listen.empty()) config.listen = options.listen;
  if (!options.without.empty()) config.without = 0;
  for (const std::string& name : options.without) config.without |= ProtectionBit(name).value_or(0);
  if (!options.max_message.empty()) config.max_message_bytes = ParseSize(options.max_message).value_or(0);
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
  return config;
}

Result<void> ReadConfigFile(const fs::path& file, Config& config) {
  const fs::path directory = file.parent_path();
  return ReadYamlFile(file, [&](const YAML::Node& root) { ReadConfig(root, directory, config); });
}

std::string ToYaml(const Config& config) {
  YAML::Emitter out;
  out << YAML::BeginMap << YAML::Key << "listen" << YAML::Value << config.listen;
  const auto add = [&out](const char* key, const auto& value) { out << YAML::Key << key << YAML::Value << value; };
  // Absolute, because the file may end up anywhere.
  add("images", fs::absolute(config.images).string());
  add("policies", fs::absolute(config.policies).string());
  add("launcher", fs::absolute(config.launcher).string());
  if (!config.cgroup_parent.empty()) add("cgroup_parent", fs::absolute(config.cgroup_parent).string());
  add("default_image", config.default_image);
  add("default_policy", config.default_policy);
  add("log_level", config.log_level);
  out << YAML::Key << "uids" << YAML::Value << YAML::Flow << YAML::BeginMap;
  add("first", config.first_uid);
  add("count", config.uid_count);
  out << YAML::EndMap;
  add("max_running", config.max_running);
  add("max_queued", config.max_queued);
  add("max_message", config.max_message_bytes);
  out << YAML::Key << "without" << YAML::Value << YAML::Flow << ProtectionNames(config.without) << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
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
  // Once all is known: the range must not reach -1, which means "leave it" to the kernel's calls.
  if (config.first_uid > kMostUid - config.uid_count) {
    return Error{.step = "uids: expected first + count below " + std::to_string(kMostUid), .error_number = 0};
  }
  if (options.print_config) return Outcome(ExitRequest{.exit_code = 0, .text = ToYaml(config)});
  if (options.check_config) {
    Result<ExitRequest> checked = CheckAll(config);
    if (!checked) return checked.error();
    return Outcome(std::move(*checked));
  }
  return Outcome(std::move(config));
}

}  // namespace runner
