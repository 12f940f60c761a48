// What a program can tell a sandbox from bare node by is what docs/differences.md says, no more and no less.
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "tests/lessons/bare_node.h"
#include "tests/lessons/lesson.h"
#include "tests/support/client.h"
#include "tests/support/daemon.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

std::string Contents(const std::string& path) {
  std::ifstream file(SourceDirectory() / path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The probe prints "name<TAB>value" lines.
std::map<std::string, std::string> ValuesIn(const std::string& output) {
  std::map<std::string, std::string> values;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t tab = line.find('\t');
    REQUIRE(tab != std::string::npos);
    values[line.substr(0, tab)] = line.substr(tab + 1);
  }
  return values;
}

// The names in the first column of the table: "| `NAME` | ...".
std::set<std::string> Documented() {
  std::set<std::string> names;
  std::istringstream lines(Contents("docs/differences.md"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("| `")) names.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return names;
}

TEST_CASE("what a snippet sees that differs from bare node is what docs/differences.md lists") {
  const std::string image = GENERATE(as<std::string>{}, "node-22", "node-24", "node-26");
  Lesson probe;
  probe.entry = "probe.mjs";
  probe.files[probe.entry] = Contents("tests/lessons/differences_probe.mjs");
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(probe.files[probe.entry], probe.entry);
  request.set_image(image);
  const Outcome outcome = client.Run(request);
  const Finished bare = RunBare(image, probe);
  INFO(image << "\n" << outcome.Describe() << "\nbare: " << bare.out << bare.err);
  REQUIRE(outcome.Fate() == "EXITED 0");
  REQUIRE(bare.exit_code == 0);
  const auto inside = ValuesIn(outcome.out);
  const auto outside = ValuesIn(bare.out);
  REQUIRE(inside.size() == outside.size());
  std::set<std::string> differing;
  for (const auto& [name, value] : inside) {
    if (outside.at(name) != value) differing.insert(name);
  }
  CHECK(differing == Documented());
}

}  // namespace
}  // namespace runner::test
