// What a learner runs: the files of this directory.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace runner::test {

struct Lesson {
  std::string name;                          // "streams.mjs", "modules"
  std::map<std::string, std::string> files;  // by their path in the workspace
  std::string entry;
  std::string policy;  // empty: the default
  std::string input;   // what is on standard input
};

// Every program of tests/lessons, and every directory there, whose entry is main.mjs. NAME.stdin beside a program is its
// standard input; a program that needs another policy than the default says so in its first line: "// policy: NAME".
[[nodiscard]] std::vector<Lesson> Lessons();

}  // namespace runner::test
