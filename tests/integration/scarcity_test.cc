// When the daemon or its host is out of something: descriptors, the right to make a cgroup, a client that reads.
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/warm.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

v1::PoolInfo PoolOf(Client& client) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + Slowed(3s));
  v1::ServerInfo info;
  REQUIRE(client.stub().GetServerInfo(&context, {}, &info).ok());
  return info.pool();
}

// Makes the directories of the daemon's subtrees root's, so that it can make nothing in them, until destroyed.
class Taken {
 public:
  explicit Taken(const Daemon& daemon) : uid_(daemon.first_uid()) {
    for (const fs::path& path : CgroupsNamed("runnerd-" + std::to_string(daemon.pid()) + "-")) {
      if (path.filename().string().starts_with("runnerd-")) directories_.push_back(path);
    }
    REQUIRE_FALSE(directories_.empty());
    Own(0);
  }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;
  ~Taken() { Own(uid_); }

 private:
  void Own(uid_t uid) const {
    for (const fs::path& path : directories_) CHECK(::chown(path.c_str(), uid, uid) == 0);
  }

  uid_t uid_;
  std::vector<fs::path> directories_;
};

TEST_CASE("a pool that cannot make sandboxes waits longer each time, and the daemon answers meanwhile") {
  Daemon daemon({.warm = "{per_image: 2, max: 4}"});
  Client client(daemon);
  AwaitParked(client, 2);
  {
    const Taken taken(daemon);
    for (int i = 0; i < 6; ++i) (void)client.Run(Snippet("console.log(1)"));
    std::this_thread::sleep_for(1s);
    const v1::PoolInfo pool = PoolOf(client);
    INFO(pool.ShortDebugString());
    CHECK(pool.failures_total() > 0);
    CHECK(pool.failures_total() < 10);
    CHECK_THAT(client.Run(Snippet("console.log(1)")).result.message(), Catch::Contains("cgroup"));
  }
  CHECK(client.Run(Snippet("console.log(2)")).out == "2\n");
}

// Lets the daemon have `free` descriptors more than it has, until destroyed.
class FewDescriptors {
 public:
  FewDescriptors(const Daemon& daemon, std::size_t free) : daemon_(daemon) {
    Set(DescriptorsOf(daemon.pid()).size() + free);
  }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;
  ~FewDescriptors() { Set(RLIM_INFINITY); }

 private:
  // By a process of the daemon's own uid, which needs no capability for it.
  void Set(rlim_t most) const {
    const pid_t pid = daemon_.pid();
    const uid_t uid = daemon_.first_uid();
    const pid_t child = ::fork();
    if (child == 0) {
      rlimit limit{};
      const bool done = ::syscall(SYS_setgroups, 0, nullptr) == 0 && ::syscall(SYS_setresgid, uid, uid, uid) == 0 &&
                        ::syscall(SYS_setresuid, uid, uid, uid) == 0 &&
                        ::prlimit(pid, RLIMIT_NOFILE, nullptr, &limit) == 0;
      limit.rlim_cur = std::min(most, limit.rlim_max);
      ::_exit(done && ::prlimit(pid, RLIMIT_NOFILE, &limit, nullptr) == 0 ? 0 : 1);
    }
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }

  const Daemon& daemon_;
};

TEST_CASE("runs for which descriptors are left to some point end with that, and the daemon goes on") {
  Daemon daemon({.warm = GENERATE("{max: 0}", "{per_image: 2, max: 2}")});
  Client client(daemon);
  // Its connection is there, and whatever is opened once.
  REQUIRE(client.Run(Snippet("console.log(1)")).Fate() == "EXITED 0");
  for (std::size_t free = 0; free <= 24; ++free) {
    INFO(free);
    Outcome outcome;
    {
      const FewDescriptors few(daemon, free);
      outcome = client.Run(Snippet("console.log(1)"));
    }
    INFO(outcome.Describe());
    CHECK((outcome.Fate() == "EXITED 0" || outcome.result.verdict() == v1::SETUP_FAILED));
  }
  // The pool may have to wait before it tries again; runs do not.
  CHECK(client.Run(Snippet("console.log(2)")).out == "2\n");
  CHECK(Eventually(Slowed(3s), [&] { return PoolOf(client).running() == 0; }));
}

TEST_CASE("a program is judged by what it did, not by when its client reads that it has started") {
  Daemon daemon;
  const fs::path node = ImagesDirectory() / "node-26/root/usr/bin/node";
  const std::string socket = daemon.address().substr(std::string("unix:").size());
  {
    Process reader({node.string(), (SourceDirectory() / "tests/data/unreading-client.mjs").string(), socket, "1",
                    "console.log(1)"});
    REQUIRE(reader.ReadLine(Slowed(10s)) == "sent");
    std::this_thread::sleep_for(Slowed(2s));
  }
  CHECK(Eventually(Slowed(5s), [&] { return daemon.log().find(" verdict=") != std::string::npos; }));
  CHECK_THAT(daemon.log(), Catch::Contains(" verdict=EXITED exit_code=0 "));
}

TEST_CASE("files that alone are more than the memory limit are a memory limit, and no trouble of the pool's") {
  Daemon daemon({.warm = "{per_image: 2, max: 4}"});
  Client client(daemon);
  v1::RunRequest request = Snippet("console.log(1)");
  request.mutable_limits()->set_memory_bytes(64U << 20U);
  AwaitParked(client, 2);
  v1::File& file = *request.add_files();
  file.set_path("large.bin");
  file.set_content(std::string(60U << 20U, 'x'));
  request.set_policy("grader");
  for (int i = 0; i < 3; ++i) {
    const Outcome outcome = client.Run(request);
    INFO(outcome.Describe());
    CHECK(outcome.Fate() == "MEMORY_LIMIT");
  }
  CHECK(PoolOf(client).failures_total() == 0);
}

}  // namespace
}  // namespace runner::test
