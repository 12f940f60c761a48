// What a learner would write runs in a sandbox as it does under bare node.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/lessons/bare_node.h"
#include "tests/support/client.h"
#include "tests/support/daemon.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> Lessons() {
  std::vector<fs::path> lessons;
  for (const auto& entry : fs::directory_iterator(SourceDirectory() / "tests/lessons")) {
    static const std::set<std::string> kKinds{".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"};
    if (kKinds.contains(entry.path().extension().string())) lessons.push_back(entry.path());
  }
  std::sort(lessons.begin(), lessons.end());
  return lessons;
}

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A lesson that needs another policy than the default says so in its first line: "// policy: NAME".
std::string PolicyOf(const std::string& source) {
  static const std::regex kPolicy("^// policy: ([a-z]+)\n");
  std::smatch match;
  return std::regex_search(source, match, kPolicy) ? match[1].str() : "";
}

// Node's warnings begin with "(node:PID)", and a sandbox has pids of its own.
std::string WithoutPids(const std::string& text) {
  return std::regex_replace(text, std::regex(R"(\(node:\d+\))"), "(node:PID)");
}

TEST_CASE("every lesson prints and ends in a sandbox as under bare node") {
  const std::vector<fs::path> lessons = Lessons();
  REQUIRE(lessons.size() >= 15);
  Client client(SharedDaemon());
  for (const std::string image : {"node-22", "node-24", "node-26"}) {
    for (const fs::path& lesson : lessons) {
      const std::string source = Contents(lesson);
      v1::RunRequest request = Snippet(source, lesson.filename().string());
      request.set_image(image);
      request.set_policy(PolicyOf(source));
      const Outcome sandboxed = client.Run(request);
      const Finished bare = RunBare(image, lesson);
      INFO(image << " " << lesson.filename());
      CHECK(sandboxed.Fate() == "EXITED " + std::to_string(bare.exit_code));
      CHECK(sandboxed.out == bare.out);
      CHECK(WithoutPids(sandboxed.err) == WithoutPids(bare.err));
      CHECK(bare.out.size() + bare.err.size() > 0);
    }
  }
}

}  // namespace
}  // namespace runner::test
