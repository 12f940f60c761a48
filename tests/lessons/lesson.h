// What a learner runs: the lesson pack in this directory, as index.json lists it.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace runner::test {

struct Lesson {
  std::string topic;  // "Express middleware"
  std::string title;  // "Error middleware"
  std::string path;   // below tests/lessons: "streams/pipeline.mjs", or a directory, "express/login"
  std::map<std::string, std::string> files;  // by their path in the workspace
  std::string entry;
  std::string policy;
  std::vector<std::string> args;
  std::map<std::string, std::string> env;
  std::vector<std::string> collect;  // globs of the files that it makes for whoever started it
  std::string input;                 // what is on standard input
  std::string verdict;               // "EXITED 0", "SIGNALED 15"
  bool compiled = false;             // TypeScript that bare Node does not run

  // The path without an extension: its companions are NAME.stdin, NAME.stdout, NAME.stderr. Files of one version of
  // Node are called NAME.IMAGE.stdout; a file that is not there means that nothing is printed.
  [[nodiscard]] std::string name() const;
  // 128 + signal when a signal ends it.
  [[nodiscard]] int exit_code() const;
};

struct Printed {
  std::string out;
  std::string err;
};

// In the order of index.json. Throws std::runtime_error when that is wrong.
[[nodiscard]] std::vector<Lesson> Lessons();

// What `lesson` has to print on `image`.
[[nodiscard]] Printed Expected(const Lesson& lesson, const std::string& image);

// `text` without what no two runs of a program have in common, whether in a sandbox or not: the pid in Node's warnings
// ("(node:17)"), and the durations that node:test reports.
[[nodiscard]] std::string Comparable(const std::string& text);

// The table of docs/lessons.md.
[[nodiscard]] std::string TableOf(const std::vector<Lesson>& lessons);

}  // namespace runner::test
