#include "tests/hostile/hostile.h"

namespace runner::test {
namespace {

using std::chrono::milliseconds;

TEST_CASE_METHOD(Hostile, "nothing of the host can be read") { CHECK(Output(Attack("read-secrets")) == "nothing"); }

TEST_CASE_METHOD(Hostile, "setuid bits and links mean nothing") {
  const std::string out = Output(Attack("special-files"));
  INFO(out);
  CHECK(out.find("ENOENT") != std::string::npos);  // the link to /etc/shadow
  CHECK((out.ends_with("EXDEV") || out.ends_with("EPERM") || out.ends_with("EROFS") || out.ends_with("EACCES")));
}

TEST_CASE_METHOD(Hostile, "a full /tmp is ENOSPC at the quota, and the run goes on") {
  const std::string out = Output(Attack("fill-tmp"));
  CHECK((out == "ENOSPC 15\nthere is room again" || out == "ENOSPC 16\nthere is room again"));
}

TEST_CASE_METHOD(Hostile, "a million empty files meet the cap on inodes, and are gone within a second") {
  const Outcome outcome = Run(Attack("million-files"));
  INFO(outcome.Describe());
  CHECK(outcome.out.starts_with("ENOSPC 40"));
  CHECK(outcome.took <= WallTime(outcome.result) + Slowed(milliseconds(1000)));
}

TEST_CASE_METHOD(Hostile, "a sparse file of a TiB is refused") { CHECK(Output(Attack("sparse-terabyte")) == "EFBIG"); }

TEST_CASE_METHOD(Hostile, "a tree deeper than any path can name does not hold up the end") {
  const Outcome outcome = Run(Attack("deep-tree"));
  INFO(outcome.Describe());
  CHECK(outcome.out == "2000\n");
  CHECK(outcome.took <= WallTime(outcome.result) + Slowed(milliseconds(1000)));
}

TEST_CASE_METHOD(Hostile, "nothing of one run is visible to the next") {
  CHECK(Output(Attack("leave-marks")) == "/tmp\n/workspace");
  CHECK(Output(Attack("look-for-marks")) == "0 look-for-marks.mjs\nfalse");
}

}  // namespace
}  // namespace runner::test
