// Node runs from a copy in huge pages: which it is, that it is the image's, and that a run can do nothing to it.
#include <catch2/catch.hpp>
#include <string>

#include "tests/support/client.h"

namespace runner::test {
namespace {

// Where its Node comes from: "tmpfs" or another file system; its hash; what an attempt to write to it says.
constexpr const char* kLook = R"(
const fs = require('fs');
const mounts = fs.readFileSync('/proc/self/mountinfo', 'utf8').split('\n').map((line) => line.split(' '));
const node = mounts.find((fields) => fields[4] === '/usr/bin/node');
console.log(node ? node[node.indexOf('-') + 1] : 'image');
console.log(require('crypto').createHash('sha256').update(fs.readFileSync(process.execPath)).digest('hex'));
for (const attempt of [() => fs.openSync(process.execPath, 'r+'), () => fs.chmodSync(process.execPath, 0o777),
                       () => fs.unlinkSync(process.execPath), () => fs.renameSync('/tmp', process.execPath)]) {
  try { attempt(); console.log('done'); } catch (error) { console.log(error.code); }
}
console.log(process.execPath, fs.statSync(process.execPath).mtime.toISOString());
)";

std::string Look(const Daemon& daemon, const std::string& image) {
  Client client(daemon);
  v1::RunRequest request = Snippet(kLook, "main.cjs");
  request.set_image(image);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  return outcome.out;
}

TEST_CASE("Node of the default image runs from huge pages, and is the same file there") {
  const Daemon huge({.arguments = {"--huge-pages", "default"}});
  const Daemon plain({.arguments = {"--huge-pages", "none"}});
  const std::string in_huge = Look(huge, "node-26");
  const std::string in_image = Look(plain, "node-26");
  CHECK_THAT(in_image, Catch::StartsWith("image\n"));
  CHECK_THAT(in_huge, Catch::StartsWith("tmpfs\n"));
  CHECK(in_huge.substr(in_huge.find('\n')) == in_image.substr(in_image.find('\n')));
  CHECK_THAT(in_huge, Catch::Contains("\nEROFS\n") && !Catch::Contains("done"));
  CHECK_THAT(Look(huge, "node-24"), Catch::StartsWith("image\n"));
}

TEST_CASE("all images can run from huge pages") {
  const Daemon daemon({.arguments = {"--huge-pages", "all"}});
  for (const char* image : {"node-22", "node-24", "node-26"})
    CHECK_THAT(Look(daemon, image), Catch::StartsWith("tmpfs\n"));
  CHECK_THAT(daemon.log(), !Catch::Contains("huge pages"));
}

}  // namespace
}  // namespace runner::test
