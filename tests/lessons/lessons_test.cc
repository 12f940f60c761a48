// What a learner would write runs in a sandbox as it does under bare node.
#include <catch2/catch.hpp>
#include <regex>
#include <string>

#include "tests/lessons/bare_node.h"
#include "tests/lessons/lesson.h"
#include "tests/support/client.h"
#include "tests/support/daemon.h"

namespace runner::test {
namespace {

v1::RunRequest RequestFor(const Lesson& lesson, const std::string& image) {
  v1::RunRequest request;
  request.set_image(image);
  request.set_policy(lesson.policy);
  request.set_entry(lesson.entry);
  request.set_stdin(lesson.input);
  for (const auto& [path, content] : lesson.files) {
    v1::File& file = *request.add_files();
    file.set_path(path);
    file.set_content(content);
  }
  return request;
}

// Node's warnings begin with "(node:PID)", and a sandbox has pids of its own. Nothing else is made the same.
std::string WithoutPids(const std::string& text) {
  return std::regex_replace(text, std::regex(R"(\(node:\d+\))"), "(node:PID)");
}

TEST_CASE("every lesson prints and ends in a sandbox as under bare node") {
  const std::vector<Lesson> lessons = Lessons();
  REQUIRE(lessons.size() >= 17);
  Client client(SharedDaemon());
  for (const std::string image : {"node-22", "node-24", "node-26"}) {
    for (const Lesson& lesson : lessons) {
      const Outcome sandboxed = client.Run(RequestFor(lesson, image));
      const Finished bare = RunBare(image, lesson);
      INFO(image << " " << lesson.name);
      CHECK(sandboxed.Fate() == "EXITED " + std::to_string(bare.exit_code));
      CHECK(sandboxed.out == bare.out);
      CHECK(WithoutPids(sandboxed.err) == WithoutPids(bare.err));
      CHECK(bare.out.size() + bare.err.size() > 0);
    }
  }
}

}  // namespace
}  // namespace runner::test
