#include "runner/daemon/uid_range.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/scratch_directory.h"

namespace runner {
namespace {

namespace fs = std::filesystem;

TEST_CASE("a process with a uid of the range is a sharer, and one is named") {
  const test::ScratchDirectory proc;
  for (const char* name : {"17", "18", "self"}) {
    fs::create_directory(proc.path() / name);
    std::ofstream(proc.path() / name / "comm") << "runnerd\n";
  }
  const auto uid = static_cast<std::uint32_t>(getuid());
  const auto sharers = SharersOfUids(uid, 1, proc.path(), "/nonexistent");
  REQUIRE(sharers.size() == 1);
  CHECK_THAT(sharers[0],
             Catch::StartsWith("process 1") && Catch::EndsWith(" (runnerd) has uid " + std::to_string(uid)));
  CHECK(SharersOfUids(uid + 1, 4096, proc.path(), "/nonexistent").empty());
}

TEST_CASE("a range of /etc/subuid that meets ours is a sharer") {
  const test::ScratchDirectory directory;
  const fs::path subuid = directory.path() / "subuid";
  std::ofstream(subuid) << "# a comment\nalice:100000:65536\nbob:165536:65536\nbroken:1\nempty:400000:0\n";
  const auto sharers = [&](std::uint32_t first, std::uint32_t count) {
    return SharersOfUids(first, count, directory.path(), subuid);
  };
  CHECK(sharers(400'000, 4096).empty());
  CHECK(sharers(99'000, 1000).empty());
  CHECK(sharers(231'072, 4096).empty());
  REQUIRE(sharers(99'000, 1001).size() == 1);
  CHECK_THAT(sharers(99'000, 1001)[0], Catch::EndsWith("subuid gives \"alice:100000:65536\" away"));
  CHECK(sharers(165'535, 2).size() == 2);
  CHECK(sharers(110'000, 2).size() == 1);
}

}  // namespace
}  // namespace runner
