#include "tests/lessons/lesson.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "tests/support/paths.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path Pack() { return SourceDirectory() / "tests/lessons"; }

// Nothing where there is no such file.
std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void ReadFiles(const fs::path& path, Lesson& lesson) {
  if (fs::is_directory(path)) {
    for (const auto& file : fs::recursive_directory_iterator(path)) {
      if (!file.is_regular_file()) continue;
      lesson.files[file.path().lexically_relative(path).generic_string()] = Contents(file.path());
    }
  } else if (fs::is_regular_file(path)) {
    lesson.files[path.filename().string()] = Contents(path);
  }
  if (!lesson.files.contains(lesson.entry)) {
    throw std::runtime_error("tests/lessons/index.json: " + lesson.path + " has no file " + lesson.entry);
  }
}

Lesson ReadLesson(const std::string& topic, const json& entry) {
  Lesson lesson;
  lesson.topic = topic;
  lesson.title = entry.at("title").get<std::string>();
  lesson.path = entry.at("file").get<std::string>();
  const fs::path path = Pack() / lesson.path;
  lesson.entry = entry.value("entry", fs::is_directory(path) ? "main.mjs" : path.filename().string());
  lesson.policy = entry.value("policy", "lesson");
  lesson.verdict = entry.value("verdict", "EXITED 0");
  lesson.compiled = entry.value("compiled", false);
  lesson.args = entry.value("args", lesson.args);
  lesson.env = entry.value("env", lesson.env);
  lesson.collect = entry.value("collect", lesson.collect);
  lesson.input = Contents(Pack() / (lesson.name() + ".stdin"));
  ReadFiles(path, lesson);
  return lesson;
}

std::string ExpectedStream(const Lesson& lesson, const std::string& image, const std::string& stream) {
  const fs::path of_image = Pack() / (lesson.name() + "." + image + "." + stream);
  return Contents(fs::exists(of_image) ? of_image : Pack() / (lesson.name() + "." + stream));
}

}  // namespace

std::string Lesson::name() const { return fs::path(path).replace_extension().generic_string(); }

int Lesson::exit_code() const {
  std::istringstream words(verdict);
  std::string fate;
  int number = -1;
  words >> fate >> number;
  return fate == "SIGNALED" ? 128 + number : number;
}

std::vector<Lesson> Lessons() {
  std::vector<Lesson> lessons;
  const json index = json::parse(Contents(Pack() / "index.json"));
  for (const json& topic : index.at("topics")) {
    for (const json& entry : topic.at("lessons")) lessons.push_back(ReadLesson(topic.at("topic"), entry));
  }
  return lessons;
}

Printed Expected(const Lesson& lesson, const std::string& image) {
  return {ExpectedStream(lesson, image, "stdout"), ExpectedStream(lesson, image, "stderr")};
}

std::string Comparable(const std::string& text) {
  static const std::regex kPid(R"(\(node:\d+\))");
  static const std::regex kDuration(R"(\b(duration_ms:? )[\d.]+|\([\d.]+ms\))");
  return std::regex_replace(std::regex_replace(text, kPid, "(node:PID)"), kDuration, "$1(DURATION)");
}

std::string TableOf(const std::vector<Lesson>& lessons) {
  std::string table = "| topic | snippet | shows | verdict |\n|---|---|---|---|\n";
  std::string topic;
  for (const Lesson& lesson : lessons) {
    table += "| " + (lesson.topic == topic ? "" : lesson.topic);
    table += (lesson.topic == topic ? "| [`" : " | [`") + lesson.path + "`](../tests/lessons/" + lesson.path + ") | ";
    table += lesson.title + " | `" + lesson.verdict + "`";
    table += (lesson.policy == "lesson" ? "" : ", policy `" + lesson.policy + "`") + " |\n";
    topic = lesson.topic;
  }
  return table;
}

}  // namespace runner::test
