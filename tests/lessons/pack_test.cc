// The pack itself: index.json, the files beside it, and the table in the documentation agree.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "tests/lessons/bare_node.h"
#include "tests/lessons/lesson.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kImages{"node-22", "node-24", "node-26"};
// docs/lessons.md has the table between these.
constexpr const char* kBegin = "<!-- the table: begin -->\n";
constexpr const char* kEnd = "<!-- the table: end -->\n";

fs::path Pack() { return SourceDirectory() / "tests/lessons"; }
fs::path Document() { return SourceDirectory() / "docs/lessons.md"; }

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Where the table begins and ends in `document`.
std::pair<std::size_t, std::size_t> TableIn(const std::string& document) {
  const std::size_t begin = document.find(kBegin);
  const std::size_t end = document.find(kEnd);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  return {begin + std::string(kBegin).size(), end};
}

std::set<std::string> FilesOf(const std::vector<Lesson>& lessons) {
  std::set<std::string> files;
  for (const Lesson& lesson : lessons) {
    for (const auto& [path, content] : lesson.files) {
      files.insert(fs::is_directory(Pack() / lesson.path) ? lesson.path + "/" + path : lesson.path);
    }
    files.insert(lesson.name() + ".stdin");
    for (const char* stream : {".stdout", ".stderr"}) {
      files.insert(lesson.name() + stream);
      for (const std::string& image : kImages) files.insert(lesson.name() + "." + image + stream);
    }
  }
  return files;
}

// One file when all versions of Node print the same, otherwise one each; none when nothing is printed.
void WriteExpected(const Lesson& lesson, const char* stream, const std::vector<std::string>& texts) {
  for (const std::string& image : kImages) fs::remove(Pack() / (lesson.name() + "." + image + "." + stream));
  fs::remove(Pack() / (lesson.name() + "." + stream));
  const bool same = texts[0] == texts[1] && texts[1] == texts[2];
  for (std::size_t i = 0; i < (same ? 1 : kImages.size()); ++i) {
    if (texts[i].empty()) continue;
    std::ofstream(Pack() / (lesson.name() + (same ? "" : "." + kImages[i]) + "." + stream), std::ios::binary)
        << texts[i];
  }
}

TEST_CASE("every file of the pack belongs to a lesson in the index") {
  const std::set<std::string> files = FilesOf(Lessons());
  for (const auto& directory : fs::directory_iterator(Pack())) {
    if (!directory.is_directory()) continue;  // the harness is beside the topics
    for (const auto& file : fs::recursive_directory_iterator(directory)) {
      if (!file.is_regular_file()) continue;
      const std::string path = file.path().lexically_relative(Pack()).generic_string();
      INFO(path);
      CHECK(files.contains(path));
    }
  }
}

TEST_CASE("every lesson begins with what it teaches") {
  std::set<std::string> names;
  for (const Lesson& lesson : Lessons()) {
    INFO(lesson.path);
    CHECK(lesson.files.at(lesson.entry).starts_with("// "));
    CHECK_FALSE(lesson.title.empty());
    CHECK(names.insert(lesson.name()).second);  // or two would share one expected output
  }
}

TEST_CASE("the table of docs/lessons.md is the pack's") {
  const std::string document = Contents(Document());
  const auto [begin, end] = TableIn(document);
  INFO("after a change of the pack: build/bin/lesson-tests '[update]'");
  CHECK(document.substr(begin, end - begin) == TableOf(Lessons()));
}

// Not a test: run by name after lessons, or the versions of Node, have changed. Look at the difference before committing.
TEST_CASE("write what bare node prints as the expected output, and the table", "[.update]") {
  for (const Lesson& lesson : Lessons()) {
    std::vector<std::string> out;
    std::vector<std::string> err;
    for (const std::string& image : kImages) {
      const Finished bare = RunBare(image, lesson);
      INFO(image << " " << lesson.path);
      CHECK(bare.exit_code == lesson.exit_code());
      out.push_back(Comparable(bare.out));
      err.push_back(Comparable(bare.err));
    }
    WriteExpected(lesson, "stdout", out);
    WriteExpected(lesson, "stderr", err);
  }
  std::string document = Contents(Document());
  const auto [begin, end] = TableIn(document);
  document.replace(begin, end - begin, TableOf(Lessons()));
  std::ofstream(Document(), std::ios::binary) << document;
}

}  // namespace
}  // namespace runner::test
