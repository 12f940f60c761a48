#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/error.h"

namespace runner {

// Strict reading of policies and configuration: every key is known, every value has the type and range that was asked for,
// and what is wrong is told with its line.

// Something wrong at a line of the file being read. Thrown by the functions below (yaml-cpp itself throws, so that code
// using it must catch anyway) and never seen outside ReadYamlFile.
class YamlError : public std::runtime_error {
 public:
  // `node` tells the line; the message should read "expected ...".
  YamlError(const YAML::Node& node, const std::string& message);
  YamlError(int line, const std::string& message) : std::runtime_error(message), line_(line) {}
  [[nodiscard]] int line() const { return line_; }

 private:
  int line_;
};

// 1 for the first line.
[[nodiscard]] int LineOf(const YAML::Node& node);

// Parses `file` and hands the document to `read`, which may throw YamlError. An Error's step is "FILE:LINE: message".
[[nodiscard]] Result<void> ReadYamlFile(const std::filesystem::path& file,
                                        const std::function<void(const YAML::Node&)>& read);

// A map whose keys are all among `keys`, none twice. `what` names it in messages: "the limits".
class YamlMap {
 public:
  YamlMap(const YAML::Node& node, std::string what, std::span<const std::string_view> keys);

  [[nodiscard]] bool Has(std::string_view key) const { return values_.contains(key); }
  // Throws when the key is missing.
  [[nodiscard]] const YAML::Node& At(std::string_view key) const;
  [[nodiscard]] int line() const { return line_; }

 private:
  std::string what_;
  int line_;
  std::map<std::string, YAML::Node, std::less<>> values_;
};

// One value. `expected` ends the sentence "expected ..." of the message.
[[nodiscard]] std::string ReadString(const YAML::Node& node, std::string_view expected = "text");
[[nodiscard]] bool ReadBool(const YAML::Node& node);
// Decimal or, with 0x, hexadecimal.
[[nodiscard]] std::uint64_t ReadNumber(const YAML::Node& node, std::uint64_t minimum, std::uint64_t maximum);
[[nodiscard]] std::uint64_t ReadSize(const YAML::Node& node, std::uint64_t minimum, std::uint64_t maximum);
// The index in `choices` of the word that is there.
[[nodiscard]] std::size_t ReadChoice(const YAML::Node& node, std::span<const std::string_view> choices);
// The elements of a list, which must not be empty.
[[nodiscard]] std::vector<YAML::Node> ReadList(const YAML::Node& node, std::string_view expected);

// The message of an unexpected value: `expected WHAT, not VALUE`.
[[nodiscard]] YamlError Unexpected(const YAML::Node& node, std::string_view expected);

}  // namespace runner
