// The layers about power: the same attack with the layer, and with a daemon that does without.
#include <sys/syscall.h>

#include <algorithm>
#include <sstream>

#include "tests/hostile/hostile.h"

namespace runner::test {
namespace {

// The value of one line of /proc/self/status.
std::string Status(const Daemon& daemon, const std::string& name) {
  std::istringstream lines(OutputOn(daemon, Attack("read-file", {"/proc/self/status"})));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name + ":\t")) return line.substr(name.size() + 2);
  }
  return "no line " + name;
}

TEST_CASE_METHOD(Hostile, "no_new_privs: no exec can gain a privilege") {
  SECTION("with it, the bit is set") { CHECK(Status(daemon(), "NoNewPrivs") == "1"); }
  // The filter and Landlock ask for it, so they go too.
  SECTION("without it, it is not") {
    const Daemon open(Without({"no_new_privs", "seccomp", "landlock"}));
    CHECK(Status(open, "NoNewPrivs") == "0");
  }
}

TEST_CASE_METHOD(Hostile, "seccomp: a terminal's driver is asked for its modes and its size, and for nothing else") {
  // TIOCSWINSZ, with a size at an address where there is nothing.
  v1::RunRequest request = NativeAttack("call", {std::to_string(SYS_ioctl), "0", std::to_string(0x5414), "0"});
  request.mutable_terminal();
  SECTION("with it, the filter answers") { CHECK(Output(request) == "call ENOTTY\r"); }
  SECTION("without it, the driver does") {
    const Daemon open(Without({"seccomp"}));
    CHECK(OutputOn(open, request) == "call EFAULT\r");
  }
}

TEST_CASE_METHOD(Hostile, "capabilities: every set, the bounding set included, is empty") {
  const std::string none = "0000000000000000";
  SECTION("with it, there is nothing that an exec could give back") {
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) CHECK(Status(daemon(), set) == none);
  }
  SECTION("without it, the bounding set is full") {
    const Daemon open(Without({"capabilities"}));
    CHECK(Status(open, "CapBnd") != none);
  }
}

TEST_CASE_METHOD(Hostile, "seccomp: the kernel is reached through the policy's calls only") {
  const auto netlink = NativeAttack("call", {std::to_string(SYS_socket), "16", "3", "0"});
  const auto ptrace = NativeAttack("call", {std::to_string(SYS_ptrace), "0"});  // PTRACE_TRACEME
  const auto io_uring = NativeAttack("call", {std::to_string(SYS_io_uring_setup), "0", "0"});
  const auto new_user = NativeAttack("call", {std::to_string(SYS_unshare), "0x10000000"});  // CLONE_NEWUSER
  const auto from_memory = NativeAttack("exec-from-memory");
  SECTION("with it, what is refused is refused as a program expects it, and attacks end the run") {
    CHECK(Output(netlink) == "call EAFNOSUPPORT");
    CHECK(Output(io_uring) == "call ENOSYS");
    CHECK(Output(from_memory) == "memfd_create EPERM\nexecveat EPERM");
    CHECK(Fate(ptrace) == "POLICY_VIOLATION ptrace");
    CHECK(Fate(new_user) == "POLICY_VIOLATION unshare");
    CHECK(Output(Attack("start-child")) == "EPERM");
    CHECK(Output(Attack("raise-priority")) == "EPERM");
  }
  SECTION("without it, the calls are made") {
    const Daemon open(Without({"seccomp"}));
    CHECK(OutputOn(open, netlink) == "call ok");
    // EFAULT: the kernel's own code has run, on a null pointer.
    CHECK(OutputOn(open, io_uring) != "call ENOSYS");
    CHECK(OutputOn(open, ptrace) == "call ok");
    CHECK(OutputOn(open, new_user) == "call ok");
    CHECK(OutputOn(open, from_memory).starts_with("memfd_create ok"));
    // A child can be made; that it finds no shell is the image's doing.
    CHECK(OutputOn(open, Attack("start-child")) == "ENOENT");
    CHECK(OutputOn(open, Attack("raise-priority")) != "EPERM");
  }
}

TEST_CASE_METHOD(Hostile, "protections are told: a run without a layer does not claim it") {
  const auto has = [](const Outcome& outcome, const std::string& layer) {
    const auto& all = outcome.result.protections();
    return std::find(all.begin(), all.end(), layer) != all.end();
  };
  CHECK(has(Run(Attack("hello")), "uts_namespace"));
  CHECK(Run(Attack("hello")).result.protections_size() == 20);
  const Daemon open(Without({"uts_namespace"}));
  CHECK_FALSE(has(RunOn(open, Attack("hello")), "uts_namespace"));
}

}  // namespace
}  // namespace runner::test
