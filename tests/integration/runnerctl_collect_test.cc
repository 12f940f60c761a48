// runnerctl run --collect --out, and what of a directory is sent.
#include <catch2/catch.hpp>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/integration/runnerctl.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

const std::string kWriteFiles =
    "const fs = require('fs'); fs.mkdirSync('out/deep', {recursive: true}); fs.writeFileSync('out/a.json', '{}');"
    "fs.writeFileSync('out/deep/bytes.bin', Buffer.from([0, 255, 10])); fs.symlinkSync('/etc/passwd', 'out/link');"
    "console.log('done')";

TEST_CASE("runnerctl: collected files are written below the directory, and the rest is told") {
  Programs programs;
  const std::string program = programs.Add("a.js", kWriteFiles);
  const std::string out = (programs.directory() / "results/here").string();
  const Finished finished = Run({"--collect", "out/**", "--collect", "*.csv", "--out", out, program});
  CHECK(finished.exit_code == 0);
  CHECK(finished.out == "done\n");
  CHECK(finished.err ==
        "runnerctl: not collected: 'out/link' is a symbolic link\n"
        "runnerctl: --collect '*.csv': no file\n");
  CHECK(Read(out + "/out/a.json") == "{}");
  CHECK(Read(out + "/out/deep/bytes.bin") == std::string("\0\xff\n", 3));
  CHECK_FALSE(fs::exists(fs::symlink_status(out + "/out/link")));
  CHECK(Run({"--quiet", "--collect", "*.csv", "--out", out, program}).err.empty());
}

TEST_CASE("runnerctl: a heap snapshot comes to the desk") {
  Programs programs;
  const Finished finished = Run({"--collect", "*.heapsnapshot", "--out", programs.directory().string(),
                                 programs.Add("leak.js", "console.log(require('v8').writeHeapSnapshot())")});
  INFO(finished.err);
  REQUIRE(finished.exit_code == 0);
  const std::string name = finished.out.substr(0, finished.out.size() - 1);
  CHECK(json::parse(Read(programs.directory() / name)).contains("nodes"));
}

TEST_CASE("runnerctl: files cannot leave the directory through what is there") {
  Programs programs;
  const std::string program = programs.Add("a.js", kWriteFiles);
  programs.Add("outside", "untouched");
  const fs::path out = programs.directory() / "results";
  fs::create_directory(out);
  fs::create_directory_symlink(programs.directory(), out / "out");
  const Finished finished = Run({"--collect", "out/a.json", "--out", out.string(), program});
  CHECK(finished.exit_code == 70);
  CHECK_THAT(finished.err, Catch::Contains("cannot write '" + out.string() +
                                           "/out/a.json': 'out' is there and is not a "
                                           "directory"));
  CHECK_FALSE(fs::exists(programs.directory() / "a.json"));
}

TEST_CASE("runnerctl: a run that was stopped leaves no files, and that is said") {
  Programs programs;
  const Finished finished = Run({"--cpu-time", "300ms", "--collect", "*", "--out", programs.directory().string(),
                                 programs.Add("a.js", "for(;;);")});
  CHECK(finished.exit_code == 124);
  CHECK_THAT(finished.err, Catch::Contains("no files were collected: only a program that ends by itself leaves any"));
}

TEST_CASE("runnerctl: --collect and --out go together, or --collect and --json") {
  Programs programs;
  const std::string program = programs.Add("a.js", "");
  const Finished nowhere = Run({"--collect", "*", program});
  CHECK(nowhere.exit_code == 64);
  CHECK_THAT(nowhere.err, Catch::Contains("--collect: where to? Name a directory with --out DIR"));
  const Finished nothing = Run({"--out", programs.directory().string(), program});
  CHECK(nothing.exit_code == 64);
  CHECK_THAT(nothing.err, Catch::Contains("--out: there is nothing to put into"));
  const Finished wrong = Run({"--collect", "/etc/passwd", "--out", programs.directory().string(), program});
  CHECK(wrong.exit_code == 64);
  CHECK_THAT(wrong.err, Catch::Contains("collect[0]: \"/etc/passwd\" is absolute"));
  const Finished file = Run({"--collect", "*", "--out", program, program});
  CHECK(file.exit_code == 64);
  CHECK_THAT(file.err, Catch::Contains("--out: cannot write into"));
}

TEST_CASE("runnerctl --json: collected files are events, with their contents or where they were saved") {
  Programs programs;
  const std::string program = programs.Add("a.js", kWriteFiles);
  const auto lines = [](const Finished& finished) {
    CHECK(finished.err.empty());
    std::vector<json> all;
    std::istringstream stream(finished.out);
    for (std::string line; std::getline(stream, line);) all.push_back(json::parse(line));
    return all;
  };
  const std::vector<json> inlined = lines(Run({"--json", "--collect", "out/**", program}));
  REQUIRE(inlined.size() == 5);
  CHECK(inlined[2]["event"] == "file");
  CHECK(inlined[2]["path"] == "out/a.json");
  CHECK(inlined[2]["size"] == 2);
  CHECK(inlined[2]["mode"] == "0644");
  CHECK(inlined[2]["text"] == "{}");
  CHECK(inlined[3]["base64"] == "AP8K");
  const json collected = {{"files", 2},
                          {"bytes", 5},
                          {"refused", {{{"path", "out/link"}, {"reason", "is a symbolic link"}}}},
                          {"refused_count", 1},
                          {"unmatched", json::array()},
                          {"incomplete", nullptr}};
  CHECK(inlined[4]["collected"] == collected);

  const std::string out = (programs.directory() / "saved").string();
  const std::vector<json> saved = lines(Run({"--json", "--collect", "out/a.json", "--out", out, program}));
  REQUIRE(saved.size() == 4);
  CHECK(saved[2]["saved"] == out + "/out/a.json");
  CHECK_FALSE(saved[2].contains("text"));
  CHECK(Read(out + "/out/a.json") == "{}");
}

TEST_CASE("runnerctl: a directory runs without what .gitignore leaves out, and --dry-run shows it") {
  Programs programs;
  programs.Add("app/package.json", R"({"type": "module", "main": "src/start.js"})");
  programs.Add(
      "app/src/start.js",
      "import fs from 'node:fs'; import data from './data.json' with { type: 'json' }; import { pi } from "
      "'../lib/pi.cjs';"
      "console.log(data.n, pi, fs.readFileSync('bytes').length, fs.existsSync('secret.env'), fs.existsSync('dist'))");
  programs.Add("app/src/data.json", R"({"n": 7})");
  programs.Add("app/lib/pi.cjs", "exports.pi = 3;");
  programs.Add("app/bytes", std::string("\0\xff\xfe", 3));
  programs.Add("app/secret.env", "KEY=1");
  programs.Add("app/dist/out.js", "");
  programs.Add("app/node_modules/x/index.js", "");
  programs.Add("app/.gitignore", "*.env\n/dist/\n");
  const std::string app = (programs.directory() / "app").string();
  const Finished run = Run({app});
  INFO(run.err);
  CHECK(run.exit_code == 0);
  CHECK(run.out == "7 3 3 false false\n");
  CHECK(Run({"--no-gitignore", app}).out == "7 3 3 true true\n");

  const Finished listed = RunProgram(Runnerctl({"run", "--dry-run", app}), "", {});  // no daemon is asked
  CHECK(listed.exit_code == 0);
  CHECK_THAT(listed.out, Catch::Contains("3 bytes  bytes\n") && Catch::Contains("  src/start.js\n"));
  CHECK(std::count(listed.out.begin(), listed.out.end(), '\n') == 6);
  CHECK_THAT(listed.err, Catch::StartsWith("runnerctl: not sent: 'dist/' (.gitignore)\n"
                                           "runnerctl: not sent: 'node_modules/'\n"
                                           "runnerctl: not sent: 'secret.env' (.gitignore)\n"
                                           "runnerctl: 6 files, "));
}

TEST_CASE(
    "runnerctl: a directory over the policy's limit is refused with its largest files, those left out not counted") {
  Programs programs;
  programs.Add("app/main.js", "");
  programs.Add("app/data/big.bin", std::string(17 << 20, 'x'));
  const std::string app = (programs.directory() / "app").string();
  const Finished refused = Run({app});
  CHECK(refused.exit_code == 64);
  CHECK_THAT(refused.err, Catch::Contains("the workspace holds 16 MiB under policy lesson") &&
                              Catch::Contains("The largest: 'data/big.bin' (17 MiB)"));
  programs.Add("app/.gitignore", "*.bin\n");
  CHECK(Run({app}).exit_code == 0);
}

}  // namespace
}  // namespace runner::test
