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
#include "tests/support/scratch_directory.h"

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> Names(const Program& program) {
  std::vector<std::string> names;
  for (const v1::File& file : program.files) names.push_back(file.path());
  return names;
}

TEST_CASE("a file is sent under its base name and is the entry", "[ctl]") {
  const test::ScratchDirectory directory;
  const std::string content = {'1', '\0', '2'};
  const Program program = GatherProgram(directory.Add("sub/hello.mjs", content), "");
  REQUIRE(program.files.size() == 1);
  CHECK(program.files[0].path() == "hello.mjs");
  CHECK(program.files[0].content() == content);
  CHECK(program.entry == "hello.mjs");
}

TEST_CASE("--entry renames a single file", "[ctl]") {
  const test::ScratchDirectory directory;
  const Program program = GatherProgram(directory.Add("a.txt", "x"), "src/main.ts");
  CHECK(program.files.at(0).path() == "src/main.ts");
  CHECK(program.entry == "src/main.ts");
}

TEST_CASE("a directory is sent in order, without node_modules and version control", "[ctl]") {
  const test::ScratchDirectory directory;
  directory.Add("main.js", "1");
  directory.Add("lib/b.js", "2");
  directory.Add("lib/a.js", "3");
  directory.Add(".env", "hidden files belong to a program");
  directory.Add("node_modules/x/index.js", "no");
  directory.Add("lib/node_modules/x/index.js", "no");
  directory.Add(".git/config", "no");
  const Program program = GatherProgram(directory.path(), "");
  CHECK(Names(program) == std::vector<std::string>{".env", "lib/a.js", "lib/b.js", "main.js"});
  CHECK(program.entry.empty());
  CHECK(TotalSize(program.files) == 3 + 32);
}

TEST_CASE("what .gitignore leaves out is not sent, and is known", "[ctl]") {
  const test::ScratchDirectory directory;
  directory.Add(".gitignore", "dist/\n*.log\n");
  directory.Add("main.js", "1");
  directory.Add("dist/main.js", "2");
  directory.Add("lib/a.log", "3");
  directory.Add("lib/.gitignore", "!kept.log\n");
  directory.Add("lib/kept.log", "4");
  directory.Add("node_modules/x", "5");
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
    test::ScratchDirectory directory;
    for (const auto& [name, content] : files) directory.Add(name, content);
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
  const test::ScratchDirectory directory;
  directory.Add(".gitignore", "local\n");
  directory.Add("main.js", "");
  directory.Add("lib/rules", "*.js\n");
  directory.Add("lib/a.js", "");
  fs::create_symlink("/etc/hostname", directory.path() / "local");
  fs::create_symlink("rules", directory.path() / "lib/.gitignore");
  CHECK(Names(GatherProgram(directory.path(), "")) ==
        std::vector<std::string>{".gitignore", "lib/.gitignore", "lib/a.js", "lib/rules", "main.js"});
}

TEST_CASE("a file's execute bit goes with it", "[ctl]") {
  const test::ScratchDirectory directory;
  directory.Add("plain.js", "");
  fs::permissions(directory.Add("tool.js", ""), fs::perms::owner_exec, fs::perm_options::add);
  const Program program = GatherProgram(directory.path(), "");
  CHECK_FALSE(program.files.at(0).executable());
  CHECK(program.files.at(1).executable());
}

TEST_CASE("a link inside the directory is sent as a copy, one that leads out is refused", "[ctl]") {
  const test::ScratchDirectory directory;
  directory.Add("a.js", "text");
  fs::create_symlink("a.js", directory.path() / "b.js");
  CHECK(GatherProgram(directory.path(), "").files.at(1).content() == "text");
  fs::create_symlink("/etc/hostname", directory.path() / "c.js");
  CHECK_THROWS_WITH(GatherProgram(directory.path(), ""), Catch::Contains("c.js' is a symbolic link"));
}

TEST_CASE("a link named node_modules is left out like the directory", "[ctl]") {
  const test::ScratchDirectory directory;
  directory.Add("a.js", "");
  fs::create_directory_symlink("/usr/lib", directory.path() / "node_modules");
  CHECK(Names(GatherProgram(directory.path(), "")) == std::vector<std::string>{"a.js"});
}

TEST_CASE("what cannot be in a workspace is named", "[ctl]") {
  const test::ScratchDirectory directory;
  CHECK_THROWS_WITH(GatherProgram(directory.path() / "nope.js", ""), Catch::Contains("No such file or directory"));
  CHECK_THROWS_WITH(GatherProgram(directory.path(), ""), Catch::Contains("holds no files"));
  CHECK_THROWS_WITH(GatherProgram("/dev/null", ""), Catch::Contains("neither a file"));
  directory.Add("a.js", "");
  CHECK_THROWS_WITH(GatherProgram(directory.path(), "b.js"), Catch::Contains("--entry: there is no file 'b.js'"));
  directory.Add("b\n.js", "");
  CHECK_THROWS_WITH(GatherProgram(directory.path(), ""), Catch::Contains("'b\\x0a.js' cannot be sent"));
  fs::remove(directory.path() / "b\n.js");
  REQUIRE(::mkfifo((directory.path() / "pipe").c_str(), 0600) == 0);
  CHECK_THROWS_WITH(GatherProgram(directory.path(), ""), Catch::Contains("pipe' is not a regular file"));
}

TEST_CASE("a directory is gathered whether or not there is something to run", "[ctl]") {
  const test::ScratchDirectory directory;
  CHECK(GatherDirectory(directory.path(), true).files.empty());
  directory.Add("package.json", R"({"main": "dist/app.js"})");
  directory.Add("dist/app.js", "1");
  directory.Add(".gitignore", "dist/\n*.log\n");
  directory.Add("a.log", "");
  directory.Add("node_modules/a.js", "");
  const Program program = GatherDirectory(directory.path(), true);
  CHECK(Names(program) == std::vector<std::string>{".gitignore", "package.json"});
  REQUIRE(IgnoredAs(program.left_out, "dist/app.js") != nullptr);
  CHECK(IgnoredAs(program.left_out, "dist/app.js")->name == "dist/");
  CHECK(IgnoredAs(program.left_out, "a.log") != nullptr);
  CHECK(IgnoredAs(program.left_out, "node_modules/a.js") == nullptr);
  CHECK(IgnoredAs(program.left_out, "") == nullptr);
  CHECK(GatherDirectory(directory.path(), false).files.size() == 4);
}

TEST_CASE("an entry that could leave the workspace is refused", "[ctl]") {
  const test::ScratchDirectory directory;
  const fs::path file = directory.Add("a.js", "");
  for (const char* entry : {"../a.js", "/a.js", "a//b.js", "a/./b.js", "a/", "a/.."}) {
    INFO(entry);
    CHECK_THROWS_AS(GatherProgram(file, entry), UsageError);
  }
}

TEST_CASE("too much is refused before it is read, with the largest files", "[ctl]") {
  const test::ScratchDirectory directory;
  directory.Add("a.js", "1");
  fs::resize_file(directory.Add("data/big.bin", ""), kLargestWorkspace);
  CHECK_THROWS_WITH(GatherProgram(directory.path(), ""), Catch::Contains("the most that can be sent is 64 MiB") &&
                                                             Catch::Contains("'data/big.bin' (64 MiB)"));
  fs::resize_file(directory.Add("one.bin", ""), kLargestWorkspace + 1);
  CHECK_THROWS_AS(GatherProgram(directory.path() / "one.bin", ""), UsageError);
}

}  // namespace
}  // namespace runner::ctl
