#include "runner/daemon/config.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "runner/sandbox/protections.h"
#include "tests/support/scratch_directory.h"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Catch::Contains;

class File {
 public:
  explicit File(const std::string& text) { directory_.Add("runnerd.yaml", text); }
  [[nodiscard]] const fs::path& directory() const { return directory_.path(); }
  [[nodiscard]] fs::path path() const { return directory_ / "runnerd.yaml"; }

 private:
  test::ScratchDirectory directory_;
};

Result<std::variant<Config, ExitRequest>> Load(const std::vector<std::string>& options) {
  std::vector<const char*> argv = {"runnerd"};
  for (const std::string& option : options) argv.push_back(option.c_str());
  return LoadConfig(static_cast<int>(argv.size()), argv.data());
}

Config LoadGood(const std::vector<std::string>& options) {
  auto loaded = Load(options);
  REQUIRE(loaded.has_value());
  REQUIRE(std::holds_alternative<Config>(*loaded));
  return std::get<Config>(*loaded);
}

// What is wrong with a file, without the directory it is in.
std::string Mistake(const std::string& text) {
  const File file(text);
  Config config;
  const auto read = ReadConfigFile(file.path(), config);
  return read ? "" : read.error().ToString().substr(file.directory().string().size() + 1);
}

TEST_CASE("without a file and options the defaults count") {
  const Config config = DefaultConfig();
  CHECK(config.default_image == "node-26");
  CHECK(config.default_policy == "lesson");
  CHECK(config.max_running >= 4);
  CHECK(config.max_queued == 256);
  REQUIRE(config.listen.size() == 1);
  CHECK_THAT(config.listen[0], Catch::StartsWith("unix:/") && Catch::EndsWith("/runner/runner.sock") ||
                                   Catch::Equals("unix:/run/runner/runner.sock"));
}

TEST_CASE("a file is read whole, with paths relative to it") {
  const File file(R"(
listen: ["unix:/tmp/x.sock", "127.0.0.1:7070", "[::1]:0"]
images: images
policies: /elsewhere/policies
uids: {first: 500000, count: 64}
max_running: 3
max_queued: 0
max_message: 16MiB
log_level: debug
without: [time_stands_still, landlock]
)");
  Config config = DefaultConfig();
  const auto refused = ReadConfigFile(file.path(), config);
  REQUIRE_FALSE(refused.has_value());
  CHECK_THAT(refused.error().step, Contains(":10: expected a layer: ") && Contains("not \"time_stands_still\""));

  const File good(
      "listen: [\"[::1]:0\"]\nimages: images\nuids: {first: 500000, count: 64}\nmax_queued: 0\n"
      "max_message: 16MiB\nwarm: {per_image: 1, max: 3, max_idle: 1.5m}\nhuge_pages: all\nwithout: [landlock, "
      "seccomp]\n");
  config = LoadGood({"--config", good.path().string()});
  CHECK(config.listen == std::vector<std::string>{"[::1]:0"});
  CHECK(config.images == good.directory() / "images");
  CHECK(config.first_uid == 500'000);
  CHECK(config.uid_count == 64);
  CHECK(config.max_queued == 0);
  CHECK(config.max_message_bytes == 16U << 20U);
  CHECK(config.warm_per_image == 1);
  CHECK(config.warm_max == 3);
  CHECK(config.warm_max_idle_ms == 90'000);
  CHECK(config.huge_pages == "all");
  CHECK(config.without == (ProtectionBit("landlock").value() | ProtectionBit("seccomp").value()));
  CHECK(config.default_policy == "lesson");
}

TEST_CASE("who may connect: the mode and the group of unix sockets") {
  const Config defaults = LoadGood({"--config", File("").path().string()});
  CHECK(defaults.socket_mode == 0660);
  CHECK_FALSE(defaults.socket_group.has_value());
  const File file("socket_mode: 0666\nsocket_group: root\n");
  Config config = LoadGood({"--config", file.path().string()});
  CHECK(config.socket_mode == 0666);
  CHECK(config.socket_group == gid_t{0});
  config = LoadGood({"--config", file.path().string(), "--socket-mode", "600", "--socket-group", "54321"});
  CHECK(config.socket_mode == 0600);
  CHECK(config.socket_group == gid_t{54321});
  CHECK_THAT(ToYaml(config), Contains("socket_mode: 0600\nsocket_group: 54321\n"));
}

TEST_CASE("options win over the file") {
  const File file("listen: [127.0.0.1:1]\nmax_running: 3\nmax_queued: 5\nwithout: [landlock]\n");
  const Config config =
      LoadGood({"--config", file.path().string(), "--listen", "127.0.0.1:2", "--listen", "unix:/tmp/s", "--max-running",
                "9", "--max-message", "1MiB", "--without", "own_uid"});
  CHECK(config.listen == std::vector<std::string>{"127.0.0.1:2", "unix:/tmp/s"});
  CHECK(config.max_running == 9);
  CHECK(config.max_queued == 5);
  CHECK(config.max_message_bytes == 1U << 20U);
  CHECK(config.without == ProtectionBit("own_uid").value());
}

TEST_CASE("mistakes in the file are told with line, expectation and value") {
  CHECK(Mistake("# nothing but a comment\n").empty());
  CHECK_THAT(Mistake("max_running: 3\nspeed: 7\n"),
             Contains("runnerd.yaml:2: expected one of listen, metrics, socket_mode, ") && Contains("not \"speed\""));
  CHECK(Mistake("max_running: 0\n") == "runnerd.yaml:1: expected a number in [1, 65536], not \"0\"");
  CHECK_THAT(Mistake("max_running: [1]\n"), Contains("not a list"));
  CHECK_THAT(Mistake("\nmax_running: 1\nmax_running: 2\n"), Contains("runnerd.yaml:3: expected \"max_running\" once"));
  CHECK_THAT(Mistake("max_message: 64\n"), Contains("in [64 KiB, 1 GiB], not \"64\""));
  CHECK_THAT(Mistake("warm: {max: 5000}\n"), Contains("expected a number in [0, 4096], not \"5000\""));
  CHECK_THAT(Mistake("warm: {max_idle: 10ms}\n"), Contains("expected a duration in [1 s, "));
  CHECK_THAT(Mistake("huge_pages: some\n"), Contains("expected none, default or all, not \"some\""));
  CHECK_THAT(Mistake("log_level: loud\n"), Contains("expected trace, debug, info, warn, error or off, not \"loud\""));
  CHECK_THAT(Mistake("uids: {first: 0, count: 10}\n"), Contains("expected a number in [1000,"));
  CHECK_THAT(Mistake("uids: {first: 4293999990, count: 20}\n"), Contains("expected a number in [2, 10], not \"20\""));
  for (const char* mode : {"0577", "1777", "rw", "8", "0o660", "[0660]"}) {
    CAPTURE(mode);
    CHECK_THAT(Mistake("socket_mode: " + std::string(mode) + "\n"),
               Contains("runnerd.yaml:1: expected an octal mode in [0600, 0777], such as 0660, not "));
  }
  for (const char* group : {"no-such-group", "-1", "4294967295"}) {
    CAPTURE(group);
    CHECK_THAT(Mistake("images: i\nsocket_group: " + std::string(group) + "\n"),
               Contains("runnerd.yaml:2: expected the name or the number of a group of this host, not "));
  }
  CHECK_THAT(Mistake("uids: {first: 400000}\n"), Contains("expected \"count\" in uids"));
  CHECK_THAT(Mistake("listen: unix:/tmp/s\n"), Contains("expected a list of unix:PATH or HOST:PORT"));
  CHECK_THAT(Mistake("a: [\n"), Contains("expected valid YAML"));
  CHECK_THAT(Mistake("just text\n"), Contains("runnerd.yaml:1: expected the configuration: a map of"));
  for (const char* address :
       {"7070", "localhost", ":7070", "localhost:70707", "unix:", "http://localhost:7070", "::1:7070"}) {
    CAPTURE(address);
    CHECK_THAT(Mistake("listen: [\"" + std::string(address) + "\"]\n"), Contains("expected unix:PATH or HOST:PORT"));
  }
}

TEST_CASE("values that do not fit together are told by their keys") {
  const auto runs = Load({"--max-running", "64", "--uid-count", "64"});
  REQUIRE_FALSE(runs.has_value());
  CHECK_THAT(runs.error().step, Contains("max_running: expected at most 63, not 64") && Contains("uids.count is 64"));
  CHECK(LoadGood({"--max-running", "64", "--uid-count", "64", "--without", "own_uid"}).max_running == 64);
  const auto uids = Load({"--first-uid", "4293999990", "--uid-count", "64"});
  REQUIRE_FALSE(uids.has_value());
  CHECK_THAT(uids.error().step, Contains("uids: expected first + count of at most 4294000000, not 4294000054"));
}

TEST_CASE("a file that is named and missing is an error") {
  const auto loaded = Load({"--config", "/nonexistent/runnerd.yaml"});
  REQUIRE_FALSE(loaded.has_value());
  CHECK_THAT(loaded.error().ToString(), Contains("/nonexistent/runnerd.yaml") && Contains("ENOENT"));
}

TEST_CASE("help and version end the program well, wrong options end it with 64") {
  const auto exit_request = [](const std::vector<std::string>& options) {
    auto loaded = Load(options);
    REQUIRE(loaded.has_value());
    REQUIRE(std::holds_alternative<ExitRequest>(*loaded));
    return std::get<ExitRequest>(*loaded);
  };
  CHECK(exit_request({"--help"}).exit_code == 0);
  CHECK_THAT(exit_request({"--help"}).text, Contains("--listen") && Contains("--without"));
  CHECK_THAT(exit_request({"--version"}).text, Catch::StartsWith("runnerd "));
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--nonsense"},
                                                {"--listen", "nowhere"},
                                                {"--max-running", "0"},
                                                {"--without", "everything"},
                                                {"--log-level", "loud"},
                                                {"--max-message", "1"},
                                                {"--first-uid", "0"},
                                                {"--socket-mode", "0400"},
                                                {"--socket-group", "no-such-group"},
                                                {"extra"}}) {
    CAPTURE(wrong);
    const ExitRequest request = exit_request(wrong);
    CHECK(request.exit_code == 64);
    CHECK_FALSE(request.text.empty());
  }
}

TEST_CASE("the printed configuration can be read back") {
  auto loaded = Load({"--print-config", "--max-running", "7", "--without", "landlock", "--listen", "unix:/tmp/s"});
  REQUIRE(loaded.has_value());
  REQUIRE(std::holds_alternative<ExitRequest>(*loaded));
  const File file(std::get<ExitRequest>(*loaded).text);
  const Config config = LoadGood({"--config", file.path().string()});
  CHECK(config.max_running == 7);
  CHECK(config.without == ProtectionBit("landlock").value());
  CHECK(config.listen == std::vector<std::string>{"unix:/tmp/s"});
  CHECK(ToYaml(config) == std::get<ExitRequest>(*loaded).text);
}

TEST_CASE("the sample configuration is valid and says the defaults") {
  Config sample;
  const auto read = ReadConfigFile(RUNNER_SOURCE_DIR "/deploy/runnerd.yaml", sample);
  REQUIRE(read.has_value());
  const Config defaults;
  CHECK(sample.listen == std::vector<std::string>{"unix:/run/runner/runner.sock"});
  CHECK(sample.socket_mode == defaults.socket_mode);
  CHECK(sample.socket_group == defaults.socket_group);
  CHECK(sample.images == DefaultConfig().images);
  CHECK(sample.default_image == defaults.default_image);
  CHECK(sample.default_policy == defaults.default_policy);
  CHECK(sample.first_uid == defaults.first_uid);
  CHECK(sample.uid_count == defaults.uid_count);
  CHECK(sample.max_queued == defaults.max_queued);
  CHECK(sample.max_message_bytes == defaults.max_message_bytes);
  CHECK(sample.warm_per_image == defaults.warm_per_image);
  CHECK(sample.warm_max == defaults.warm_max);
  CHECK(sample.warm_max_idle_ms == defaults.warm_max_idle_ms);
  CHECK(sample.log_level == defaults.log_level);
  CHECK(sample.without == 0);
}

TEST_CASE("every key is in the sample and in the documentation") {
  const auto text_of = [](const char* path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string sample = text_of(RUNNER_SOURCE_DIR "/deploy/runnerd.yaml");
  const std::string documentation = text_of(RUNNER_SOURCE_DIR "/docs/operating.md");
  Config config = DefaultConfig();
  config.socket_group = 0;
  config.cgroup_parent = "/runner";
  std::istringstream printed(ToYaml(config));
  std::size_t keys = 0;
  for (std::string line; std::getline(printed, line);) {
    if (line.empty() || line.front() == ' ' || line.front() == '-') continue;
    const std::string key = line.substr(0, line.find(':'));
    CAPTURE(key);
    CHECK_THAT(sample, Contains("\n" + key + ":") || Contains("\n# " + key + ":"));
    CHECK_THAT(documentation, Contains("\n| `" + key + "` |"));
    ++keys;
  }
  CHECK(keys == 17);
}

TEST_CASE("checking the configuration reads the policies and the images too") {
  const std::string policies = RUNNER_SOURCE_DIR "/policies";
  const auto loaded = Load({"--check-config", "--policies", policies, "--images", "/nonexistent"});
  REQUIRE_FALSE(loaded.has_value());
  CHECK_THAT(loaded.error().ToString(), Contains("/nonexistent") && Contains("ENOENT"));
}

}  // namespace
}  // namespace runner
