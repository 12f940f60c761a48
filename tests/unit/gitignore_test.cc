#include "runner/ctl/gitignore.h"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "runner/ctl/directory_walk.h"
#include "tests/support/scratch_directory.h"

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

struct Case {
  const char* rules;
  const char* path;  // a directory's ends with '/'
  bool left_out;
};

bool LeavesOut(const std::string& rules, std::string path) {
  const bool is_directory = path.ends_with('/');
  if (is_directory) path.pop_back();
  return GitIgnore(rules).Decide(path, is_directory).value_or(false);
}

TEST_CASE("rules of .gitignore mean what gitignore(5) says", "[ctl]") {
  const auto one = GENERATE(values<Case>({
      {"*.log", "a.log", true},
      {"*.log", "deep/down/a.log", true},
      {"*.log", "a.log/", true},
      {"*.log", "a.txt", false},
      {"build/", "build/", true},
      {"build/", "build", false},
      {"build/", "x/build/", true},
      {"/build", "build", true},
      {"/build", "x/build", false},
      {"doc/frotz", "doc/frotz", true},
      {"doc/frotz", "a/doc/frotz", false},
      {"**/foo", "foo", true},
      {"**/foo", "a/b/foo", true},
      {"abc/**", "abc/x/y", true},
      {"abc/**", "abc/", false},
      {"a/**/b", "a/b", true},
      {"a/**/b", "a/x/y/b", true},
      {"a/**/b", "ab", false},
      {"a/*/b", "a/x/b", true},
      {"a/*/b", "a/x/y/b", false},
      {"*.log\n!keep.log", "keep.log", false},
      {"!keep.log\n*.log", "keep.log", true},
      {"# comment\n\n", "# comment", false},
      {"\\#file", "#file", true},
      {"\\!file", "!file", true},
      {"trailing   ", "trailing", true},
      {"trailing\\ ", "trailing ", true},
      {"trailing\\ ", "trailing", false},
      {" leading", " leading", true},
      {"windows\r\n*.txt\r\n", "windows", true},
      {"\xef\xbb\xbfmarked", "marked", true},
      {"[ab].c", "a.c", true},
      {"[!ab].c", "a.c", false},
      {"[!ab].c", "x.c", true},
      {"[^ab].c", "x.c", true},
      {"[a-c]", "b", true},
      {"[]]", "]", true},
      {"[]-]", "-", true},
      {"[[:digit:]x]", "7", true},
      {"[[:digit:]x]", "x", true},
      {"[[:nonsense:]]", "n", false},
      {"[", "[", false},
      {"a[", "a[", false},
      {"?", "x", true},
      {"a?b", "a/b", false},
      {"\\*", "*", true},
      {"\\*", "x", false},
      {"a\\", "a", false},
      {"a\\", "a\\", false},
      {"**", "x", true},
      {"a**b", "axxb", true},
      {"x/a**b", "x/ay/b", false},
      {"/", "x", false},
      {"/*\n!/src/", "src/", false},
      {"/*\n!/src/", "lib/", true},
      {"no-newline-at-the-end", "no-newline-at-the-end", true},
  }));
  CAPTURE(one.rules, one.path);
  CHECK(LeavesOut(one.rules, one.path) == one.left_out);
}

TEST_CASE("a pattern of many stars takes no time", "[ctl]") {
  std::string pattern;
  for (int i = 0; i < 60; ++i) pattern += "*a";
  const auto begin = std::chrono::steady_clock::now();
  CHECK_FALSE(MatchesPathPattern(pattern + "b", std::string(2000, 'a')));
  CHECK_FALSE(MatchesPathPattern("**/" + pattern + "/**/b", std::string(2000, 'a')));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
}

// The same tree, looked at by git.
class Repository : public test::ScratchDirectory {
 public:
  // What git would take in: tracked or not, and not ignored. Other sources of rules than .gitignore are off.
  [[nodiscard]] std::vector<std::string> Untracked() const {
    const std::string command = "cd '" + path().string() +
                                "' && HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 && export HOME GIT_CONFIG_NOSYSTEM && "
                                "git init -q . && git -c core.excludesFile=/dev/null ls-files -z --others "
                                "--exclude-per-directory=.gitignore > .git/listing";
    // NOLINTNEXTLINE(cert-env33-c): a shell is what is meant
    if (std::system(command.c_str()) != 0) throw std::runtime_error("git");
    std::ifstream file(path() / ".git/listing", std::ios::binary);
    std::vector<std::string> names;
    for (std::string name; std::getline(file, name, '\0');) names.push_back(name);
    std::sort(names.begin(), names.end());
    return names;
  }
};

TEST_CASE("a directory is sent as git sees it", "[ctl]") {
  // NOLINTNEXTLINE(cert-env33-c): a shell is what is meant
  if (std::system("git --version > /dev/null 2>&1") != 0) {
    WARN("there is no git here to compare with");
    return;
  }
  const Repository repository;
  repository.Add(".gitignore",
                 "*.log\n!important.log\n/dist/\nbuild/\n*.tmp\nsecret*\n!secret-not\n/a/**/z\n**/cache\n"
                 "vendor/*\n!vendor/mine/\n[Tt]humbs.db\nfoo\\ bar\nspace \n/only-top\nx/y\n*~\n\\#hash\n"
                 "deep/**\n!deep/**/\n!deep/**/*.keep\nnested/[[:alpha:]]?.js\n");
  repository.Add("lib/.gitignore", "!*.log\n*.txt\n!keep.txt\n/here\n");
  repository.Add("lib/sub/.gitignore", "*.log\n!/a.txt\n");
  for (const char* name : {"main.js",
                           "a.log",
                           "important.log",
                           "dist/x.js",
                           "lib/dist/x.js",
                           "build/x",
                           "lib/build/x",
                           "build2/x",
                           "x.tmp",
                           "secret.key",
                           "secret-not",
                           "lib/secrets/a",
                           "a/z",
                           "a/b/z",
                           "a/b/c/z",
                           "b/a/z",
                           "cache/x",
                           "lib/cache",
                           "vendor/x.js",
                           "vendor/mine/x.js",
                           "vendor/other/x",
                           "Thumbs.db",
                           "lib/thumbs.db",
                           "foo bar",
                           "space",
                           "only-top",
                           "lib/only-top",
                           "x/y",
                           "lib/x/y",
                           "x/z",
                           "file~",
                           "#hash",
                           "lib/a.log",
                           "lib/a.txt",
                           "lib/keep.txt",
                           "lib/here",
                           "lib/sub/here",
                           "lib/sub/a.log",
                           "lib/sub/a.txt",
                           "lib/sub/b.txt",
                           "deep/a",
                           "deep/b.keep",
                           "deep/c/d.keep",
                           "deep/c/e",
                           "nested/ab.js",
                           "nested/a1.js",
                           "nested/1b.js",
                           "nested/abc.js",
                           ".hidden",
                           "lib/.hidden.tmp",
                           "\xc3\xa4/\xc3\xb6.log",
                           "with space/x.log",
                           "with space/y"}) {
    repository.Add(name, "x");
  }
  std::vector<std::string> sent;
  for (const FoundFile& file : WalkDirectory(repository.path(), true).files) sent.push_back(file.name);
  CHECK(sent == repository.Untracked());
  CHECK(WalkDirectory(repository.path(), false).files.size() > sent.size() + 20);
}

}  // namespace
}  // namespace runner::ctl
