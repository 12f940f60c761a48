// What a learner would write runs in a sandbox as it does under bare node, and prints what the lesson says it prints.
#include <catch2/catch.hpp>
#include <future>
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
  for (const std::string& argument : lesson.args) request.add_args(argument);
  for (const auto& [name, value] : lesson.env) (*request.mutable_env())[name] = value;
  for (const std::string& glob : lesson.collect) request.add_collect(glob);
  for (const auto& [path, content] : lesson.files) AddFile(request, path, content);
  return request;
}

void Check(Client& client, const Lesson& lesson, const std::string& image) {
  std::future<Finished> other = std::async(std::launch::async, [&] { return RunBare(image, lesson); });
  const Outcome sandboxed = client.Run(RequestFor(lesson, image));
  const Finished bare = other.get();
  const Printed expected = Expected(lesson, image);
  INFO(image << " " << lesson.path);
  CHECK(sandboxed.Fate() == lesson.verdict);
  CHECK(Comparable(sandboxed.out) == expected.out);
  CHECK(Comparable(sandboxed.err) == expected.err);
  CHECK(sandboxed.files.empty() == lesson.collect.empty());
  CHECK(sandboxed.Refused().empty());
  CHECK(bare.exit_code == lesson.exit_code());
  CHECK(Comparable(bare.out) == Comparable(sandboxed.out));
  CHECK(Comparable(bare.err) == Comparable(sandboxed.err));
  CHECK(expected.out.size() + expected.err.size() > 0);
}

TEST_CASE("every lesson prints and ends in a sandbox as it says, and as under bare node") {
  const std::string image = GENERATE(as<std::string>{}, "node-22", "node-24", "node-26");
  const std::vector<Lesson> lessons = Lessons();
  REQUIRE(lessons.size() >= 40);
  Client client(SharedDaemon());
  for (const Lesson& lesson : lessons) Check(client, lesson, image);
}

}  // namespace
}  // namespace runner::test
