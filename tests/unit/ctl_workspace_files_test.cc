#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "runner/ctl/usage_error.h"
#include "runner/ctl/workspace_files.h"

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

// A directory of the test's own, removed at its end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (fs::temp_directory_path() / "ctl-test-XXXXXX").native();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }

  fs::path Write(const std::string& name, const std::string& content) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << content;
    return path_ / name;
  }

 private:
  fs::path path_;
};

std::vector<std::string> Names(const Program& program) {
  std::vector<std::string> names;
  for (const v1::File& file : program.files) names.push_back(file.path());
  return names;
}

TEST_CASE("a file is sent under its base name and is the entry", "[ctl]") {
  const TemporaryDirectory directory;
  const std::string content = {'1', '\0', '2'};
  const Program program = GatherProgram(directory.Write("sub/hello.mjs", content), "");
  REQUIRE(program.files.size() == 1);
  CHECK(program.files[0].path() == "hello.mjs");
  CHECK(program.files[0].content() == content);
  CHECK(program.entry == "hello.mjs");
}

TEST_CASE("--entry renames a single file", "[ctl]") {
  const TemporaryDirectory directory;
  const Program program = GatherProgram(directory.Write("a.txt", "x"), "src/main.ts");
  CHECK(program.files.at(0).path() == "src/main.ts");
  CHECK(program.entry == "src/main.ts");
}

TEST_CASE("a directory is sent in order, without node_modules and version control", "[ctl]") {
  const TemporaryDirectory directory;
  directory.Write("main.js", "1");
  directory.Write("lib/b.js", "2");
  directory.Write("lib/a.js", "3");
  directory.Write(".env", "hidden files belong to a program");
  directory.Write("node_modules/x/index.js", "no");
  directory.Write("lib/node_modules/x/index.js", "no");
  directory.Write(".git/config", "no");
  const Program program = GatherProgram(directory.path(), "");
  CHECK(Names(program) == std::vector<std::string>{".env", "lib/a.js", "lib/b.js", "main.js"});
  CHECK(program.entry.empty());
  CHECK(TotalSize(program.files) == 3 + 32);
}

TEST_CASE("what .gitignore leaves out is not sent, and is known", "[ctl]") {
  const TemporaryDirectory directory;
  directory.Write(".gitignore", "dist/\n*.log\n");
  directory.Write("main.js", "1");
  directory.Write("dist/main.js", "2");
  directory.Write("lib/a.log", "3");
  directory.Write("lib/.gitignore", "!kept.log\n");
  directory.Write("lib/kept.log", "4");
  directory.Write("node_modules/x", "5");
  const Program program = GatherProgram(directory.path(), "");
  CHECK(Names(program) == std::vector<std::string>{".gitignore", "lib/.gitignore", "lib/kept.log", "main.js"});
  REQUIRE(program.left_out.size() == 3);
  CHECK((program.left_out[0].name == "dist/" && program.left_out[0].by_gitignore));
  CHECK((program.left_out[1].name == "lib/a.log" && program.left_out[1].by_gitignore));
  CHECK((program.left_out[2].name == "node_modules/" && !program.left_out[2].by_gitignore));
  CHECK(GatherProgram(directory.path(), "", /*gitignore=*/false).files.size() == 6);
  CHECK_THROWS_WITH(GatherProgram(directory.path(), "dist/main.js"),
                    Catch::Contains(".gitignore leaves out 'dist/' (--no-gitignore sends it)"));
  CHECK(GatherProgram(directory.path(), "dist/main.js", /*gitignore=*/false).entry == "dist/main.js");
}

TEST_CASE("an entry that is meant and that .gitignore leaves out is told", "[ctl]") {
  const auto complaint = [](const std::map<std::string, std::string>& files) -> std::string {
    TemporaryDirectory directory;
    for (const auto& [name, content] : files) directory.Write(name, content);
    try {
      (void)GatherProgram(directory.path(), "");
      return "";
    } catch (const UsageError& error) {
      return error.what();
    }
  };
  const std::string package = R"({"main": "./dist/app"})";
  CHECK(complaint({{".gitignore", "dist/\n"}, {"package.json", package}, {"dist/app.js", "1"}}) ==
        "main of package.json is 'dist/app': .gitignore leaves out 'dist/' (--no-gitignore sends it)");
  CHECK(complaint({{".gitignore", "index.js\n"}, {"a.ts", "1"}, {"index.js", "1"}}) ==
        "no file to run is named: .gitignore leaves out 'index.js' (--no-gitignore sends it)");
  CHECK(complaint({{".gitignore", "index.js\n"}, {"main.ts", "1"}, {"index.js", "1"}}).empty());
  CHECK(complaint({{".gitignore", "*.log\n"}, {"package.json", package}, {"dist/app.js", "1"}}).empty());
  CHECK(complaint({{".gitignore", "*.log\n"}, {"package.json", "no JSON"}, {"main.js", "1"}}).empty());
}

TEST_CASE("a link that .gitignore leaves out may lead anywhere, and a .gitignore that is a link counts for nothing",
          "[ctl]") {
  const TemporaryDirectory directory;
  directory.Write(".gitignore", "local\n");
  directory.Write("main.js", "");
  directory.Write("lib/rules", "*.js\n");
  directory.Write("lib/a.js", "");
  fs::create_symlink("/etc/hostname", directory.path() / "local");
  fs::create_symlink("rules", directory.path() / "lib/.gitignore");
  CHECK(Names(GatherProgram(directory.path(), "")) ==
        std::vector<std::string>{".gitignore", "lib/.gitignore", "lib/a.js", "lib/rules", "main.js"});
}

TEST_CASE("a file's execute bit goes with it", "[ctl]") {
  const TemporaryDirectory directory;
  directory.Write("plain.js", "");
  fs::permissions(directory.Write("tool.js", ""), fs::perms::owner_exec, fs::perm_options::add);
  const Program program = GatherProgram(directory.path(), "");
  CHECK_FALSE(program.files.at(0).executable());
  CHECK(program.files.at(1).executable());
}

TEST_CASE("a link inside the directory is sent as a copy, one that leads out is refused", "[ctl]") {
  const TemporaryDirectory directory;
  directory.Write("a.js", "text");
  fs::create_symlink("a.js", directory.path() / "b.js");
  CHECK(GatherProgram(directory.path(), "").files.at(1).content() == "text");
  fs::create_symlink("/etc/hostname", directory.path() / "c.js");
  CHECK_THROWS_WITH(GatherProgram(directory.path(), ""), Catch::Contains("c.js' is a symbolic link"));
}

TEST_CASE("a link named node_modules is left out like the directory", "[ctl]") {
  const TemporaryDirectory directory;
  directory.Write("a.js", "");
  fs::create_directory_symlink("/usr/lib", directory.path() / "node_modules");
  CHECK(Names(GatherProgram(directory.path(), "")) == std::vector<std::string>{"a.js"});
}

TEST_CASE("what cannot be in a workspace is named", "[ctl]") {
  const TemporaryDirectory directory;
  CHECK_THROWS_WITH(GatherProgram(directory.path() / "nope.js", ""), Catch::Contains("No such file or directory"));
  CHECK_THROWS_WITH(GatherProgram(directory.path(), ""), Catch::Contains("holds no files"));
  CHECK_THROWS_WITH(GatherProgram("/dev/null", ""), Catch::Contains("neither a file"));
  directory.Write("a.js", "");
  CHECK_THROWS_WITH(GatherProgram(directory.path(), "b.js"), Catch::Contains("--entry: there is no file 'b.js'"));
  directory.Write("b\n.js", "");
  CHECK_THROWS_WITH(GatherProgram(directory.path(), ""), Catch::Contains("'b\\x0a.js' cannot be sent"));
  fs::remove(directory.path() / "b\n.js");
  REQUIRE(::mkfifo((directory.path() / "pipe").c_str(), 0600) == 0);
  CHECK_THROWS_WITH(GatherProgram(directory.path(), ""), Catch::Contains("pipe' is not a regular file"));
}

TEST_CASE("an entry that could leave the workspace is refused", "[ctl]") {
  const TemporaryDirectory directory;
  const fs::path file = directory.Write("a.js", "");
  for (const char* entry : {"../a.js", "/a.js", "a//b.js", "a/./b.js", "a/", "a/.."}) {
    INFO(entry);
    CHECK_THROWS_AS(GatherProgram(file, entry), UsageError);
  }
}

TEST_CASE("too much is refused before it is read, with the largest files", "[ctl]") {
  const TemporaryDirectory directory;
  directory.Write("a.js", "1");
  fs::resize_file(directory.Write("data/big.bin", ""), kLargestWorkspace);
  CHECK_THROWS_WITH(GatherProgram(directory.path(), ""), Catch::Contains("the most that can be sent is 64 MiB") &&
                                                             Catch::Contains("'data/big.bin' (64 MiB)"));
  fs::resize_file(directory.Write("one.bin", ""), kLargestWorkspace + 1);
  CHECK_THROWS_AS(GatherProgram(directory.path() / "one.bin", ""), UsageError);
}

}  // namespace
}  // namespace runner::ctl
