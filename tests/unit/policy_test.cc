#include "runner/sandbox/policy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/support/scratch_directory.h"

namespace runner {
namespace {

namespace fs = std::filesystem;
using Catch::Contains;

const fs::path kPolicies = RUNNER_SOURCE_DIR "/policies";

std::string ReadText(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// A small policy with everything in it; line numbers matter to the tests below.
constexpr char kSmall[] = R"(name: small
description: A policy.
limits:
  default: {wall_time: 1s, cpu_time: 1s, memory: 64MiB, output: 1K, threads: 24, workspace: 64K}
  maximum: {wall_time: 2s, cpu_time: 2s, memory: 1GiB, output: 1M, threads: 99, workspace: 1M}
fixed: {cpu: 1.5, tmp: 1MiB, inodes: 100, open_files: 256}
network: none
start_node: true
seccomp:
  defaultAction: SCMP_ACT_ERRNO
  defaultErrnoRet: 38
  knownErrnoRet: 1
  architectures: [SCMP_ARCH_X86_64]
  syscalls:
    - {names: [read, write], action: SCMP_ACT_ALLOW, comment: the minimum}
    - {names: [ioctl], action: SCMP_ACT_ALLOW, args: [{index: 1, op: SCMP_CMP_EQ, value: 0x5401}]}
)";

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// What is wrong with a policy, without the directory it is in.
std::string Mistake(const std::string& text, const std::string& file = "small.yaml") {
  const test::ScratchDirectory directory;
  directory.Add(file, text);
  const auto policy = LoadPolicy(directory.path() / file);
  return policy.has_value() ? "" : policy.error().ToString().substr(directory.path().string().size() + 1);
}

// The same after one replacement in kSmall.
std::string Mistake(const char* from, const char* to) { return Mistake(Replaced(kSmall, from, to)); }

TEST_CASE("the lesson policy has the limits that lessons are promised") {
  const auto loaded = LoadPolicy(kPolicies / "lesson.yaml");
  REQUIRE(loaded.has_value());
  const Policy& policy = *loaded;
  CHECK(policy.name == "lesson");
  CHECK(policy.default_limits.wall_time == std::chrono::seconds(10));
  CHECK(policy.default_limits.cpu_time == std::chrono::seconds(5));
  CHECK(policy.default_limits.memory_bytes == 256U << 20U);
  CHECK(policy.default_limits.output_bytes == 1U << 20U);
  CHECK(policy.default_limits.threads == 64);
  CHECK(policy.default_limits.workspace_bytes == 16U << 20U);
  CHECK(policy.maximum_limits.output_bytes >= 200'000'000);
  CHECK(policy.fixed.cpu_millicores == 1000);
  CHECK(policy.network == Policy::Network::kLoopback);
  CHECK_FALSE(policy.may_start_node);
}

TEST_CASE("all policies load, and only cluster may start Node again") {
  const auto policies = LoadPolicies(kPolicies);
  REQUIRE(policies.has_value());
  REQUIRE(policies->size() == 3);
  for (const auto& [name, policy] : *policies) {
    CHECK(name == policy.name);
    CHECK(policy.may_start_node == (name == "cluster"));
    CHECK_FALSE(policy.description.empty());
  }
}

TEST_CASE("every key of a policy arrives") {
  const test::ScratchDirectory directory;
  directory.Add("small.yaml", kSmall);
  const auto policy = LoadPolicy(directory.path() / "small.yaml");
  REQUIRE(policy.has_value());
  CHECK(policy->maximum_limits.wall_time == std::chrono::seconds(2));
  CHECK(policy->maximum_limits.threads == 99);
  CHECK(policy->fixed.cpu_millicores == 1500);
  CHECK(policy->fixed.tmp_bytes == 1U << 20U);
  CHECK(policy->fixed.tmpfs_inodes == 100);
  CHECK(policy->fixed.open_files == 256);
  CHECK(policy->network == Policy::Network::kNone);
  CHECK(policy->may_start_node);
}

TEST_CASE("the program is sealed: nobody can change it any more") {
  const auto policy = LoadPolicy(kPolicies / "lesson.yaml");
  REQUIRE(policy.has_value());
  const int fd = policy->seccomp_program.get();
  CHECK(fcntl(fd, F_GET_SEALS) == (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE));
  CHECK(write(fd, "x", 1) == -1);
  CHECK(ftruncate(fd, 0) == -1);
  CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
  struct stat status {};
  REQUIRE(fstat(fd, &status) == 0);
  CHECK(status.st_size % 8 == 0);
  CHECK(status.st_size / 8 <= 4096);
}

TEST_CASE("mistakes in a policy are told with line, expectation and value") {
  CHECK(Mistake(kSmall).empty());
  CHECK_THAT(Mistake("network: none", "netwrk: none"),
             Contains("small.yaml:7: expected one of name,") && Contains("not \"netwrk\""));
  CHECK_THAT(Mistake("network: none\n", ""), Contains("small.yaml:1: expected \"network\" in a policy"));
  CHECK(Mistake("network: none", "network: all") == "small.yaml:7: expected none or loopback, not \"all\"");
  CHECK(Mistake("start_node: true", "start_node: yes") == "small.yaml:8: expected true or false, not \"yes\"");
  CHECK_THAT(Mistake("{wall_time: 2s", "{wall_time: 2"), Contains("small.yaml:5: expected a duration such as 10s"));
  CHECK_THAT(Mistake("memory: 1GiB", "memory: lots"), Contains("small.yaml:5: expected a size"));
  CHECK_THAT(Mistake("cpu: 1.5", "cpu: many"), Contains("small.yaml:6: expected a number of cores"));
  CHECK_THAT(Mistake("name: small", "name: big"),
             Contains("small.yaml:1: expected the name of the file, \"small\", not \"big\""));
  CHECK_THAT(Mistake("description: A policy.", "description: [a]"),
             Contains("small.yaml:2: expected a description, not a list"));
  CHECK_THAT(Mistake("network: none", "network: none\nnetwork: none"),
             Contains("small.yaml:8: expected \"network\" once"));
  CHECK_THAT(Mistake("network: none", "network: {"), Contains("expected valid YAML"));
  CHECK_THAT(Mistake(std::string("")), Contains("small.yaml:1: expected a policy: a map of name"));
}

TEST_CASE("a default above its maximum and a limit below what Node needs are mistakes") {
  CHECK(Mistake("{wall_time: 1s", "{wall_time: 3s") ==
        "small.yaml:4: expected a duration such as 10s or 500ms, in [1 ms, 2 s], not \"3s\"");
  CHECK_THAT(Mistake("threads: 24", "threads: 23"),
             Contains("small.yaml:4: expected a number in [24, 99], not \"23\""));
  CHECK_THAT(Mistake("memory: 64MiB", "memory: 32MiB"), Contains("in [64 MiB, 1 GiB]"));
}

TEST_CASE("mistakes in the system calls are told with line, expectation and value") {
  CHECK_THAT(Mistake("[read, write]", "[read, wriet]"),
             Contains("small.yaml:15: expected the name of a system call of x86-64, not \"wriet\""));
  CHECK_THAT(Mistake("[read, write]", "[socketcall]"), Contains("of x86-64, not \"socketcall\""));
  CHECK_THAT(Mistake("[read, write]", "[execve]"),
             Contains("small.yaml:15: expected start_node to decide about execve"));
  CHECK_THAT(Mistake("[read, write]", "[read, read]"), Contains("expected read once: line 15 decides it"));
  CHECK_THAT(Mistake("[read, write]", "[]"), Contains("expected a list of system calls"));
  CHECK_THAT(Mistake("SCMP_ACT_ALLOW, comment", "SCMP_ACT_LOG, comment"),
             Contains("small.yaml:15: expected SCMP_ACT_ALLOW, SCMP_ACT_ERRNO,") && Contains("not \"SCMP_ACT_LOG\""));
  CHECK_THAT(Mistake("SCMP_ACT_ALLOW, comment", "SCMP_ACT_ERRNO, comment"), Contains("expected \"errnoRet\""));
  CHECK_THAT(Mistake("SCMP_ACT_ALLOW, comment", "SCMP_ACT_ALLOW, errnoRet: 1, comment"),
             Contains("only with SCMP_ACT_ERRNO"));
  CHECK_THAT(Mistake("SCMP_CMP_EQ", "SCMP_CMP_GT"),
             Contains("small.yaml:16: expected SCMP_CMP_EQ or SCMP_CMP_MASKED_EQ"));
  CHECK_THAT(Mistake("0x5401", "TCGETS"), Contains("expected a number in [0,"));
  CHECK_THAT(Mistake("{index: 1", "{index: 6"), Contains("expected a number in [0, 5], not \"6\""));
  CHECK_THAT(Mistake("SCMP_CMP_EQ, value: 0x5401", "SCMP_CMP_MASKED_EQ, value: 0xff, valueTwo: 0x100"),
             Contains("within the mask"));
  CHECK_THAT(Mistake("defaultAction: SCMP_ACT_ERRNO", "defaultAction: SCMP_ACT_ALLOW"),
             Contains("small.yaml:10: expected SCMP_ACT_ERRNO, not \"SCMP_ACT_ALLOW\""));
  CHECK_THAT(Mistake("SCMP_ARCH_X86_64", "SCMP_ARCH_X86"), Contains("small.yaml:13: expected SCMP_ARCH_X86_64"));
  CHECK_THAT(Mistake("defaultErrnoRet: 38", "defaultErrnoRet: 0"), Contains("expected a number in [1, 4095]"));
  CHECK_THAT(Mistake("[{index: 1, op: SCMP_CMP_EQ, value: 0x5401}]",
                     "[{index: 1, op: SCMP_CMP_EQ, value: 1}, {index: 1, op: SCMP_CMP_EQ, value: 2}, "
                     "{index: 2, op: SCMP_CMP_EQ, value: 3}]"),
             Contains("expected comparisons of one argument, or one comparison of each argument"));
}

TEST_CASE("a policy can start from the system calls of another, and its mistakes are told with both lines") {
  const test::ScratchDirectory directory;
  const std::string text = kSmall;
  const std::string head = Replaced(text.substr(0, text.find("seccomp:")), "name: small", "name: other");
  const auto load = [&](const std::string& seccomp) {
    directory.Add("other.yaml", head + seccomp);
    const auto policy = LoadPolicy(directory.path() / "other.yaml");
    return policy.has_value() ? "" : policy.error().ToString();
  };
  directory.Add("small.yaml", kSmall);
  CHECK(load("seccomp: {extends: small.yaml}\n").empty());
  CHECK(load("seccomp:\n  extends: small.yaml\n  syscalls: [{names: [read], action: SCMP_ACT_NOTIFY}]\n").empty());
  CHECK_THAT(load("seccomp: {extends: gone.yaml}\n"),
             Contains("other.yaml:9: expected a policy to extend") && Contains("ENOENT"));
  CHECK_THAT(load("seccomp: {extends: ../small.yaml}\n"), Contains("in the same directory"));
  CHECK_THAT(load("seccomp: {extends: small.yaml, defaultErrnoRet: 1}\n"),
             Contains("expected no defaultErrnoRet beside extends"));
  CHECK_THAT(load("seccomp: {extends: other.yaml}\n"), Contains("extends no other"));
  directory.Add("small.yaml", Replaced(kSmall, "[read, write]", "[raed]"));
  CHECK_THAT(load("seccomp: {extends: small.yaml}\n"), Contains("other.yaml:9:") && Contains("small.yaml:15:"));
}

TEST_CASE("one broken policy in a directory is one too many") {
  const test::ScratchDirectory directory;
  CHECK_FALSE(LoadPolicies(directory.path()).has_value());
  directory.Add("small.yaml", kSmall);
  directory.Add("README.md", "not a policy");
  CHECK(LoadPolicies(directory.path()).has_value());
  directory.Add("zoo.yaml", ReadText(kPolicies / "lesson.yaml"));
  const auto policies = LoadPolicies(directory.path());
  REQUIRE_FALSE(policies.has_value());
  CHECK_THAT(policies.error().ToString(), Contains("zoo.yaml:") && Contains("expected the name of the file"));
}

TEST_CASE("system calls have names") {
  CHECK(SyscallName(101) == "ptrace");
  CHECK(SyscallName(0) == "read");
  CHECK(SyscallName(999'999).empty());
  CHECK(SyscallName(-1).empty());
}

}  // namespace
}  // namespace runner
