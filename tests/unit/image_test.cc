#include "runner/sandbox/image.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/scratch_directory.h"

namespace runner {
namespace {

namespace fs = std::filesystem;

class Images : public test::ScratchDirectory {
 public:
  void AddImage(const std::string& name, const std::string& json, fs::perms node = fs::perms::owner_all) const {
    fs::create_directories(path() / name / "root/usr/bin");
    std::ofstream(path() / name / "image.json") << json;
    std::ofstream(path() / name / "root/usr/bin/node") << "not really";
    fs::permissions(path() / name / "root/usr/bin/node", node);
  }
  [[nodiscard]] std::string LoadError() const {
    const auto images = LoadImages(path());
    return images ? "" : images.error().ToString();
  }
};

std::string Manifest(const std::string& name) {
  return R"({"name":")" + name + R"(","node_version":"26.1.0","tree_hash":"sha256:0","packages":["left-pad@1.0.0"]})";
}

TEST_CASE("images are read with their roots, by name") {
  const Images directory;
  directory.AddImage("node-26", Manifest("node-26"));
  directory.AddImage("node-22", Manifest("node-22"));
  fs::create_directory(directory.path() / ".building");
  const auto images = LoadImages(directory.path());
  REQUIRE(images.has_value());
  REQUIRE(images->size() == 2);
  const Image& image = images->at("node-26");
  CHECK(image.node_version == "26.1.0");
  CHECK(image.tree_hash == "sha256:0");
  CHECK(image.packages == std::vector<std::string>{"left-pad@1.0.0"});
  struct stat status {};
  REQUIRE(fstat(image.root.get(), &status) == 0);
  CHECK(S_ISDIR(status.st_mode));
}

TEST_CASE("an image that cannot work is refused with its file and what is missing") {
  const Images directory;
  CHECK_THAT(directory.LoadError(), Catch::Contains("no image"));
  SECTION("no image.json") {
    fs::create_directories(directory.path() / "node-26/root");
    CHECK_THAT(directory.LoadError(), Catch::Contains("image.json"));
  }
  SECTION("not JSON") {
    directory.AddImage("node-26", "{");
    CHECK_THAT(directory.LoadError(), Catch::Contains("expected a JSON object"));
  }
  SECTION("a key is missing") {
    directory.AddImage("node-26", R"({"name":"node-26","node_version":"26.1.0","packages":[]})");
    CHECK_THAT(directory.LoadError(), Catch::Contains("expected \"tree_hash\""));
  }
  SECTION("another name") {
    directory.AddImage("node-26", Manifest("node-27"));
    CHECK_THAT(directory.LoadError(), Catch::Contains("expected the \"name\" to be the directory's, node-26"));
  }
  SECTION("a Node that is not executable") {
    directory.AddImage("node-26", Manifest("node-26"), fs::perms::owner_read);
    CHECK_THAT(directory.LoadError(), Catch::Contains("/usr/bin/node") && Catch::Contains("EACCES"));
  }
  SECTION("a root that is a symbolic link") {
    directory.AddImage("node-26", Manifest("node-26"));
    fs::rename(directory.path() / "node-26/root", directory.path() / "node-26/elsewhere");
    fs::create_symlink("elsewhere", directory.path() / "node-26/root");
    CHECK_FALSE(directory.LoadError().empty());
  }
}

TEST_CASE("a directory of images that is not there is an error") {
  CHECK_FALSE(LoadImages("/nonexistent/images").has_value());
}

}  // namespace
}  // namespace runner
