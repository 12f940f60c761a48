#pragma once

#include <yaml-cpp/yaml.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/ctl/usage_error.h"

namespace runner::ctl {

// A value of a YAML file that knows where it stands, so that every mistake can be shown to whoever wrote it:
//
//   suite.yaml:12:9: cases[3].limits.memory: 'lots' is not a size; write ...
//
// Everything here throws UsageError of that form, and YAML that cannot be parsed gets the same.
class YamlValue {
 public:
  // The one document in `text`. `file` is its name for messages. A file of comments is an empty map.
  [[nodiscard]] static YamlValue Parse(const std::string& file, const std::string& text);

  // "suite.yaml:12:9"
  [[nodiscard]] std::string Place() const;
  // "suite.yaml:12"
  [[nodiscard]] std::string Line() const;
  // "cases[3].limits.memory"; empty for the document.
  [[nodiscard]] const std::string& path() const { return path_; }

  // "PLACE: PATH: WHAT".
  [[noreturn]] void Refuse(const std::string& what) const;
  // "PLACE: PATH: expected WHAT, not VALUE".
  [[noreturn]] void RefuseAs(const std::string& expected) const;

  [[nodiscard]] bool IsText() const { return node_.IsScalar(); }
  [[nodiscard]] bool IsList() const { return node_.IsSequence(); }
  [[nodiscard]] bool IsMap() const { return node_.IsMap(); }

  // One scalar each. Quotes do not matter: 7, '7' and "7" are the same text.
  [[nodiscard]] std::string Text(const std::string& expected = "text") const;
  [[nodiscard]] bool Bool() const;
  [[nodiscard]] std::int64_t Number(std::int64_t minimum, std::int64_t maximum) const;
  // Finite, at least 0.
  [[nodiscard]] double Amount() const;
  [[nodiscard]] std::chrono::milliseconds Duration() const;
  [[nodiscard]] std::uint64_t Size() const;
  // The index in `choices` of the word that is there, whatever its case.
  [[nodiscard]] std::size_t Choice(std::span<const std::string_view> choices) const;

  // The elements of a list; a list may be empty.
  [[nodiscard]] std::vector<YamlValue> Elements(const std::string& expected) const;
  // The texts of a list, or the one text that stands in its place.
  [[nodiscard]] std::vector<YamlValue> OneOrMore(const std::string& expected) const;

  // The members of a map in their order. No name is there twice.
  struct Member;
  [[nodiscard]] std::vector<Member> Members(const std::string& expected) const;

  // The value as JSON text: lists, maps and words as they stand (null, true, 7, 1.50), anything in quotes a string.
  [[nodiscard]] std::string ToJson() const;

 private:
  YamlValue(const YAML::Node& node, std::shared_ptr<const std::string> file, std::string path, YAML::Mark fallback);
  [[nodiscard]] YamlValue Child(const YAML::Node& node, const std::string& path) const;
  [[nodiscard]] YAML::Mark Mark() const;
  [[nodiscard]] std::string Described() const;
  [[nodiscard]] std::string ToJson(const YamlValue& whole, int depth) const;

  YAML::Node node_;
  std::shared_ptr<const std::string> file_;
  std::string path_;
  YAML::Mark fallback_;  // of what it is in: an empty value has no place of its own
};

struct YamlValue::Member {
  std::string name;
  YamlValue key;
  YamlValue value;
};

// A map with a fixed set of names. Others are refused, with the nearest one as a suggestion.
class YamlMap {
 public:
  // `may_be_null`: the name after which there may be null, or nothing.
  YamlMap(const YamlValue& value, std::span<const std::string_view> names, const std::string& expected,
          std::string_view may_be_null = "");

  // nullptr: not there. Another empty value (`stdout:` and nothing after it) is refused when the map is read.
  [[nodiscard]] const YamlValue* Find(std::string_view name) const;
  [[nodiscard]] bool Has(std::string_view name) const { return Find(name) != nullptr; }
  // Throws where it is missing.
  [[nodiscard]] const YamlValue& At(std::string_view name) const;
  [[nodiscard]] const YamlValue& value() const { return value_; }

 private:
  YamlValue value_;
  std::map<std::string, YamlValue, std::less<>> members_;
};

// "a, b or c".
[[nodiscard]] std::string Alternatives(std::span<const std::string_view> words);

}  // namespace runner::ctl
