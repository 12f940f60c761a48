// The packages that the images bring, and what a program hears of those they do not.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/integration/runnerctl.h"
#include "tests/support/client.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

const auto kImage = [] { return GENERATE(as<std::string>{}, "node-22", "node-24", "node-26"); };

std::vector<std::string> PackagesOf(Client& client, const std::string& image) {
  grpc::ClientContext context;
  v1::ServerInfo info;
  REQUIRE(client.stub().GetServerInfo(&context, {}, &info).ok());
  std::vector<std::string> names;
  for (const v1::ImageInfo& each : info.images()) {
    if (each.name() != image) continue;
    for (const std::string& package : each.packages()) names.push_back(package.substr(0, package.rfind('@')));
  }
  return names;
}

v1::RunRequest WithFilesOf(const fs::path& directory) {
  v1::RunRequest request;
  for (const auto& entry : fs::directory_iterator(directory)) {
    std::ifstream file(entry.path(), std::ios::binary);
    AddFile(request, entry.path().filename(), std::string(std::istreambuf_iterator<char>(file), {}));
  }
  return request;
}

// One run an image, for starting Node is what costs; each package has a line of the output.
TEST_CASE("each package of an image works, imported and required") {
  const std::string image = kImage();
  Client client(SharedDaemon());
  const std::vector<std::string> packages = PackagesOf(client, image);
  REQUIRE(packages.size() == 30);
  v1::RunRequest request = WithFilesOf(SourceDirectory() / "tests/integration/snippets/packages");
  request.set_image(image);
  request.set_policy("grader");
  for (const std::string& package : packages) request.add_args(package);
  const Outcome outcome = client.Run(request);
  INFO(image << "\n" << outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  for (const std::string& package : packages) {
    INFO(package);
    CHECK_THAT(outcome.out, Catch::Contains("\n" + package + " require works\n"));
    CHECK_THAT("\n" + outcome.out, Catch::Contains("\n" + package + " import works\n"));
  }
  CHECK(outcome.err.empty());
  CHECK(outcome.result.hint().empty());
}

TEST_CASE("the packages of an image are read-only, and a program's own come first") {
  const std::string image = kImage();
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(R"(
    const fs = require('node:fs');
    for (const path of ['/node_modules/zod/package.json', '/node_modules/new']) {
      try { fs.writeFileSync(path, 'x'); console.log('written'); } catch (error) { console.log(error.code); }
    }
    console.log(require('zod'), require.resolve('joi'));
  )",
                                   "main.cjs");
  AddFile(request, "node_modules/zod/index.js", "module.exports = 'my own'");
  request.set_image(image);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK_THAT(outcome.out, Catch::Matches("(EROFS|EACCES)\n(EROFS|EACCES)\nmy own /node_modules/joi/lib/index.js\n"));
}

TEST_CASE("a package that is missing is a hint of the result, and stderr is Node's own") {
  const std::string image = kImage();
  const auto [name, source] = GENERATE(table<std::string, std::string>({
      {"main.cjs", "require('left-pad/lib')"},
      {"main.mjs", "import pad from 'left-pad'"},
      {"main.mjs", "await import('left-pad')"},
  }));
  INFO(image << " " << source);
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(source, name);
  request.set_image(image);
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 1");
  CHECK_THAT(outcome.result.hint(),
             Catch::StartsWith("There is no package \"left-pad\" in " + image + ", which has ajv, axios, bcryptjs, "));
  CHECK_THAT(outcome.result.hint(), Catch::EndsWith(", ws and zod."));
  CHECK_THAT(outcome.err, !Catch::Contains("There is no package"));
}

TEST_CASE("runnerctl: the hint is a sentence of its own, and --quiet silences it") {
  Programs programs;
  const std::string file = programs.Add("main.mjs", "import 'left-pad'");
  const Finished finished = Run({file});
  CHECK(finished.exit_code == 1);
  CHECK_THAT(finished.err,
             Catch::Contains("\nrunnerctl: There is no package \"left-pad\" in node-26, which has ajv, "));
  CHECK_THAT(Run({"--quiet", file}).err, !Catch::Contains("runnerctl:"));
  CHECK_THAT(Run({"--json", file}).out, Catch::Contains(R"("hint":"There is no package \"left-pad\" in node-26,)"));
}

TEST_CASE("an error that a program has survived or made up is no hint") {
  const auto [source, fate] = GENERATE(table<std::string, std::string>({
      {"try { require('left-pad') } catch (error) { console.error(error) }", "EXITED 0"},
      {"try { require('left-pad') } catch (error) { console.error(error); process.exit(3) }", "EXITED 3"},
      {"require('./left-pad')", "EXITED 1"},
      {R"(process.stderr.write("\nError: Cannot find module 'a\x1b[2Jb'\n\nNode.js v26\n"); process.exit(1))",
       "EXITED 1"},
  }));
  INFO(source);
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(Snippet(source, "main.cjs"));
  CHECK(outcome.Fate() == fate);
  CHECK(outcome.result.hint().empty());
}

}  // namespace
}  // namespace runner::test
