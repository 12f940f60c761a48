#include "tests/lessons/lesson.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "tests/support/paths.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

// Nothing where there is no such file.
std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool IsProgram(const fs::path& path) {
  static const std::set<std::string> kKinds{".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"};
  return kKinds.contains(path.extension().string());
}

std::string PolicyOf(const std::string& source) {
  static const std::regex kPolicy("^// policy: ([a-z]+)\n");
  std::smatch match;
  return std::regex_search(source, match, kPolicy) ? match[1].str() : "";
}

}  // namespace

std::vector<Lesson> Lessons() {
  std::vector<Lesson> lessons;
  for (const auto& entry : fs::directory_iterator(SourceDirectory() / "tests/lessons")) {
    Lesson lesson;
    lesson.name = entry.path().filename().string();
    if (entry.is_directory()) {
      for (const auto& file : fs::recursive_directory_iterator(entry)) {
        if (file.is_regular_file()) {
          lesson.files[file.path().lexically_relative(entry.path()).generic_string()] = Contents(file.path());
        }
      }
      lesson.entry = "main.mjs";
    } else if (IsProgram(entry.path())) {
      lesson.files[lesson.name] = Contents(entry.path());
      lesson.entry = lesson.name;
      lesson.input = Contents(fs::path(entry.path()).replace_extension(".stdin"));
    } else {
      continue;
    }
    lesson.policy = PolicyOf(lesson.files[lesson.entry]);
    lessons.push_back(std::move(lesson));
  }
  std::sort(lessons.begin(), lessons.end(), [](const Lesson& a, const Lesson& b) { return a.name < b.name; });
  return lessons;
}

}  // namespace runner::test
