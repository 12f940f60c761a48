// Where reports go: what is replaced, and what cannot be.
#include <catch2/catch.hpp>
#include <filesystem>

#include "runner/ctl/grade/report_place.h"
#include "tests/support/scratch_directory.h"

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

TEST_CASE("a place has no links on the way to it, and may be one") {
  const test::ScratchDirectory scratch;
  const fs::path root = fs::canonical(scratch.path());
  scratch.Add("real/a.xml", "");
  fs::create_directory_symlink("real", scratch / "link");
  fs::create_symlink("a.xml", scratch / "real/b.xml");
  CHECK(PlaceOf(scratch / "link/a.xml") == root / "real/a.xml");
  CHECK(PlaceOf(scratch / "link/b.xml") == root / "real/b.xml");
  CHECK(PlaceOf(scratch / "link/../real/none.xml") == root / "real/none.xml");
}

TEST_CASE("what leads to a descriptor is known, through whatever links") {
  const test::ScratchDirectory scratch;
  fs::create_symlink("/proc/self/fd/1", scratch / "direct");
  fs::create_symlink("direct", scratch / "relative");
  fs::create_directory_symlink("/dev/fd", scratch / "directory");
  fs::create_symlink(scratch.Add("a.xml", ""), scratch / "file");
  fs::create_symlink("endless", scratch / "endless");
  for (const char* const name : {"direct", "relative", "directory/2"}) CHECK(LeadsToDescriptor(scratch / name));
  for (const char* const path : {"/dev/stdout", "/dev/fd/1", "/proc/thread-self/fd/1"}) CHECK(LeadsToDescriptor(path));
  for (const char* const name : {"a.xml", "file", "none", "endless"}) CHECK_FALSE(LeadsToDescriptor(scratch / name));
  CHECK_FALSE(LeadsToDescriptor("/dev/null"));
}

}  // namespace
}  // namespace runner::ctl
