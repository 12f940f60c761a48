#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "runner/ctl/output_directory.h"
#include "runner/ctl/usage_error.h"
#include "tests/support/scratch_directory.h"

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

// A directory "out" beside a file "outside" that nothing may touch.
class Place : private test::ScratchDirectory {
 public:
  Place() {
    fs::create_directory(out());
    std::ofstream(outside()) << "untouched";
  }
  [[nodiscard]] fs::path out() const { return path() / "out"; }
  [[nodiscard]] fs::path outside() const { return path() / "outside"; }
};

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

v1::FilePart Part(const std::string& path, const std::string& content, std::uint64_t offset = 0,
                  std::optional<std::uint64_t> size = std::nullopt) {
  v1::FilePart part;
  part.set_path(path);
  part.set_content(content);
  part.set_offset(offset);
  part.set_size(size.value_or(content.size()));
  part.set_mode(0644);
  part.set_last(offset + content.size() == part.size());
  return part;
}

TEST_CASE("collected files are written below the directory, with directories as needed", "[ctl]") {
  const Place place;
  OutputDirectory out(place.out());
  CHECK(out.Take(Part("a/b/c.txt", "one", 0, 6)).empty());
  CHECK_FALSE(fs::exists(place.out() / "a/b/c.txt"));  // not before it is whole
  CHECK(out.Take(Part("a/b/c.txt", "two", 3, 6)).empty());
  CHECK(out.Take(Part("empty", "")).empty());
  CHECK(Read(place.out() / "a/b/c.txt") == "onetwo");
  CHECK(fs::is_regular_file(place.out() / "empty"));
  CHECK_FALSE(out.failed());
  CHECK(std::distance(fs::recursive_directory_iterator(place.out()), {}) == 4);
}

TEST_CASE("a file that is there is replaced, and the execute bit comes with it", "[ctl]") {
  const Place place;
  std::ofstream(place.out() / "tool") << "old and longer";
  OutputDirectory out(place.out());
  v1::FilePart part = Part("tool", "new");
  part.set_mode(0755);
  CHECK(out.Take(part).empty());
  CHECK(Read(place.out() / "tool") == "new");
  CHECK((fs::status(place.out() / "tool").permissions() & fs::perms::owner_exec) != fs::perms::none);
}

TEST_CASE("nothing is ever written through a link, or outside of the directory", "[ctl]") {
  const Place place;
  fs::create_symlink(place.outside(), place.out() / "link");
  fs::create_directory_symlink(place.out().parent_path(), place.out() / "up");
  OutputDirectory out(place.out());
  CHECK(out.Take(Part("link", "x")).empty());  // takes the link's place
  CHECK(fs::is_regular_file(fs::symlink_status(place.out() / "link")));
  CHECK_THAT(out.Take(Part("up/outside", "x")), Catch::Contains("'up' is there and is not a directory"));
  for (const std::string hostile :
       {"../outside", "/etc/x", "a/../../outside", "a//b", "", ".", "..", "a/", "a\nb", "\xff"}) {
    INFO(hostile);
    CHECK_THAT(out.Take(Part(hostile, "x")), Catch::Contains("a path that no file of a workspace has"));
  }
  CHECK(out.failed());
  CHECK(Read(place.outside()) == "untouched");
  CHECK(std::distance(fs::directory_iterator(place.out().parent_path()), {}) == 2);
  CHECK(std::distance(fs::directory_iterator(place.out()), {}) == 2);
}

TEST_CASE("what cannot be written is told once, and the next file is written", "[ctl]") {
  const Place place;
  fs::create_directories(place.out() / "taken");
  std::ofstream(place.out() / "plain") << "x";
  OutputDirectory out(place.out());
  CHECK(out.Take(Part("taken", "a", 0, 2)).empty());
  CHECK_THAT(out.Take(Part("taken", "b", 1, 2)), Catch::Contains("/out/taken'") && Catch::Contains("directory"));
  CHECK_THAT(out.Take(Part("plain/below", "a", 0, 2)), Catch::Contains("'plain' is there and is not a directory"));
  CHECK(out.Take(Part("plain/below", "b", 1, 2)).empty());
  CHECK(out.Take(Part("fine", "fine")).empty());
  CHECK(Read(place.out() / "fine") == "fine");
  CHECK(out.failed());
}

TEST_CASE("parts that do not fit together are no file", "[ctl]") {
  const Place place;
  {
    OutputDirectory out(place.out());
    CHECK_THAT(out.Take(Part("gap", "x", 5, 6)), Catch::Contains("do not fit together"));
    CHECK_THAT(out.Take(Part("long", "xxx", 0, 2)), Catch::Contains("do not fit together"));
    v1::FilePart early = Part("early", "x", 0, 2);
    early.set_last(true);
    CHECK_THAT(out.Take(early), Catch::Contains("do not fit together"));
    CHECK(out.Take(Part("half", "x", 0, 2)).empty());  // and the stream ends
  }
  CHECK(fs::is_empty(place.out()));
}

TEST_CASE("the directory is made where there is none, and refused where there can be none", "[ctl]") {
  const Place place;
  const OutputDirectory made(place.out() / "new/deep/");
  CHECK(fs::is_directory(place.out() / "new/deep"));
  CHECK(made.PathOf("a") == (place.out() / "new/deep/a").string());
  CHECK_THROWS_AS(OutputDirectory(place.outside()), UsageError);
  CHECK_THROWS_WITH(OutputDirectory(place.outside() / "below"), Catch::Contains("--out: cannot write into"));
}

}  // namespace
}  // namespace runner::ctl
