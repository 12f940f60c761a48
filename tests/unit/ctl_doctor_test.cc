#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "runner/ctl/cgroup_layout.h"
#include "runner/ctl/child_probe.h"
#include "runner/ctl/doctor_command.h"

namespace runner::ctl {
namespace {

TEST_CASE("a unified hierarchy is found with the own cgroup in it", "[ctl]") {
  const CgroupLayout layout = ParseCgroupLayout(
      "24 1 0:22 / /proc rw - proc proc rw\n"
      "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
      "0::/user.slice/session-1.scope\n");
  CHECK(layout.v2 == "/sys/fs/cgroup/user.slice/session-1.scope");
  CHECK(layout.v1.empty());
}

TEST_CASE("v1 hierarchies are found by controller, co-mounted ones too", "[ctl]") {
  const CgroupLayout layout = ParseCgroupLayout(
      "31 24 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
      "32 24 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
      "33 24 0:29 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n",
      "5:name=systemd:/init\n3:memory:/a/b\n2:cpu,cpuacct:/\n");
  CHECK(layout.v1.at("cpu") == "/sys/fs/cgroup/cpu,cpuacct");
  CHECK(layout.v1.at("cpuacct") == "/sys/fs/cgroup/cpu,cpuacct");
  CHECK(layout.v1.at("memory") == "/sys/fs/cgroup/memory/a/b");
  CHECK_FALSE(layout.v2);
}

TEST_CASE("a container's mount of its own cgroup is the cgroup", "[ctl]") {
  const CgroupLayout layout = ParseCgroupLayout(
      "32 24 0:28 /docker/x /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n", "3:memory:/docker/x\n");
  CHECK(layout.v1.at("memory") == "/sys/fs/cgroup/memory");
}

TEST_CASE("a probe's failure comes back with its step, and what it changed does not", "[ctl]") {
  const ProbeResult failed = InChild([] {
    errno = EPERM;
    return Tried("unshare", -1);
  });
  CHECK_FALSE(failed.ok());
  CHECK(Describe(failed) == "unshare: Operation not permitted (EPERM)");
  CHECK(InChild([] { return Tried("getpid", ::getpid()); }).ok());
  CHECK(InChild([]() -> ProbeResult { ::_exit(3); }).error == ECHILD);
}

TEST_CASE("runs are possible when nothing is missing, or when a daemon takes them anyway", "[ctl]") {
  const Check fine = {.name = "seccomp", .status = CheckStatus::kOk, .sentence = "ok"};
  const Check warning = {.name = "landlock", .status = CheckStatus::kWarning, .sentence = "no"};
  const Check missing = {.name = "root", .status = CheckStatus::kMissing, .sentence = "you are uid 1000"};
  const Check daemon = {.name = "daemon", .status = CheckStatus::kOk, .sentence = "answers"};
  const Check no_daemon = {.name = "daemon", .status = CheckStatus::kWarning, .sentence = "silent"};
  CHECK(RunsArePossible({fine, warning, no_daemon}));
  CHECK_FALSE(RunsArePossible({fine, missing, no_daemon}));
  CHECK(RunsArePossible({fine, missing, daemon}));
  CHECK(ToJson({missing})["possible"] == false);
  CHECK(ToJson({missing})["checks"][0]["status"] == "missing");
  CHECK_THAT(ToText({fine, missing}), Catch::Contains("missing  root     you are uid 1000\n"));
}

}  // namespace
}  // namespace runner::ctl
