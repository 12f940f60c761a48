#include "runner/sandbox/seccomp_yaml.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runner/sandbox/text.h"
#include "runner/sandbox/yaml_reader.h"

namespace runner {
namespace {

using std::string_view;

constexpr std::array<string_view, 6> kSeccompKeys = {"defaultAction", "defaultErrnoRet", "knownErrnoRet",
                                                     "architectures", "extends",         "syscalls"};
constexpr std::array<string_view, 5> kEntryKeys = {"names", "action", "errnoRet", "args", "comment"};
constexpr std::array<string_view, 4> kArgumentKeys = {"index", "value", "valueTwo", "op"};

constexpr std::array<string_view, 1> kDefaultActions = {"SCMP_ACT_ERRNO"};
constexpr std::array<string_view, 1> kArchitectures = {"SCMP_ARCH_X86_64"};
constexpr std::array<string_view, 4> kActions = {"SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_NOTIFY",
                                                 "SCMP_ACT_KILL_PROCESS"};
constexpr std::array<SeccompAction, 4> kActionValues = {SeccompAction::kAllow, SeccompAction::kErrno,
                                                        SeccompAction::kNotify, SeccompAction::kKillProcess};
constexpr std::array<string_view, 2> kOperators = {"SCMP_CMP_EQ", "SCMP_CMP_MASKED_EQ"};

// MAX_ERRNO of the kernel: larger values would not be seen as errors.
constexpr std::uint64_t kMaxErrno = 4095;
constexpr std::uint64_t kAnyNumber = std::numeric_limits<std::uint64_t>::max();

std::uint16_t ReadErrno(const YAML::Node& node) { return static_cast<std::uint16_t>(ReadNumber(node, 1, kMaxErrno)); }

struct Comparison {
  std::uint64_t index = 0;
  std::uint64_t mask = 0;
  std::uint64_t value = 0;
};

// As in OCI profiles: value is what EQ compares with, and the mask of MASKED_EQ, which compares with valueTwo.
Comparison ReadComparison(const YAML::Node& node) {
  const YamlMap map(node, "an argument", kArgumentKeys);
  Comparison comparison;
  comparison.index = ReadNumber(map.At("index"), 0, ArgumentPattern().mask.size() - 1);
  const std::uint64_t value = ReadNumber(map.At("value"), 0, kAnyNumber);
  if (ReadChoice(map.At("op"), kOperators) == 0) {
    if (map.Has("valueTwo")) throw YamlError(map.At("valueTwo"), "expected valueTwo only with SCMP_CMP_MASKED_EQ");
    comparison.mask = kAnyNumber;
    comparison.value = value;
    return comparison;
  }
  if (value == 0) throw Unexpected(map.At("value"), "a mask, which is not 0");
  comparison.mask = value;
  comparison.value = ReadNumber(map.At("valueTwo"), 0, kAnyNumber);
  if ((comparison.value & ~value) != 0) {
    throw Unexpected(map.At("valueTwo"), "a value within the mask (it can never be equal otherwise)");
  }
  return comparison;
}

void Apply(const Comparison& comparison, ArgumentPattern& pattern) {
  pattern.mask.at(comparison.index) = comparison.mask;
  pattern.value.at(comparison.index) = comparison.value;
}

// Comparisons of different arguments must all hold; several of one argument are alternatives, as runc reads profiles.
// The two are not mixed, because which belongs to which could only be guessed.
std::vector<ArgumentPattern> ReadPatterns(const YAML::Node& node) {
  std::vector<ArgumentPattern> alternatives;
  ArgumentPattern all;
  std::set<std::uint64_t> indexes;
  for (const YAML::Node& element : ReadList(node, "arguments")) {
    const Comparison comparison = ReadComparison(element);
    indexes.insert(comparison.index);
    Apply(comparison, all);
    Apply(comparison, alternatives.emplace_back());
    if (indexes.size() != 1 && indexes.size() != alternatives.size()) {
      throw YamlError(element, "expected comparisons of one argument, or one comparison of each argument");
    }
  }
  if (indexes.size() == 1) return alternatives;
  return {all};
}

// Reads the entries of one list in order, and knows which calls are already decided for all arguments.
class EntryReader {
 public:
  void Read(const YAML::Node& node) {
    const YamlMap map(node, "an entry of syscalls", kEntryKeys);
    SeccompRule rule;
    rule.action = kActionValues.at(ReadChoice(map.At("action"), kActions));
    if (rule.action == SeccompAction::kErrno) {
      rule.error_number = ReadErrno(map.At("errnoRet"));
    } else if (map.Has("errnoRet")) {
      throw YamlError(map.At("errnoRet"), "expected errnoRet only with SCMP_ACT_ERRNO");
    }
    if (map.Has("comment")) (void)ReadString(map.At("comment"), "a comment");
    const bool all_arguments = !map.Has("args");
    const std::vector<ArgumentPattern> patterns =
        all_arguments ? std::vector<ArgumentPattern>(1) : ReadPatterns(map.At("args"));
    for (const YAML::Node& name : ReadList(map.At("names"), "system calls")) {
      rule.system_call = ReadName(name, all_arguments);
      for (const ArgumentPattern& pattern : patterns) {
        rule.pattern = pattern;
        rules_.push_back(rule);
      }
    }
  }

  [[nodiscard]] const std::vector<SeccompRule>& rules() const { return rules_; }
  [[nodiscard]] bool Mentions(int system_call) const { return mentioned_.contains(system_call); }

 private:
  int ReadName(const YAML::Node& node, bool all_arguments) {
    const std::string name = ReadString(node, "the name of a system call");
    if (name == "execve") throw YamlError(node, "expected start_node to decide about execve, not an entry");
    const std::optional<int> number = SyscallNumber(name);
    if (!number) throw Unexpected(node, "the name of a system call of x86-64");
    if (const auto decided = decided_.find(*number); decided != decided_.end()) {
      throw YamlError(node, "expected " + name + " once: line " + std::to_string(decided->second) +
                                " decides it for all arguments");
    }
    if (all_arguments) decided_[*number] = LineOf(node);
    mentioned_.insert(*number);
    return *number;
  }

  std::vector<SeccompRule> rules_;
  std::set<int> mentioned_;
  std::map<int, int> decided_;  // call -> line
};

// The rules of another policy, by its file name. What is wrong in there is told with that file's own line.
SeccompSpec ReadBase(const YAML::Node& node, const std::filesystem::path& directory) {
  const std::filesystem::path name = ReadString(node, "the file name of a policy");
  if (name.has_parent_path() || name.extension() != ".yaml") {
    throw Unexpected(node, "the name of a policy file in the same directory, such as lesson.yaml");
  }
  SeccompSpec spec;
  auto read = ReadYamlFile(directory / name, [&](const YAML::Node& root) {
    const YAML::Node section = root.IsMap() ? root["seccomp"] : YAML::Node();
    if (section.IsMap() && section["extends"]) {
      throw YamlError(section["extends"], "expected a policy that extends no other, since one extends it");
    }
    if (!section.IsMap()) throw YamlError(root, "expected a policy with a seccomp section");
    spec = ReadSeccomp(section, directory);
  });
  if (!read) throw YamlError(node, "expected a policy to extend: " + read.error().ToString());
  return spec;
}

}  // namespace

SeccompSpec ReadSeccomp(const YAML::Node& node, const std::filesystem::path& directory) {
  const YamlMap map(node, "the seccomp section", kSeccompKeys);
  SeccompSpec spec;
  if (map.Has("extends")) {
    for (const string_view key : {"defaultAction", "defaultErrnoRet", "knownErrnoRet", "architectures"}) {
      if (map.Has(key))
        throw YamlError(map.At(key), "expected no " + std::string(key) + " beside extends, which has one");
    }
    spec = ReadBase(map.At("extends"), directory);
  } else {
    // An allow-list, always: a policy that allows what it does not know is none.
    (void)ReadChoice(map.At("defaultAction"), kDefaultActions);
    spec.default_error_number = ReadErrno(map.At("defaultErrnoRet"));
    spec.known_error_number = ReadErrno(map.At("knownErrnoRet"));
    for (const YAML::Node& name : ReadList(map.At("architectures"), "architectures")) {
      (void)ReadChoice(name, kArchitectures);
    }
  }
  // Nothing to add is fine for a policy that extends another, and not otherwise.
  if (!map.Has("syscalls") && map.Has("extends")) return spec;

  EntryReader entries;
  for (const YAML::Node& entry : ReadList(map.At("syscalls"), "entries with names and an action")) entries.Read(entry);
  std::erase_if(spec.rules, [&](const SeccompRule& rule) { return entries.Mentions(rule.system_call); });
  spec.rules.insert(spec.rules.end(), entries.rules().begin(), entries.rules().end());
  return spec;
}

}  // namespace runner
