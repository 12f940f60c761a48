#include "runner/sandbox/glob.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

namespace runner {
namespace {

bool Matches(const std::string& glob, const std::string& path) {
  const Result<Glob> parsed = Glob::Parse(glob);
  INFO(glob << (parsed ? "" : " " + parsed.error().step));
  REQUIRE(parsed.has_value());
  return parsed->Matches(path);
}

std::string Wrong(const std::string& glob) {
  const Result<Glob> parsed = Glob::Parse(glob);
  return parsed ? "" : parsed.error().step;
}

struct Case {
  const char* glob;
  const char* path;
  bool matches;
};

TEST_CASE("a glob matches the whole path, and * stays within a name") {
  const auto one = GENERATE(values<Case>({
      {"a.json", "a.json", true},
      {"a.json", "b/a.json", false},
      {"a.json", "a.jsonx", false},
      {"a.json", "xa.json", false},
      {"*.json", "a.json", true},
      {"*.json", ".json", true},
      {"*.json", ".hidden.json", true},
      {"*.json", "b/a.json", false},
      {"*", "a/b", false},
      {"*", ".env", true},
      {"*/*", "a/b", true},
      {"*/*", "a/b/c", false},
      {"a*b*c", "aXXbYYc", true},
      {"a*b*c", "abc", true},
      {"a*b*c", "acb", false},
      {"*a*a*a*", "banana", true},
      {"*a*a*a*a*", "banana", false},
      {"a***b", "ab", true},
      {"?", "a", true},
      {"?", "", false},
      {"a?c", "a/c", false},
      {"??", "a", false},
      {"out/*.txt", "out/x.txt", true},
      {"out/*.txt", "out/sub/x.txt", false},
  }));
  CAPTURE(one.glob, one.path);
  CHECK(Matches(one.glob, one.path) == one.matches);
}

TEST_CASE("** is any number of directories, and at the end everything below") {
  const auto one = GENERATE(values<Case>({
      {"**", "a", true},
      {"**", "a/b/.c", true},
      {"**/a.js", "a.js", true},
      {"**/a.js", "x/a.js", true},
      {"**/a.js", "x/y/z/a.js", true},
      {"**/a.js", "xa.js", false},
      {"**/a.js", "x/ya.js", false},
      {"**/*.js", "x/y.js", true},
      {"x/**/y", "x/y", true},
      {"x/**/y", "x/1/2/y", true},
      {"x/**/y", "xy", false},
      {"x/**/y", "x/1y", false},
      {"x/**", "x/a", true},
      {"x/**", "x/a/b", true},
      {"x/**", "x", false},
      {"x/**", "y/a", false},
      {"**/x/**", "x/a", true},
      {"**/x/**", "1/2/x/3/4", true},
      {"**/x/**", "1/xx/3", false},
      {"**/**/**/a", "a", true},
      {"**/**/**/a", "b/c/a", true},
      {"x**y", "xaay", true},
      {"x**y", "xa/ay", false},
      {"**x", "a/x", false},
      {"**x", "ax", true},
  }));
  CAPTURE(one.glob, one.path);
  CHECK(Matches(one.glob, one.path) == one.matches);
}

TEST_CASE("sets, escapes and choices") {
  const auto one = GENERATE(values<Case>({
      {"[abc].js", "b.js", true},
      {"[abc].js", "d.js", false},
      {"[a-c0-9]", "7", true},
      {"[!a-c]", "d", true},
      {"[!a-c]", "b", false},
      {"[^a]", "b", true},
      {"[!a]", "/", false},
      {"[]]", "]", true},
      {"[!]]", "a", true},
      {"[a-]", "-", true},
      {"[\\]a]", "]", true},
      {"[*]", "*", true},
      {"[*]", "a", false},
      {"\\*", "*", true},
      {"\\*", "a", false},
      {"\\{a,b\\}", "{a,b}", true},
      {"*.{json,txt}", "a.txt", true},
      {"*.{json,txt}", "a.json", true},
      {"*.{json,txt}", "a.js", false},
      {"a{,b}c", "ac", true},
      {"a{,b}c", "abc", true},
      {"{a,b/c}/{x,y}", "b/c/y", true},
      {"{a,b/c}/{x,y}", "b/x", false},
      {"{**/,}a", "p/q/a", true},
      {"{[,]x,y}", ",x", true},
      {"a}b,c", "a}b,c", true},
  }));
  CAPTURE(one.glob, one.path);
  CHECK(Matches(one.glob, one.path) == one.matches);
}

TEST_CASE("? and negated sets match a character, however many bytes it has") {
  CHECK(Matches("?.js", "ä.js"));
  CHECK(Matches("[!a].js", "€.js"));
  CHECK(Matches("??", "ä€"));
  CHECK_FALSE(Matches("??", "ä"));
  CHECK_FALSE(Matches("???", "€"));
  CHECK(Matches("*ü*", "grün"));
  CHECK(Matches("\\ü", "ü"));
}

TEST_CASE("what is no glob is refused with the reason") {
  CHECK_THAT(Wrong(""), Catch::StartsWith("is empty"));
  CHECK_THAT(Wrong(std::string(257, 'a')), Catch::Contains("257 bytes, allowed are [1, 256]"));
  CHECK(Wrong(std::string(256, 'a')).empty());
  CHECK_THAT(Wrong("/etc/passwd"), Catch::StartsWith("is absolute"));
  CHECK_THAT(Wrong("out/"), Catch::StartsWith("ends with '/'"));
  CHECK_THAT(Wrong("a//b"), Catch::Contains("empty component"));
  CHECK_THAT(Wrong("../x"), Catch::Contains("the component \"..\""));
  CHECK_THAT(Wrong("a/./b"), Catch::Contains("the component \".\""));
  CHECK_THAT(Wrong("{a,..}/b"), Catch::Contains("the component \"..\""));
  CHECK_THAT(Wrong("{,a}"), Catch::Contains("one choice"));
  CHECK_THAT(Wrong("a[b"), Catch::Contains("'[' without"));
  CHECK_THAT(Wrong("[]"), Catch::Contains("'[' without"));
  CHECK_THAT(Wrong("[a/b]"), Catch::Contains("'/' in a '[...]'"));
  CHECK_THAT(Wrong("[ä]"), Catch::Contains("not ASCII"));
  CHECK_THAT(Wrong("[z-a]"), Catch::Contains("range"));
  CHECK_THAT(Wrong("{a,b"), Catch::Contains("'{' without"));
  CHECK_THAT(Wrong("{a,{b,c}}"), Catch::Contains("'{' inside"));
  CHECK_THAT(Wrong("a\\"), Catch::Contains("'\\'"));
  CHECK_THAT(Wrong("a\\/b"), Catch::Contains("'\\'"));
  CHECK_THAT(Wrong("a\nb"), Catch::Contains("control character"));
  CHECK_THAT(Wrong("\xff"), Catch::Contains("UTF-8"));
}

TEST_CASE("choices that multiply are refused before they are written out") {
  std::string glob;
  for (int i = 0; i < 40; ++i) glob += "{a,b}";
  CHECK_THAT(Wrong(glob), Catch::Contains("more than 4096 bytes"));
  std::string nothing;
  for (int i = 0; i < 60; ++i) nothing += "{,}";
  CHECK_THAT(Wrong(nothing), Catch::Contains("more than 4096 bytes"));
  CHECK(Glob::Parse("{a,bb}{c,d}")->expanded_bytes() == 10);
}

TEST_CASE("a directory below which nothing can match is known as such") {
  const auto dead = [](const std::string& glob, const std::string& directory) {
    const Result<Glob> parsed = Glob::Parse(glob);
    Glob::State state = parsed->Start();
    parsed->Feed(state, directory);
    return Glob::IsDead(state);
  };
  CHECK(dead("*.json", "lib/"));
  CHECK(dead("out/*.txt", "lib/"));
  CHECK_FALSE(dead("out/*.txt", "out/"));
  CHECK(dead("out/*.txt", "out/sub/"));
  CHECK_FALSE(dead("**/x", "any/where/"));
  CHECK_FALSE(dead("{a,b}/c", "b/"));
}

TEST_CASE("the worst pattern against the worst path costs what their lengths say") {
  std::string glob;
  while (glob.size() + 2 <= Glob::kMaxBytes) glob += "*a";
  glob.back() = 'b';
  const Result<Glob> parsed = Glob::Parse(glob);
  REQUIRE(parsed.has_value());
  const std::string path(4096, 'a');
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) CHECK_FALSE(parsed->Matches(path));
  // 1.6 million steps of a few nanoseconds; with backtracking, more than there is time in the universe.
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
}

}  // namespace
}  // namespace runner
