// Submissions that try to pass tests without doing what they ask: submissions/ has one a file, and hidden.test.mjs, in which
// every expected value is a secret. Whatever passes got around a test.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/hostile/hostile.h"
#include "tests/support/grade.h"
#include "tests/support/scratch_directory.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

const fs::path& Submissions() {
  static const fs::path directory = SourceDirectory() / "tests/hostile/submissions";
  return directory;
}

std::string Read(const fs::path& path) {
  std::ifstream stream(path);
  std::ostringstream text;
  text << stream.rdbuf();
  REQUIRE(!text.str().empty());
  return text.str();
}

std::vector<std::string> AllNames() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(Submissions())) {
    if (entry.path().extension() == ".js") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

void Set(v1::File& file, const std::string& path, const std::string& content) {
  file.set_path(path);
  file.set_content(content);
}

// Each name's submission, with its package.json where it has one, against the hidden tests.
v1::GradeRequest Attacks(const std::string& image, const std::vector<std::string>& names,
                         const std::vector<std::string>& tests = {"hidden.test.mjs"}) {
  v1::GradeRequest request = Submission(R"({"type":"module"})", "package.json");
  request.set_image(image);
  request.set_policy("grader");
  request.mutable_limits()->mutable_wall_time()->set_seconds(60);
  request.mutable_limits()->mutable_cpu_time()->set_seconds(20);
  for (const std::string& name : names) {
    v1::Case& added = *request.add_cases();
    added.set_name(name);
    Set(*added.add_files(), "answer.js", Read(Submissions() / (name + ".js")));
    const fs::path package = Submissions() / (name + ".package.json");
    if (fs::exists(package)) Set(*added.add_files(), "package.json", Read(package));
    for (const std::string& test : tests) {
      Set(*added.mutable_tests()->add_files(), "test/" + test, Read(Submissions() / test));
    }
  }
  return request;
}

void CheckThatNothingPassed(const Graded& graded, std::size_t cases) {
  REQUIRE(graded.results.size() == cases);
  for (const v1::CaseResult& result : graded.results) {
    INFO(result.name() << ": " << result.message() << "\n" << result.stdout() << result.stderr());
    CHECK(result.outcome() == v1::FAILED);
    CHECK_FALSE(result.message().empty());
    for (const v1::TestResult& test : result.tests()) {
      INFO(test.path(test.path_size() - 1));
      CHECK(test.outcome() != v1::PASSED);
    }
    // Some say on standard output what they have got hold of.
    for (const char* word : {"OPENED", "BLOB", "SYMLINK", "TESTS", "HOOK", "registered", "GOT file", "REQ", "OPEN ",
                             "FUNCTION", "CALLER", "LITERAL", "secret-8261"}) {
      CHECK_THAT(result.stdout(), !Catch::Contains(word));
    }
  }
}

TEST_CASE_METHOD(Hostile, "no submission passes a test by anything but the answer") {
  Client client(daemon());
  const std::vector<std::string> names = AllNames();
  REQUIRE(names.size() > 40);
  CheckThatNothingPassed(Grade(client, Attacks("node-26", names)), names.size());
}

TEST_CASE_METHOD(Hostile, "nor on the other versions of Node") {
  Client client(daemon());
  const std::vector<std::string> names = {"own-asymmetric-matcher",
                                          "false-tags",
                                          "false-set-and-map",
                                          "own-methods",
                                          "subclasses",
                                          "redefine-built-ins",
                                          "pollute-prototypes",
                                          "thenable-arrays",
                                          "setters-on-arrays",
                                          "patch-node-modules",
                                          "patch-packages",
                                          "exit-in-a-test",
                                          "read-own-memory",
                                          "pretend-to-be-the-test",
                                          "look-inside",
                                          "silent-promise",
                                          "message-that-changes",
                                          "print-tap",
                                          "named-like-a-package",
                                          "import-the-packages-of-tests",
                                          "prepare-stack-traces",
                                          "setters-on-errors",
                                          "agreeable-methods",
                                          "take-exceptions",
                                          "fatal-exception",
                                          "enter-a-domain",
                                          "watch-exceptions",
                                          "prototypes-of-mocks",
                                          "prototype-of-assert",
                                          "swallow-callbacks"};
  CheckThatNothingPassed(Grade(client, Attacks(GENERATE("node-22", "node-24"), names)), names.size());
}

TEST_CASE_METHOD(Hostile, "nor where test files are CommonJS and TypeScript, and loaded after the submission") {
  Client client(daemon());
  const std::vector<std::string> names = {"wrong", "named-like-a-package", "patch-packages", "replace-the-compiler"};
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  CheckThatNothingPassed(Grade(client, Attacks(image, names, {"hidden.test.cts", "help.cts"})), names.size());
}

TEST_CASE_METHOD(Hostile, "who ends the program, silences it or never answers is told so") {
  Client client(daemon());
  const std::vector<std::string> names = {"exit-while-loading", "exit-in-a-test", "kill-itself", "loop",
                                          "close-stdout"};
  v1::GradeRequest request = Attacks("node-26", names);
  request.mutable_limits()->mutable_cpu_time()->set_seconds(3);
  const Graded graded = Grade(client, request);
  REQUIRE(graded.results.size() == names.size());
  const std::string prefix = "test/hidden.test.mjs: ";
  CHECK(graded.results[0].message() == prefix + "the program ended with exit code 0, before its tests had ended");
  CHECK(graded.results[1].message() ==
        prefix + "the program ended with exit code 0 in the test \"text > toEqual\", before its tests had ended");
  CHECK(graded.results[2].message() == prefix + "ended by signal SIGKILL in the test \"text > toEqual\"");
  CHECK_THAT(graded.results[3].message(), Catch::StartsWith(prefix + "stopped after ") &&
                                              Catch::EndsWith(" of CPU time in the test \"text > toEqual\""));
  CHECK(graded.results[3].run().verdict() == v1::CPU_TIME_LIMIT);
  CHECK_THAT(graded.results[4].message(), Catch::EndsWith(", before its tests had ended"));
}

// The image with a change to the harness, so that an attack meets everything but one defence.
class WeakImage : private ScratchDirectory {
 public:
  // Beside the images, where hard links are possible; a hidden name is none of an image.
  WeakImage(const std::string& file, const std::string& from, const std::string& to)
      : ScratchDirectory(fs::canonical(ImagesDirectory())) {
    const fs::path image = fs::canonical(ImagesDirectory()) / "node-26";
    fs::copy(image, path() / "node-26",
             fs::copy_options::recursive | fs::copy_options::create_hard_links | fs::copy_options::copy_symlinks);
    const fs::path changed = path() / "node-26/root/usr/lib/runner/tests" / file;
    std::string text = Read(changed);
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    fs::remove(changed);  // the name, not the file that it shares
    std::ofstream(changed) << text;
  }
  [[nodiscard]] DaemonOptions Options() const {
    DaemonOptions options;
    options.images = path();
    return options;
  }
};

// Whether any test passed.
bool GotThrough(const WeakImage& image, const std::string& attack) {
  Daemon daemon(image.Options());
  Client client(daemon);
  const Graded graded = Grade(client, Attacks("node-26", {attack}));
  INFO(graded.Describe());
  REQUIRE(graded.results.size() == 1);
  return std::ranges::any_of(graded.results[0].tests(),
                             [](const v1::TestResult& test) { return test.outcome() == v1::PASSED; });
}

TEST_CASE("each defence is what stops an attack: without it, tests pass") {
  SECTION("built-ins that are read-only") {
    CHECK(GotThrough(WeakImage("main.cjs", "  harden(sourcesBelow('/workspace'));\n", ""), "rewrite-results"));
  }
  SECTION("matchers that the tests made") {
    CHECK(GotThrough(WeakImage("libraries.cjs", "'return __runner.isMatcher(obj);'",
                               "\"return !!obj && typeof obj.asymmetricMatch === 'function';\""),
                     "own-asymmetric-matcher"));
  }
  SECTION("what a value is by its internals") {
    CHECK(GotThrough(WeakImage("brands.cjs", "if (tag !== builtIn(b)) return false;", "return true;"), "false-tags"));
  }
  SECTION("Node's comparison guarded") {
    CHECK(GotThrough(WeakImage("face_assert.cjs", "if (impostor !== undefined) {", "if (false) {"), "own-methods"));
  }
  SECTION("promises that settle") {
    CHECK(GotThrough(
        WeakImage("libraries.cjs",
                  "    ['return actualWrapper.then(', 'return __runner.settled(actualWrapper).then('],\n", ""),
        "silent-thenable"));
  }
  SECTION("packages of the image first") {
    CHECK(GotThrough(WeakImage("modules.cjs", "from.test ? resolvePackage(specifier, context, nextResolve) : ", ""),
                     "named-like-a-package"));
  }
  SECTION("modules of the tests that only they can import") {
    CHECK(GotThrough(WeakImage("modules.cjs", "if (!open && found.url.includes(secret))", "if (false)"),
                     "import-the-packages-of-tests"));
  }
  SECTION("failures that nobody sees") {
    CHECK(GotThrough(WeakImage("hardening.cjs", "  shieldFailures();\n", ""), "prepare-stack-traces"));
  }
  SECTION("failures that nobody takes") {
    CHECK(GotThrough(WeakImage("hardening.cjs", "  keepFailures();\n", ""), "take-exceptions"));
  }
  SECTION("methods of arrays that are the language's") {
    CHECK(GotThrough(
        WeakImage("libraries.cjs", "some(another', 'this.sample.every(item => Array.from(other).some(another'",
                  "some(another', 'this.sample.every(item => other.some(another'"),
        "agreeable-methods"));
  }
}

}  // namespace
}  // namespace runner::test
