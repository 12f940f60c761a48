#include "runner/sandbox/yaml_reader.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

#include "runner/sandbox/text.h"
#include "runner/sandbox/units.h"

namespace runner {
namespace {

std::string Join(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

std::string Describe(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Scalar:
      return Quote(node.Scalar());
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Map:
      return "a map";
    default:
      return "nothing";
  }
}

std::optional<std::uint64_t> ParseNumber(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  }
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return value;
}

}  // namespace

YamlError::YamlError(const YAML::Node& node, const std::string& message)
    : std::runtime_error(message), line_(LineOf(node)) {}

int LineOf(const YAML::Node& node) { return std::max(node.Mark().line, 0) + 1; }

YamlError Unexpected(const YAML::Node& node, std::string_view expected) {
  return {node, "expected " + std::string(expected) + ", not " + Describe(node)};
}

Result<void> ReadYamlFile(const std::filesystem::path& file, const std::function<void(const YAML::Node&)>& read) {
  std::ifstream stream(file);
  if (!stream) return ErrnoError("open " + file.string());
  std::ostringstream text;
  text << stream.rdbuf();
  if (stream.bad()) return ErrnoError("read " + file.string());
  const auto at = [&](int line, const std::string& message) {
    return Error{.step = file.string() + ":" + std::to_string(line) + ": " + message, .error_number = 0};
  };
  try {
    read(YAML::Load(text.str()));
    return {};
  } catch (const YamlError& error) {
    return at(error.line(), error.what());
  } catch (const YAML::Exception& error) {
    return at(std::max(error.mark.line, 0) + 1, "expected valid YAML: " + error.msg);
  }
}

YamlMap::YamlMap(const YAML::Node& node, std::string what, std::span<const std::string_view> keys)
    : what_(std::move(what)), line_(LineOf(node)) {
  if (!node.IsMap()) throw Unexpected(node, what_ + ": a map of " + Join(keys));
  for (const auto& entry : node) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (std::ranges::find(keys, key) == keys.end())
      throw Unexpected(entry.first, "one of " + Join(keys) + " in " + what_);
    // yaml-cpp keeps both; whoever wrote the second would wonder why the first one counts.
    if (!values_.emplace(key, entry.second).second) {
      throw YamlError(entry.first, "expected " + Quote(key) + " once in " + what_);
    }
  }
}

const YAML::Node& YamlMap::At(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) {
    throw YamlError(line_, "expected " + Quote(key) + " in " + what_ + ", which lacks it");
  }
  return found->second;
}

std::string ReadString(const YAML::Node& node, std::string_view expected) {
  if (!node.IsScalar() || node.Scalar().empty()) throw Unexpected(node, expected);
  return node.Scalar();
}

bool ReadBool(const YAML::Node& node) {
  const std::string text = node.IsScalar() ? node.Scalar() : "";
  if (text != "true" && text != "false") throw Unexpected(node, "true or false");
  return text == "true";
}

std::uint64_t ReadNumber(const YAML::Node& node, std::uint64_t minimum, std::uint64_t maximum) {
  const std::optional<std::uint64_t> value = node.IsScalar() ? ParseNumber(node.Scalar()) : std::nullopt;
  if (!value || *value < minimum || *value > maximum) {
    throw Unexpected(node, "a number in [" + std::to_string(minimum) + ", " + std::to_string(maximum) + "]");
  }
  return *value;
}

std::uint64_t ReadSize(const YAML::Node& node, std::uint64_t minimum, std::uint64_t maximum) {
  const std::optional<std::uint64_t> value = node.IsScalar() ? ParseSize(node.Scalar()) : std::nullopt;
  if (!value || *value < minimum || *value > maximum) {
    throw Unexpected(node,
                     "a size such as 64KiB or 16MiB, in [" + FormatSize(minimum) + ", " + FormatSize(maximum) + "]");
  }
  return *value;
}

std::size_t ReadChoice(const YAML::Node& node, std::span<const std::string_view> choices) {
  const std::string text = node.IsScalar() ? node.Scalar() : "";
  const auto found = std::ranges::find(choices, text);
  if (found == choices.end()) throw Unexpected(node, Join(choices));
  return static_cast<std::size_t>(found - choices.begin());
}

std::vector<YAML::Node> ReadList(const YAML::Node& node, std::string_view expected) {
  if (!node.IsSequence() || node.size() == 0) throw Unexpected(node, "a list of " + std::string(expected));
  std::vector<YAML::Node> elements;
  for (const auto& element : node) elements.push_back(element);
  return elements;
}

}  // namespace runner
