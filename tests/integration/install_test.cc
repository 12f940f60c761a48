// cmake --install, and a daemon that runs from there and finds its parts by itself.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/support/client.h"
#include "tests/support/daemon.h"
#include "tests/support/paths.h"
#include "tests/support/process.h"
#include "tests/support/scratch_directory.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

class Installation : public ScratchDirectory {
 public:
  Installation() {
    fs::permissions(path(), fs::perms(0755));
    const Finished finished = RunProgram({RUNNER_CMAKE, "--install", RUNNER_BUILD_DIR, "--prefix", path().string()});
    INFO(finished.err);
    REQUIRE(finished.exit_code == 0);
    ::setenv("RUNNER_BIN_DIR", (path() / "bin").c_str(), 1);
  }
  Installation(const Installation&) = delete;
  Installation& operator=(const Installation&) = delete;
  ~Installation() { ::unsetenv("RUNNER_BIN_DIR"); }
};

TEST_CASE("what is installed is complete, and works where it was put") {
  const Installation installed;
  for (const char* file :
       {"bin/runnerd", "bin/runnerctl", "libexec/runner/runner-launcher", "share/runner/policies/lesson.yaml",
        "share/runner/deploy/runnerd.yaml", "share/runner/deploy/runnerd.service",
        "share/runner/deploy/runner.sysusers", "share/runner/proto/runner/v1/runner.proto",
        "share/doc/runner/README.md", "share/doc/runner/SECURITY.md", "share/doc/runner/LICENSE",
        "share/doc/runner/operating.md", "share/doc/runner/api.md"}) {
    CAPTURE(file);
    CHECK(fs::is_regular_file(installed / file));
  }

  // An empty configuration, so that one in /etc does not count.
  const Finished config = RunProgram({Binary("runnerd").string(), "--config", "/dev/null", "--print-config"});
  INFO(config.err);
  CHECK_THAT(config.out, Catch::Contains("policies: " + (installed / "share/runner/policies").string() + "\n"));
  CHECK_THAT(config.out,
             Catch::Contains("launcher: " + (installed / "libexec/runner/runner-launcher").string() + "\n"));
  const Finished checked = RunProgram(
      {Binary("runnerd").string(), "--config", "/dev/null", "--images", ImagesDirectory().string(), "--check-config"});
  CHECK(checked.err.empty());
  CHECK_THAT(checked.out, Catch::StartsWith("ok: 3 policies, "));

  DaemonOptions options;
  options.policies = installed / "share/runner/policies";
  const Daemon daemon(options);
  const Finished finished =
      RunProgram({Binary("runnerctl").string(), "run", "--address", daemon.address(), "-"}, "console.log('installed')");
  INFO(finished.err);
  CHECK(finished.exit_code == 0);
  CHECK(finished.out == "installed\n");
}

}  // namespace
}  // namespace runner::test
