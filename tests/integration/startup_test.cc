// What keeps a daemon from starting, beyond mistakes in its files.
#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "tests/support/daemon.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

// Has everything that an image needs, but for a Node that runs.
class BrokenImage {
 public:
  BrokenImage() {
    std::string name = (fs::temp_directory_path() / "runner-broken.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    directory_ = name;
    fs::permissions(directory_, fs::perms(0755));
    const fs::path root = directory_ / "node-26" / "root";
    for (const char* directory : {"usr/bin", "dev", "etc", "proc", "tmp", "workspace"})
      fs::create_directories(root / directory);
    std::ofstream(root / "usr/bin/node") << "no program";
    fs::permissions(root / "usr/bin/node", fs::perms(0755));
    std::ofstream(directory_ / "node-26" / "image.json")
        << R"({"name":"node-26","node_version":"26.0.0","tree_hash":"none","packages":[]})";
  }
  BrokenImage(const BrokenImage&) = delete;
  BrokenImage& operator=(const BrokenImage&) = delete;
  ~BrokenImage() {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
  }
  [[nodiscard]] const fs::path& directory() const { return directory_; }

 private:
  fs::path directory_;
};

TEST_CASE("a daemon whose first sandbox does not work refuses to start, and says which step failed") {
  const BrokenImage image;
  DaemonOptions options;
  options.images = image.directory();
  try {
    const Daemon daemon(options);
    FAIL_CHECK("it has started");
  } catch (const std::runtime_error& error) {
    CHECK_THAT(error.what(), Catch::Contains("exit code 70"));
    CHECK_THAT(error.what(), Catch::Contains("the first sandbox, image node-26 under lesson, does not work"));
    CHECK_THAT(error.what(), Catch::Contains("ENOEXEC"));
  }
}

}  // namespace
}  // namespace runner::test
