// The layers about files: the same attack with the layer, and with a daemon that does without.
#include "tests/hostile/hostile.h"

namespace runner::test {
namespace {

TEST_CASE_METHOD(Hostile, "read_only_root: not even a directory that is open to all can be written to") {
  // Landlock refuses too, so it is off on both sides.
  const auto write = NativeAttack("write-image");
  SECTION("with it, the image's file system is read-only") {
    const Daemon closed(Without({"landlock"}));
    CHECK(OutputOn(closed, write) == "create EROFS");
  }
  SECTION("without it, the program changes the image for every later run") {
    const Daemon open(Without({"landlock", "read_only_root"}));
    CHECK(OutputOn(open, write) == "create ok");
  }
}

TEST_CASE_METHOD(Hostile, "noexec_tmpfs: what a program writes cannot be loaded as code") {
  SECTION("with it, a library of its own is refused, by dlopen and by mmap") {
    CHECK(Output(Attack("dlopen-written")) == "refused");
    CHECK(Output(NativeAttack("map-written")) == "mmap EPERM\nmprotect EACCES");
  }
  SECTION("without it, the library runs") {
    const Daemon open(Without({"noexec_tmpfs"}));
    CHECK(OutputOn(open, Attack("dlopen-written")) == "loaded");
    CHECK(OutputOn(open, NativeAttack("map-written")) == "mmap ok\nmprotect ok");
  }
}

TEST_CASE_METHOD(Hostile, "restricted_proc: /proc shows the program's own processes and nothing of the kernel") {
  SECTION("with it, there is no kernel and no init to read about") {
    CHECK(Output(Attack("read-file", {"/proc/meminfo"})) == "ENOENT");
    CHECK(Output(Attack("read-file", {"/proc/1/status"})) == "ENOENT");
  }
  SECTION("without it, both are there") {
    const Daemon open(Without({"restricted_proc"}));
    CHECK(OutputOn(open, Attack("read-file", {"/proc/meminfo"})).starts_with("MemTotal"));
    CHECK(OutputOn(open, Attack("read-file", {"/proc/1/status"})).starts_with("Name:"));
  }
}

TEST_CASE_METHOD(Hostile, "landlock: files under /proc cannot be written to") {
  SECTION("with it, the program cannot choose who dies first when memory is short") {
    CHECK(Output(Attack("raise-oom-score")) == "EACCES");
  }
  SECTION("without it, it can") {
    const Daemon open(Without({"landlock"}));
    CHECK(OutputOn(open, Attack("raise-oom-score")) == "written");
  }
}

TEST_CASE_METHOD(Hostile, "closed_fds: the program starts with descriptors 0, 1 and 2 and no other") {
  SECTION("with it, every number up to 65535 is tried and three are open") {
    CHECK(Output(NativeAttack("descriptors")) == "0 1 2 ");
  }
  SECTION("without it, init's control socket and the pipes come along") {
    const Daemon open(Without({"closed_fds"}));
    const std::string descriptors = OutputOn(open, NativeAttack("descriptors"));
    CHECK(descriptors.starts_with("0 1 2 200 201 "));
  }
}

}  // namespace
}  // namespace runner::test
