// Each namespace is needed: the same attack with the layer, and with a daemon that does without.
#include <fcntl.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "runner/base/unique_fd.h"
#include "tests/hostile/hostile.h"
#include "tests/hostile/listener.h"

namespace runner::test {
namespace {

using std::chrono::milliseconds;

std::string HostName() {
  char name[256] = {};
  REQUIRE(::gethostname(name, sizeof(name) - 1) == 0);
  return name;
}

// Host uids of `count` programs that run at the same time.
std::set<uid_t> UidsOfRunsAtOnce(const Daemon& daemon, std::size_t count) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&daemon] {
      auto request = Attack("idle-server");
      (void)RunOn(daemon, WithWallTime(request, Slowed(milliseconds(1500))));
    });
  }
  std::set<uid_t> uids;
  // Node and its init each.
  const bool all =
      Eventually(Slowed(milliseconds(5000)), [&] { return daemon.sandbox_processes().size() >= 2 * count; });
  for (const ProcessInfo& info : daemon.sandbox_processes()) uids.insert(info.uid);
  for (std::thread& thread : threads) thread.join();
  CHECK(all);
  return uids;
}

// Who leaves a chroot is in the root of the mount namespace, and so is who enters the namespace from outside. True when
// the images of all runs can be reached from there.
bool OldRootIsInNamespaceOf(pid_t pid) {
  const UniqueFd mounts(::open(("/proc/" + std::to_string(pid) + "/ns/mnt").c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(mounts);
  const pid_t child = ::fork();
  if (child == 0) {
    // One of many threads was cloned: nothing but system calls from here on.
    if (::setns(mounts.get(), CLONE_NEWNS) != 0) ::_exit(2);
    ::_exit(::access("/images", F_OK) == 0 ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) < 2);
  return WEXITSTATUS(status) == 0;
}

bool OldRootIsInReach(const Daemon& daemon) {
  Client client(daemon);
  InteractiveRun run(client, Attack("idle-server"));
  REQUIRE(run.AwaitStarted());
  const std::vector<pid_t> inits = daemon.init_pids();
  REQUIRE(inits.size() == 1);
  const bool in_reach = OldRootIsInNamespaceOf(inits.front());
  (void)run.Cancel();
  (void)run.Finish();
  return in_reach;
}

TEST_CASE_METHOD(Hostile, "user_namespace: the program's uid means nothing outside") {
  SECTION("with it, the program is nobody to the files of the host") {
    CHECK(Output(Attack("who-am-i")) == "1000 65534");
  }
  SECTION("without it, it has a real uid and the image belongs to the real root") {
    const Daemon open(Without({"user_namespace"}));
    // The first uid of the range is the daemon's own, and the second was the self-test's.
    CHECK(OutputOn(open, Attack("who-am-i")) == std::to_string(open.first_uid() + 2) + " 0");
  }
}

TEST_CASE_METHOD(Hostile, "own_uid: no two live runs share a host uid", "[cold]") {
  SECTION("with it, three runs are three users") { CHECK(UidsOfRunsAtOnce(daemon(), 3).size() == 3); }
  SECTION("without it, they are one") {
    const Daemon open(Without({"own_uid"}));
    CHECK(UidsOfRunsAtOnce(open, 3).size() == 1);
  }
}

TEST_CASE_METHOD(Hostile, "mount_namespace: the root the sandbox was built from is gone, not hidden", "[cold]") {
  SECTION("with it, there is nothing behind the image") { CHECK_FALSE(OldRootIsInReach(daemon())); }
  SECTION("without it, who gets out of the chroot finds every image") {
    const Daemon open(Without({"mount_namespace"}));
    CHECK(OutputOn(open, Attack("list-root")) == Output(Attack("list-root")));
    CHECK(OldRootIsInReach(open));
  }
}

TEST_CASE_METHOD(Hostile, "pid_namespace: other processes cannot be seen") {
  const auto probe = Attack("probe-process", {std::to_string(::getpid())});
  SECTION("with it, the test's own process is not there") { CHECK(Output(probe) == "ESRCH"); }
  // Only the owner of a pid namespace can mount its /proc, and without one of its own that is the host's.
  SECTION("without the user namespace alone, it is not there either") {
    const Daemon closed(Without({"user_namespace"}));
    CHECK(OutputOn(closed, probe) == "ESRCH");
  }
  SECTION("without both, it is there") {
    const Daemon open(Without({"pid_namespace", "user_namespace"}));
    CHECK(OutputOn(open, probe) == "EPERM");
  }
}

TEST_CASE_METHOD(Hostile, "network_namespace: the host's loopback is another one") {
  const Listener listener = Listener::Tcp();
  const auto connect = Attack("connect", {"127.0.0.1", std::to_string(listener.port())});
  SECTION("with it, nobody listens there") { CHECK(Output(connect) == "ECONNREFUSED"); }
  SECTION("without it, the test's own server is reached") {
    const Daemon open(Without({"network_namespace"}));
    CHECK(OutputOn(open, connect) == "connected");
  }
}

TEST_CASE_METHOD(Hostile, "ipc_namespace: System V segments of the host are not there") {
  const key_t key = 0x72000000 + ::getpid();
  const int segment = ::shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0666);
  REQUIRE(segment >= 0);
  // The filter refuses shmget to begin with, so it is off on both sides.
  const auto attach = NativeAttack("shared-segment", {std::to_string(key)});
  SECTION("with it, the segment does not exist") {
    const Daemon closed(Without({"seccomp"}));
    CHECK(OutputOn(closed, attach) == "shmget ENOENT");
  }
  SECTION("without it, the segment is there for the taking") {
    const Daemon open(Without({"seccomp", "ipc_namespace"}));
    CHECK(OutputOn(open, attach) == "shmget ok");
  }
  CHECK(::shmctl(segment, IPC_RMID, nullptr) == 0);
}

TEST_CASE_METHOD(Hostile, "uts_namespace: the host's name is not visible") {
  SECTION("with it, every sandbox has the same name") { CHECK(Output(Attack("hostname")) == "runner"); }
  SECTION("without it, the program reads the host's name") {
    const Daemon open(Without({"uts_namespace"}));
    CHECK(OutputOn(open, Attack("hostname")) == HostName());
  }
}

TEST_CASE_METHOD(Hostile, "cgroup_namespace: the host's cgroup paths are not visible") {
  const auto read = Attack("read-file", {"/proc/self/cgroup"});
  SECTION("with it, the run's cgroup is the root") { CHECK(Output(read).find("run-") == std::string::npos); }
  SECTION("without it, the path leads through the daemon's cgroups") {
    const Daemon open(Without({"cgroup_namespace"}));
    CHECK(OutputOn(open, read).find("/run-") != std::string::npos);
  }
}

}  // namespace
}  // namespace runner::test
