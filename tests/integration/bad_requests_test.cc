// INVALID_ARGUMENT names the field, the value and the range.
#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "tests/support/client.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

struct Mistake {
  const char* name;
  std::function<void(v1::RunRequest&)> make;
  const char* field;                // that the violation names
  std::vector<const char*> naming;  // what its description holds: the value, the range
};

const std::vector<Mistake> kMistakes = {
    {"an unknown image", [](auto& r) { r.set_image("node-5"); }, "image", {"node-5", "node-26"}},
    {"an unknown policy",
     [](auto& r) { r.set_policy("anything"); },
     "policy",
     {"anything", "lesson", "grader", "cluster"}},
    {"a wall time over the maximum",
     [](auto& r) { WithWallTime(r, 31s); },
     "limits.wall_time",
     {"31 s", "1 ms", "30 s"}},
    {"no wall time", [](auto& r) { WithWallTime(r, 0s); }, "limits.wall_time", {"0", "1 ms", "30 s"}},
    {"a negative wall time", [](auto& r) { WithWallTime(r, -5s); }, "limits.wall_time", {"-5 s", "1 ms", "30 s"}},
    {"a duration that is none",
     [](auto& r) {
       r.mutable_limits()->mutable_wall_time()->set_seconds(1);
       r.mutable_limits()->mutable_wall_time()->set_nanos(-1);
     },
     "limits.wall_time",
     {"-1"}},
    {"a CPU time over the maximum", [](auto& r) { WithCpuTime(r, 1h); }, "limits.cpu_time", {"3600 s", "15 s"}},
    {"too much memory",
     [](auto& r) { WithMemory(r, 1ULL << 40U); },
     "limits.memory_bytes",
     {"1024 GiB", "64 MiB", "512 MiB"}},
    {"too little memory",
     [](auto& r) { WithMemory(r, 1000); },
     "limits.memory_bytes",
     {"1000 bytes", "64 MiB", "512 MiB"}},
    {"too much output",
     [](auto& r) { r.mutable_limits()->set_output_bytes(1ULL << 40U); },
     "limits.output_bytes",
     {"1024 GiB", "256 MiB"}},
    {"no output",
     [](auto& r) { r.mutable_limits()->set_output_bytes(0); },
     "limits.output_bytes",
     {"0 bytes", "1 byte"}},
    {"too many threads",
     [](auto& r) { r.mutable_limits()->set_threads(100'000); },
     "limits.threads",
     {"100000", "128"}},
    {"no threads", [](auto& r) { r.mutable_limits()->set_threads(0); }, "limits.threads", {"0", "128"}},
    {"too large a workspace",
     [](auto& r) { r.mutable_limits()->set_workspace_bytes(1ULL << 40U); },
     "limits.workspace_bytes",
     {"1024 GiB", "64 MiB"}},
    {"no files", [](auto& r) { r.clear_files(); }, "files", {"0 files", "at least one"}},
    {"files that do not fit",
     [](auto& r) { AddFile(r, "big", std::string(17U << 20U, 'x')); },
     "files",
     {"17", "16 MiB"}},
    {"an entry that is not there", [](auto& r) { r.set_entry("other.js"); }, "entry", {"other.js"}},
    {"no telling which file to run",
     [](auto& r) {
       r.mutable_files(0)->set_path("a.js");
       AddFile(r, "b.js", "");
     },
     "entry",
     {"main"}},
    {"a path with ..",
     [](auto& r) { r.mutable_files(0)->set_path("a/../b.js"); },
     "files[0].path",
     {"a/../b.js", "\"..\""}},
    {"an absolute path",
     [](auto& r) { r.mutable_files(0)->set_path("/etc/passwd"); },
     "files[0].path",
     {"/etc/passwd", "relative"}},
    {"an empty path", [](auto& r) { r.mutable_files(0)->set_path(""); }, "files[0].path", {"empty"}},
    {"a path that is a directory's", [](auto& r) { r.mutable_files(0)->set_path("a/"); }, "files[0].path", {"a/"}},
    {"a path with an empty component",
     [](auto& r) { r.mutable_files(0)->set_path("a//b"); },
     "files[0].path",
     {"a//b"}},
    {"a path with NUL",
     [](auto& r) { r.mutable_files(0)->set_path(std::string("a\0b", 3)); },
     "files[0].path",
     {"control character", "1"}},
    {"a path with a line break",
     [](auto& r) { r.mutable_files(0)->set_path("a\nb"); },
     "files[0].path",
     {"control character"}},
    {"a name of 256 bytes",
     [](auto& r) { r.mutable_files(0)->set_path(std::string(256, 'x')); },
     "files[0].path",
     {"256 bytes", "255"}},
    {"a path of 5000 bytes",
     [](auto& r) {
       std::string p;
       while (p.size() < 5000) p += "abcd/";
       r.mutable_files(0)->set_path(p + "x");
     },
     "files[0].path",
     {"5001", "4096"}},
    {"the same path twice", [](auto& r) { AddFile(r, "main.mjs", ""); }, "files[1].path", {"main.mjs", "files[0]"}},
    {"a file where a directory is needed",
     [](auto& r) { AddFile(r, "main.mjs/x", ""); },
     "files[0].path",
     {"main.mjs", "directory"}},
    {"an argument with NUL", [](auto& r) { r.add_args(std::string("a\0", 2)); }, "args[0]", {"NUL"}},
    {"too many arguments",
     [](auto& r) {
       for (int i = 0; i < 1025; ++i) r.add_args("x");
     },
     "args",
     {"1025", "1024"}},
    {"too long arguments", [](auto& r) { r.add_args(std::string(200'000, 'x')); }, "args", {"200001", "131072"}},
    {"a variable whose name is none",
     [](auto& r) { (*r.mutable_env())["1A"] = ""; },
     "env[\"1A\"]",
     {"1A", "[A-Za-z_][A-Za-z0-9_]*"}},
    {"LD_PRELOAD",
     [](auto& r) { (*r.mutable_env())["LD_PRELOAD"] = "x"; },
     "env[\"LD_PRELOAD\"]",
     {"LD_PRELOAD", "refused"}},
    {"NODE_OPTIONS",
     [](auto& r) { (*r.mutable_env())["NODE_OPTIONS"] = "x"; },
     "env[\"NODE_OPTIONS\"]",
     {"NODE_OPTIONS", "refused"}},
    {"a run_id with a blank", [](auto& r) { r.set_run_id("my run"); }, "run_id", {"my run", "[A-Za-z0-9._-]{1,64}"}},
    {"a long tenant", [](auto& r) { r.set_tenant(std::string(65, 't')); }, "tenant", {"tttt", "[A-Za-z0-9._-]"}},
    {"too many labels",
     [](auto& r) {
       for (int i = 0; i < 17; ++i) (*r.mutable_labels())[std::to_string(i)] = "";
     },
     "labels",
     {"17", "16"}},
    {"a long label",
     [](auto& r) { (*r.mutable_labels())["key"] = std::string(64, 'v'); },
     "labels[\"key\"]",
     {"vvvv", "63"}},
};

TEST_CASE("a bad request is INVALID_ARGUMENT that names field, value and range") {
  Client client(SharedDaemon());
  for (const Mistake& mistake : kMistakes) {
    v1::RunRequest request = Snippet("console.log('this must not run')");
    mistake.make(request);
    const Outcome outcome = client.Run(request);
    INFO(mistake.name << "\n" << outcome.Describe());
    CHECK(outcome.Code() == "INVALID_ARGUMENT");
    CHECK(outcome.order.empty());
    CHECK_THAT(outcome.Violations(), Catch::StartsWith(std::string(mistake.field) + ": "));
    for (const char* part : mistake.naming) CHECK_THAT(outcome.Violations(), Catch::Contains(part));
    // Who sees only the message learns the same.
    CHECK_THAT(outcome.status.error_message(), Catch::Contains(mistake.field));
  }
}

TEST_CASE("all mistakes of a request are told at once") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("");
  request.set_image("node-5");
  WithWallTime(request, 1h);
  request.mutable_files(0)->set_path("..");
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK_THAT(outcome.Violations(),
             Catch::Contains("image:") && Catch::Contains("limits.wall_time:") && Catch::Contains("files[0].path:"));
}

TEST_CASE("the maximum itself is allowed") {
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet("console.log(1)");
  WithMemory(WithCpuTime(WithWallTime(request, 30s), 15s), 512U << 20U);
  request.mutable_limits()->set_threads(128);
  request.mutable_limits()->set_output_bytes(256U << 20U);
  request.mutable_limits()->set_workspace_bytes(64U << 20U);
  CHECK(client.Run(request).Fate() == "EXITED 0");
}

TEST_CASE("a path with a component of 255 bytes and one of 64 components are allowed") {
  Client client(SharedDaemon());
  std::string deep;
  for (int i = 0; i < 63; ++i) deep += "d/";
  v1::RunRequest request = Snippet("console.log('deep')", deep + std::string(251, 'x') + ".mjs");
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.out == "deep\n");
}

}  // namespace
}  // namespace runner::test
