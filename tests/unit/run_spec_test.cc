#include "runner/sandbox/run_spec.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "runner/sandbox/policy.h"
#include "runner/sandbox/text.h"

namespace runner {
namespace {

using namespace std::chrono_literals;
using Violations = std::vector<FieldViolation>;
using Catch::Contains;

Policy TestPolicy() {
  Policy policy;
  policy.default_limits = {.wall_time = 10s,
                           .cpu_time = 5s,
                           .memory_bytes = 256ULL << 20U,
                           .output_bytes = 1ULL << 20U,
                           .threads = 64,
                           .workspace_bytes = 64ULL << 10U};
  policy.maximum_limits = {.wall_time = 30s,
                           .cpu_time = 15s,
                           .memory_bytes = 512ULL << 20U,
                           .output_bytes = 256ULL << 20U,
                           .threads = 128,
                           .workspace_bytes = 64ULL << 20U};
  policy.fixed.tmpfs_inodes = 32;
  return policy;
}

RunSpec Spec(std::vector<std::string> paths) {
  RunSpec spec;
  spec.files.reserve(paths.size());
  for (std::string& path : paths) spec.files.push_back({.path = std::move(path), .content = "", .executable = false});
  spec.limits = TestPolicy().default_limits;
  return spec;
}

// "" or all violations, a line each, as "field: description".
std::string Check(RunSpec& spec) {
  std::string lines;
  for (const FieldViolation& violation : ValidateRunSpec(spec, TestPolicy())) {
    lines += violation.field + ": " + violation.description + "\n";
  }
  CHECK(IsValidUtf8(lines));
  return lines;
}

std::string Check(RunSpec&& spec) { return Check(spec); }

std::string CheckPaths(std::vector<std::string> paths) {
  RunSpec spec = Spec(std::move(paths));
  spec.entry = spec.files.front().path;
  return Check(spec);
}

TEST_CASE("ordinary paths are accepted") {
  for (const char* path :
       {"main.js", "a/b/c.mjs", ".hidden", "...", "a..b", "with space.js", "\xc3\xa4.js", "-", "a/..b"}) {
    CAPTURE(path);
    CHECK(CheckPaths({path}).empty());
  }
  CHECK(CheckPaths({std::string(255, 'a')}).empty());
}

TEST_CASE("paths that could leave the workspace, or that no file can have, are refused with the path") {
  const auto wrong = GENERATE(std::string("/etc/passwd"), "../up.js", "a/../b.js", "a/..", "./a.js", "a/./b", "a//b",
                              "a/", "line\nbreak.js", "\x1b[2J.js", "bad\xff.js", "\xc0\xae\xc0\xae/a", "\xc2\x9b.js");
  CAPTURE(wrong);
  const std::string lines = CheckPaths({wrong});
  CHECK_THAT(lines, Contains("files[0].path: " + Quote(wrong)));
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 1);
}

TEST_CASE("paths are refused for NUL, length and depth") {
  CHECK_THAT(CheckPaths({std::string("a\0b", 3)}), Contains(R"(files[0].path: "a\x00b")") && Contains("at byte 1"));
  CHECK_THAT(CheckPaths({std::string(256, 'a')}), Contains("256 bytes, allowed are [1, 255]"));
  CHECK_THAT(CheckPaths({std::string(5000, 'a')}), Contains("5000 bytes, allowed are [1, 4096]"));
  std::string deep = "a";
  for (int i = 0; i < 64; ++i) deep += "/a";
  CHECK_THAT(CheckPaths({deep}), Contains("more than 64 components"));
  RunSpec empty = Spec({""});
  CHECK_THAT(Check(empty), Contains("files[0].path: \"\" is empty"));
}

TEST_CASE("a path twice, and a file where a directory is needed, are refused in either order") {
  CHECK_THAT(CheckPaths({"a.js", "a.js"}), Contains("files[1].path: \"a.js\" is also the path of files[0]"));
  CHECK_THAT(CheckPaths({"a", "a/b"}),
             Contains("files[0].path: \"a\" is a file here and a directory in the path of files[1]"));
  CHECK_THAT(CheckPaths({"a/b/c", "a/b"}), Contains("files[1].path") && Contains("files[0]"));
  CHECK(CheckPaths({"a/b", "a/c", "ab"}).empty());
}

TEST_CASE("a request without files is refused, and only for that") {
  CHECK(Check(Spec({})) == "files: 0 files, expected at least one\n");
}

TEST_CASE("files must fit the workspace in blocks and in number") {
  RunSpec spec = Spec({"a.js", "b.js"});
  spec.entry = "a.js";
  spec.files[0].content = std::string(60 * 1024, ' ');
  spec.files[1].content = "x";
  CHECK(Check(spec).empty());
  spec.files[0].content = std::string(60 * 1024 + 1, ' ');
  CHECK_THAT(Check(spec), Contains("files: 68 KiB") && Contains("[0 bytes, 64 KiB]"));

  std::vector<std::string> many;
  many.reserve(31);
  for (int i = 0; i < 31; ++i) many.push_back(std::to_string(i));
  CHECK(CheckPaths(many).empty());
  many.back() = "in/directory";
  CHECK_THAT(CheckPaths(many), Contains("files: 32 files and directories, allowed are [1, 31]"));
}

TEST_CASE("the entry is told from the files where one can be meant") {
  const auto entry = [](RunSpec spec) {
    const std::string lines = Check(spec);
    return lines.empty() ? spec.entry : lines;
  };
  const auto with_package = [](const std::string& json, std::vector<std::string> paths) {
    paths.insert(paths.begin(), "package.json");
    RunSpec spec = Spec(std::move(paths));
    spec.files[0].content = json;
    return spec;
  };
  CHECK(entry(Spec({"any.ts"})) == "any.ts");
  CHECK(entry(Spec({"data.txt", "index.mjs"})) == "index.mjs");
  CHECK(entry(Spec({"data.txt", "main.cts"})) == "main.cts");
  CHECK(entry(with_package(R"({"main":"./src/a.js"})", {"src/a.js", "main.js"})) == "src/a.js");
  CHECK(entry(with_package(R"({"main":"src/a"})", {"src/a.js"})) == "src/a.js");
  CHECK(entry(with_package(R"({"main":"./lib/"})", {"lib/index.js"})) == "lib/index.js");
  CHECK(entry(with_package(R"({"type":"module"})", {"main.js"})) == "main.js");
  CHECK(entry(with_package(R"({"main":7})", {"main.js"})) == "main.js");
  CHECK_THAT(entry(with_package(R"({"main":"gone.js"})", {"main.js"})),
             Contains("entry: main of package.json is \"gone.js\""));
  CHECK_THAT(entry(with_package("{", {"main.js"})), Contains("entry: package.json is not valid JSON"));
  CHECK_THAT(entry(Spec({"a.js", "b.js"})), Contains("entry: none is named"));
  CHECK_THAT(entry(Spec({"main.js", "index.ts"})), Contains("several could be meant: main.js, index.ts"));
  RunSpec named = Spec({"a.js", "b.js"});
  named.entry = "b.js";
  CHECK(entry(named) == "b.js");
  named.entry = "c\n.js";
  CHECK(Check(named) == "entry: \"c\\n.js\" is not the path of one of the files\n");
}

TEST_CASE("arguments are bounded in number and size, and hold no NUL") {
  RunSpec spec = Spec({"a.js"});
  spec.args = {"plain", "", "\xff"};
  CHECK(Check(spec).empty());
  spec.args.emplace_back("a\0b", 3);
  CHECK_THAT(Check(spec), Contains(R"(args[3]: "a\x00b")"));
  spec.args.assign(1025, "");
  CHECK_THAT(Check(spec), Contains("args: 1025 arguments, allowed are [0, 1024]"));
  spec.args.assign(1, std::string(128 * 1024, 'x'));
  CHECK_THAT(Check(spec), Contains("args: 131073 bytes altogether, allowed are [0, 131072]"));
}

TEST_CASE("variables that change the loader or Node itself are refused with the reason") {
  for (const char* name : {"LD_PRELOAD", "LD_LIBRARY_PATH", "NODE_OPTIONS", "NODE_REPL_EXTERNAL_MODULE", "NODE_PATH",
                           "NODE_EXTRA_CA_CERTS", "OPENSSL_CONF", "GCONV_PATH", "NODE_CHANNEL_FD", "GLIBC_TUNABLES",
                           "NODE_COMPILE_CACHE", "NODE_V8_COVERAGE", "NODE_REDIRECT_WARNINGS", "NODE_ICU_DATA",
                           "NODE_UNIQUE_ID", "ICU_TIMEZONE_FILES_DIR", "SSL_CERT_FILE", "MALLOC_ARENA_MAX"}) {
    CAPTURE(name);
    RunSpec spec = Spec({"a.js"});
    spec.env = {{name, "x"}};
    CHECK_THAT(Check(spec), Contains("env[\"" + std::string(name) + "\"]") && Contains("is refused: it "));
  }
  RunSpec spec = Spec({"a.js"});
  spec.env = {{"NODE_ENV", "test"},        {"TZ", "UTC"},          {"_x1", ""},
              {"UV_THREADPOOL_SIZE", "2"}, {"NODE_DEBUG", "http"}, {"NODE_PENDING_DEPRECATION", "1"},
              {"NO_COLOR", "1"},           {"FORCE_COLOR", "3"}};
  CHECK(Check(spec).empty());
}

TEST_CASE("names and values of variables are checked") {
  RunSpec spec = Spec({"a.js"});
  spec.env = {{"1A", ""}, {"", ""}, {"A=B", ""}, {"\xc3\xa4", ""}, {"OK", std::string("\0", 1)}, {"OK", ""}};
  const std::string lines = Check(spec);
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 6);
  CHECK_THAT(lines, Contains("env[\"A=B\"]") && Contains("expected [A-Za-z_][A-Za-z0-9_]*") && Contains("there twice"));
  spec.env = {{"BIG", std::string(200'000, 'x')}};
  CHECK_THAT(Check(spec), Contains("env: 200005 bytes altogether, allowed are [0, 131072]"));
}

TEST_CASE("identifiers and labels are short and cannot forge a line of a log or a path") {
  RunSpec spec = Spec({"a.js"});
  spec.run_id = "lesson-7.run_42";
  spec.tenant = "class-a";
  spec.labels = {{"course", "js \xc3\xa4"}};
  CHECK(Check(spec).empty());
  spec.run_id = "../x";
  spec.tenant = "..";
  spec.labels = {{"", "v"}, {"k", "two\nlines"}, {std::string(64, 'k'), ""}};
  const std::string lines = Check(spec);
  CHECK_THAT(lines, Contains("run_id: \"../x\" does not match [A-Za-z0-9._-]{1,64}") && Contains("tenant: \"..\""));
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 5);
  spec = Spec({"a.js"});
  for (int i = 0; i < 17; ++i) spec.labels.emplace_back("k" + std::to_string(i), "");
  CHECK_THAT(Check(spec), Contains("labels: 17 labels, allowed are [0, 16]"));
}

TEST_CASE("limits default to the policy's, and are held to its range") {
  Violations violations;
  Limits limits = ApplyOverrides(TestPolicy(), {}, violations);
  CHECK(limits.wall_time == 10s);
  CHECK(limits.threads == 64);

  LimitOverrides fine;
  fine.wall_time = 1'500'000ns;  // 1.5 ms
  fine.cpu_time = 15s;
  fine.memory_bytes = 512ULL << 20U;
  fine.output_bytes = 1;
  fine.threads = 24;
  fine.workspace_bytes = 64ULL << 10U;
  limits = ApplyOverrides(TestPolicy(), fine, violations);
  CHECK(violations.empty());
  CHECK(limits.wall_time == 2ms);
  CHECK(limits.cpu_time == 15s);
  CHECK(limits.output_bytes == 1);

  LimitOverrides wrong;
  wrong.wall_time = 30s + 1ns;
  wrong.cpu_time = -1s;
  wrong.memory_bytes = (512ULL << 20U) + 1;
  wrong.output_bytes = 0;
  wrong.threads = 129;
  wrong.workspace_bytes = ~0ULL;
  limits = ApplyOverrides(TestPolicy(), wrong, violations);
  REQUIRE(violations.size() == 6);
  CHECK(violations[0].field == "limits.wall_time");
  CHECK(violations[0].description == "30000000001 ns is outside [1 ms, 30 s]");
  CHECK(violations[1].description == "-1 s is outside [1 ms, 15 s]");
  CHECK(violations[2].field == "limits.memory_bytes");
  CHECK(violations[2].description == "536870913 bytes is outside [64 MiB, 512 MiB]");
  CHECK(violations[4].description == "129 is outside [24, 128]");
  CHECK(limits.wall_time == 10s);
}

TEST_CASE("a terminal has a size within reason and a name on one line") {
  RunSpec spec = Spec({"a.js"});
  spec.terminal = TerminalSpec{.size = {.rows = 1, .columns = 4096}, .term = "screen.xterm-256color+x"};
  CHECK(Check(spec).empty());
  spec.terminal = TerminalSpec{.size = {.rows = 0, .columns = 4097}, .term = "a b"};
  CHECK(Check(spec) ==
        "terminal.rows: 0 is outside [1, 4096]\nterminal.columns: 4097 is outside [1, 4096]\n"
        "terminal.term: \"a b\" does not match [A-Za-z0-9._+-]{0,64}\n");
  spec.terminal = TerminalSpec{.size = {}, .term = std::string(65, 'x')};
  CHECK_THAT(Check(spec), Contains("terminal.term: \"xx"));
}

TEST_CASE("limits that nobody filled in are found") {
  RunSpec spec = Spec({"a.js"});
  spec.limits = {};
  CHECK_THAT(Check(spec), Contains("limits.wall_time: 0 s is outside [1 ms, 30 s]"));
}

}  // namespace
}  // namespace runner
