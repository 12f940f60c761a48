#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/hostile/hostile.h"
#include "tests/support/scratch_directory.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// Leaves behind what the snippet makes for `what`, and asks for `globs`.
v1::RunRequest Leaving(const std::string& what, const Arguments& globs) {
  v1::RunRequest request = Attack("collect-special", {what});
  for (const std::string& glob : globs) request.add_collect(glob);
  return request;
}

std::string Names(const Outcome& outcome) {
  std::string names;
  for (const auto& [name, content] : outcome.files) names += name + " ";
  return names;
}

TEST_CASE_METHOD(Hostile, "collected links are refused, and no path through one leads anywhere") {
  const Outcome outcome = Run(
      Leaving("links", {"absolute", "upwards", "proc", "loop", "etc/passwd", "init/environ", "alias/file", "real/*"}));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(Names(outcome) == "real/file ");
  for (const char* name : {"absolute", "upwards", "proc", "loop"}) {
    CHECK_THAT(outcome.Refused(), Catch::Contains(std::string(name) + ": is a symbolic link\n"));
  }
  for (const char* name : {"etc", "init", "alias"}) {
    CHECK_THAT(outcome.Refused(),
               Catch::Contains(std::string(name) + ": is a symbolic link, and those are not followed\n"));
  }
  CHECK_THAT(outcome.Refused(), Catch::Contains("etc/passwd: unmatched\n"));
}

TEST_CASE_METHOD(Hostile, "everything of a workspace full of links is told and nothing of it is sent") {
  const Outcome outcome = Run(Leaving("links", {"**"}));
  INFO(outcome.Describe());
  CHECK(Names(outcome) == "collect-special.mjs real/file ");
  CHECK(outcome.result.collected().refused_count() == 7);
}

TEST_CASE_METHOD(Hostile, "a collected hard link is refused under both names") {
  const Outcome outcome = Run(Leaving("hard", {"one", "two", "single"}));
  CHECK(Names(outcome) == "single ");
  CHECK(outcome.Refused() == "one: has 2 names (hard links)\ntwo: has 2 names (hard links)\n");
}

// The policies of the checkout, and "special", under which a program can make what it never can under those.
class SpecialPolicy : public ScratchDirectory {
 public:
  SpecialPolicy() {
    for (const auto& file : fs::directory_iterator(SourceDirectory() / "policies")) {
      if (file.path().extension() == ".yaml") fs::copy(file.path(), path() / file.path().filename());
    }
    std::ifstream grader(path() / "grader.yaml");
    std::string text{std::istreambuf_iterator<char>(grader), std::istreambuf_iterator<char>()};
    text.replace(text.find("name: grader"), 12, "name: special");
    text += "\n  syscalls:\n    - names: [mknod, mknodat]\n      action: SCMP_ACT_ALLOW\n";
    std::ofstream(path() / "special.yaml") << text;
  }
};

TEST_CASE_METHOD(Hostile, "a collected FIFO or socket is refused, and nobody waits for its other end") {
  const SpecialPolicy policies;
  Daemon special({.policies = policies.path()});
  v1::RunRequest request = Under("special", NativeAttack("special-files"));
  request.add_collect("{fifo,socket}");
  request.add_collect("fifo/below");
  const Outcome outcome = RunOn(special, request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  // The third is device 0/0, a whiteout: not every kernel has Landlock refuse that one.
  CHECK_THAT(outcome.out, Catch::StartsWith("fifo ok\nsocket ok\n"));
  CHECK(outcome.files.empty());
  CHECK(outcome.Refused() == "fifo: is a FIFO\nsocket: is a socket\nfifo/below: unmatched\n");
  CHECK(outcome.took < WallTime(outcome.result) + Slowed(milliseconds(1000)));
  CHECK(Output(NativeAttack("special-files")) == "fifo EPERM\nsocket EPERM\ndevice EPERM");
}

TEST_CASE_METHOD(Hostile, "what the program made unreadable stays so") {
  const Outcome outcome = Run(Leaving("modes", {"**"}));
  CHECK(Names(outcome) == "collect-special.mjs open ");
  CHECK(outcome.Refused() ==
        "closed: cannot be entered: its mode does not let the program do so\n"
        "secret: cannot be read: its mode does not let the program do so\n");
}

TEST_CASE_METHOD(Hostile,
                 "names that no path of the API can have are refused, and told without their control characters") {
  const Outcome outcome = Run(Leaving("names", {"**"}));
  INFO(outcome.Describe());
  CHECK(Names(outcome) == "  " + std::string(255, 'a') + " collect-special.mjs ");
  const std::string refused = outcome.Refused();
  CHECK_THAT(refused, Catch::Contains("line\\nbreak: holds a control character"));
  CHECK_THAT(refused, Catch::Contains("bad\\xff: is not valid UTF-8"));
  CHECK_THAT(refused, Catch::Contains("\\x1b[2Jscreen: holds a control character"));
  CHECK_THAT(refused, Catch::Contains("dir\\nwith: holds a control character"));
  CHECK(outcome.result.collected().refused_count() == 4);
}

TEST_CASE_METHOD(Hostile, "a sparse file is capped by its size, not by what it holds") {
  const Outcome outcome = Run(Leaving("sparse", {"*"}));
  INFO(outcome.Describe());
  CHECK(Names(outcome) == "collect-special.mjs small ");
  CHECK_THAT(outcome.Refused(), Catch::StartsWith("huge: has 32 MiB; all files together may have 16 MiB"));
}

TEST_CASE_METHOD(Hostile, "a tree deeper than any path is walked as far as paths go") {
  const Outcome outcome = RunBesideNeighbours(Leaving("deep", {"**/bottom"}));
  INFO(outcome.Describe());
  CHECK(outcome.out == "4000\n");
  CHECK(outcome.files.empty());
  CHECK_THAT(outcome.Refused(),
             Catch::Contains("d/d/d: has more than 64 components") && Catch::Contains("**/bottom: unmatched"));
  CHECK(outcome.took < WallTime(outcome.result) + Slowed(milliseconds(1000)));
}

TEST_CASE_METHOD(Hostile, "as many files as there can be come back, and neighbours go on meanwhile") {
  const Outcome outcome = RunBesideNeighbours(Leaving("wide", {"f*"}));
  INFO(outcome.Fate());
  CHECK(outcome.out == "ENOSPC true\n");
  // Collecting has ten seconds, which are not enough for all of them where everything is slow.
  CHECK(outcome.files.size() > (Slowed(milliseconds(1)) > milliseconds(1) ? 500U : 4000U));
  CHECK(outcome.Refused().empty());
}

TEST_CASE_METHOD(Hostile, "what is refused in masses is counted, and a few are named") {
  const Outcome outcome = Run(Leaving("masses", {"**"}));
  CHECK(outcome.out == "ENOSPC true\n");
  CHECK(outcome.result.collected().refused_size() == 64);
  CHECK(outcome.result.collected().refused_count() > 4000);
  CHECK(outcome.result.ByteSizeLong() < 128 * 1024);
}

TEST_CASE_METHOD(Hostile, "the costliest globs cost next to nothing") {
  v1::RunRequest request = Attack("collect-special", {"wide"});
  std::string glob = "**/";
  while (glob.size() + 2 <= 128) glob += "*x";
  for (int i = 0; i < 31; ++i) request.add_collect(glob + "y" + std::to_string(i % 10));
  const Outcome outcome = RunBesideNeighbours(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.result.collected().unmatched_size() == 31);
  CHECK(outcome.took < WallTime(outcome.result) + Slowed(milliseconds(2000)));
}

TEST_CASE_METHOD(Hostile, "without a pid namespace, where init could end others than its own, nothing is collected") {
  // In a user namespace the /proc of another pid namespace cannot be mounted.
  Daemon daemon_without(Without({"pid_namespace", "user_namespace"}));
  const Outcome outcome = RunOn(daemon_without, Leaving("held", {"*"}));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "SIGNALED 9");
  CHECK(outcome.files.empty());
  CHECK(outcome.result.collected().incomplete() == "the sandbox ended before its files could be read");
}

TEST_CASE_METHOD(Hostile, "a program that kills itself with a file open leaves the file") {
  const Outcome outcome = Run(Leaving("held", {"*"}));
  CHECK(outcome.Fate() == "SIGNALED 9");
  CHECK(Names(outcome) == "collect-special.mjs held ");
  CHECK(outcome.files.at("held") == "content");
}

TEST_CASE_METHOD(Hostile, "init and the daemon are the same to a program whose files are collected") {
  // Init stays only when the program has gone: attacks at it find what they find without.
  for (const char* attack : {"kill-init", "kill-everybody", "hunt-for-control", "list-descriptors"}) {
    const Outcome without = Run(Attack(attack));
    v1::RunRequest request = Attack(attack);
    request.add_collect("nothing");
    const Outcome with = Run(request);
    INFO(attack << " " << with.Describe());
    CHECK(with.Fate() == without.Fate());
    CHECK(with.out == without.out);
  }
}

}  // namespace
}  // namespace runner::test
