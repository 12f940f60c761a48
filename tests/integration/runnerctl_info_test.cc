// runnerctl info, doctor and help: what one reads before anything runs.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/integration/runnerctl.h"

namespace runner::test {
namespace {

using nlohmann::json;

std::vector<std::string> AsNobody(const std::vector<std::string>& command) {
  std::vector<std::string> words = {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"};
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

// runnerctl where everybody may read it: the checkout may be in root's home.
class PublicCopy {
 public:
  PublicCopy() {
    std::filesystem::copy_file(Binary("runnerctl"), path());
    using std::filesystem::perms;
    const perms readable =
        perms::owner_all | perms::group_read | perms::group_exec | perms::others_read | perms::others_exec;
    std::filesystem::permissions(programs_.directory(), readable);
    std::filesystem::permissions(path(), readable);
  }
  [[nodiscard]] std::string path() const { return (programs_.directory() / "runnerctl").string(); }

 private:
  Programs programs_;
};

TEST_CASE("runnerctl info: images, policies, limits, layers and load, for people and for programs") {
  const Finished text = RunProgram(Runnerctl({"info"}), "", With(SharedDaemon()));
  CHECK(text.exit_code == 0);
  for (const char* part :
       {"node-26", "Node 26.", "lesson", "cluster", "wall time", "at most 30 s", "seccomp", "Runs"}) {
    CHECK_THAT(text.out, Catch::Contains(part));
  }
  const Finished finished = RunProgram(Runnerctl({"info", "--json"}), "", With(SharedDaemon()));
  CHECK(finished.exit_code == 0);
  const json info = json::parse(finished.out);
  CHECK(info["default_image"] == "node-26");
  CHECK(info["default_policy"] == "lesson");
  REQUIRE(info["images"].size() >= 3);
  for (const json& image : info["images"]) CHECK_THAT(image["node_version"].get<std::string>(), Catch::Contains("."));
  REQUIRE(info["policies"].size() >= 3);
  for (const json& policy : info["policies"]) {
    for (const auto& [name, value] : policy["default_limits"].items()) {
      INFO(policy["name"] << " " << name);
      CHECK(value > 0);
      CHECK(value <= policy["maximum_limits"][name]);
    }
  }
  for (const json& layer : info["protections"]) CHECK(layer["active"] == true);
  CHECK(info["pool"]["running_maximum"] > 0);
}

TEST_CASE("runnerctl info without a daemon is 69") {
  const Finished finished = RunProgram(Runnerctl({"info", "--address", "unix:/nowhere/runner.sock"}));
  CHECK(finished.exit_code == 69);
  CHECK(finished.out.empty());
  CHECK_THAT(finished.err, Catch::Contains("./dev serve"));
}

TEST_CASE("runnerctl doctor: a plain sentence for each thing, and 0 where runs are possible") {
  const Finished with = RunProgram(Runnerctl({"doctor"}), "", With(SharedDaemon()));
  INFO(with.out);
  CHECK(with.exit_code == 0);
  CHECK_THAT(with.out, Catch::EndsWith("\nRuns are possible.\n"));
  const Finished without = RunProgram(Runnerctl({"doctor", "--address", "unix:/nowhere/runner.sock"}));
  INFO(without.out);
  CHECK(without.exit_code == 0);
  CHECK_THAT(without.out, Catch::Contains("./dev serve") &&
                              Catch::EndsWith("\nRuns are possible once a daemon has been started.\n"));
  const json doctor = json::parse(RunProgram(Runnerctl({"doctor", "--json"}), "", With(SharedDaemon())).out);
  CHECK(doctor["possible"] == true);
  std::set<std::string> names;
  for (const json& check : doctor["checks"]) {
    names.insert(check["name"]);
    CHECK_THAT(check["status"].get<std::string>(), Catch::Matches("ok|warning|missing"));
    CHECK_THAT(check["sentence"].get<std::string>(), Catch::EndsWith("."));
  }
  for (const char* name : {"root", "kernel", "seccomp", "landlock", "user_namespace", "cgroup_memory", "daemon"}) {
    CHECK(names.contains(name));
  }
}

TEST_CASE("runnerctl doctor: 70 where runs are not possible, with what is missing") {
  const PublicCopy copy;
  const Finished finished =
      RunProgram(AsNobody({copy.path(), "doctor", "--json", "--address", "unix:/nowhere/runner.sock"}));
  INFO(finished.out << finished.err);
  CHECK(finished.exit_code == 70);
  const json doctor = json::parse(finished.out);
  CHECK(doctor["possible"] == false);
  for (const json& check : doctor["checks"]) {
    if (check["name"] == "root") CHECK(check["status"] == "missing");
  }
}

TEST_CASE("runnerctl tells a socket that is closed to the user from a daemon that is not there") {
  const PublicCopy copy;
  const Finished finished = RunProgram(AsNobody({copy.path(), "info", "--address", SharedDaemon().address()}));
  CHECK(finished.exit_code == 69);
  CHECK_THAT(finished.err, Catch::Contains("Permission denied") && Catch::Contains("sudo"));
}

TEST_CASE("runnerctl: help and version are for stdout") {
  const auto output = [](const std::vector<std::string>& arguments) {
    const Finished finished = RunProgram(Runnerctl(arguments));
    CHECK(finished.exit_code == 0);
    CHECK(finished.err.empty());
    return finished.out;
  };
  CHECK_THAT(output({"--version"}), Catch::Matches("runnerctl \\d+\\.\\d+\\.\\d+\n"));
  for (const char* command : {"run", "doctor", "info"}) {
    CHECK_THAT(output({"--help"}), Catch::Contains(command));
    CHECK_THAT(output({command, "--help"}), Catch::Contains(std::string("Usage: runnerctl ") + command));
    CHECK(output({"help", command}) == output({command, "--help"}));
  }
  for (const char* option :
       {"--image", "--policy", "--time", "--cpu-time", "--memory", "--output-limit", "--entry", "--env", "--no-stdin",
        "--address", "--tenant", "--json", "--quiet", "64KiB", "500ms", "124"}) {
    CHECK_THAT(output({"run", "--help"}), Catch::Contains(option));
  }
}

}  // namespace
}  // namespace runner::test
