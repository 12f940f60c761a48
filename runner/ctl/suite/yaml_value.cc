#include "runner/ctl/suite/yaml_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <utility>

#include "runner/ctl/command_line.h"
#include "runner/ctl/directory_walk.h"
#include "runner/ctl/units.h"

namespace runner::ctl {
namespace {

using Json = nlohmann::json;

// Deeper is a mistake or an alias to itself.
constexpr int kDeepest = 64;
constexpr std::size_t kLongestShown = 60;
// std::regex takes a frame of the stack for each character.
constexpr std::size_t kLongestNumber = 1000;

std::string At(const std::string& file, const YAML::Mark& mark) {
  return file + ":" + std::to_string(std::max(mark.line, 0) + 1) + ":" + std::to_string(std::max(mark.column, 0) + 1);
}

std::string Shown(const std::string& text) {
  return Quoted(text.size() > kLongestShown ? text.substr(0, kLongestShown) + "..." : text);
}

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

bool IsJsonNumber(const std::string& text) {
  static const std::regex number(R"(-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)");
  return text.size() <= kLongestNumber && std::regex_match(text, number);
}

// A plain word is what YAML 1.2 takes it for; "!" is yaml-cpp's tag of what was quoted.
std::string ScalarToJson(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  if (node.Tag() != "!") {
    if (text == "true" || text == "True" || text == "TRUE") return "true";
    if (text == "false" || text == "False" || text == "FALSE") return "false";
    // As it is written: a double has not room for every digit.
    if (IsJsonNumber(text)) return text;
  }
  return Json(text).dump();
}

}  // namespace

std::string Alternatives(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

YamlValue::YamlValue(const YAML::Node& node, std::shared_ptr<const std::string> file, std::string path,
                     YAML::Mark fallback)
    : node_(node), file_(std::move(file)), path_(std::move(path)), fallback_(fallback) {}

YamlValue YamlValue::Child(const YAML::Node& node, const std::string& path) const {
  return {node, file_, path, Mark()};
}

YamlValue YamlValue::Parse(const std::string& file, const std::string& text) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1) {
      throw UsageError(At(file, documents[1].Mark()) + ": a suite is one document; this is a second one");
    }
    const YAML::Node root = documents.empty() || documents[0].IsNull() ? YAML::Node(YAML::NodeType::Map) : documents[0];
    return {root, std::make_shared<const std::string>(file), "", YAML::Mark()};
  } catch (const YAML::Exception& error) {
    throw UsageError(At(file, error.mark) + ": this is not YAML: " + error.msg);
  }
}

YAML::Mark YamlValue::Mark() const {
  const YAML::Mark mark = node_.Mark();
  return mark.is_null() || node_.IsNull() ? fallback_ : mark;
}

std::string YamlValue::Place() const { return At(*file_, Mark()); }

std::string YamlValue::Line() const { return *file_ + ":" + std::to_string(std::max(Mark().line, 0) + 1); }

void YamlValue::Refuse(const std::string& what) const {
  throw UsageError(Place() + ": " + (path_.empty() ? "" : path_ + ": ") + what);
}

void YamlValue::RefuseAs(const std::string& expected) const { Refuse("expected " + expected + ", not " + Described()); }

std::string YamlValue::Described() const {
  switch (node_.Type()) {
    case YAML::NodeType::Scalar:
      return Shown(node_.Scalar());
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Map:
      return "a map";
    default:
      return "nothing";
  }
}

std::string YamlValue::Text(const std::string& expected) const {
  if (!node_.IsScalar()) RefuseAs(expected);
  return node_.Scalar();
}

bool YamlValue::Bool() const {
  const std::string text = node_.IsScalar() ? node_.Scalar() : "";
  if (text != "true" && text != "false") RefuseAs("true or false");
  return text == "true";
}

std::int64_t YamlValue::Number(std::int64_t minimum, std::int64_t maximum) const {
  const std::string text = node_.IsScalar() ? node_.Scalar() : "";
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value < minimum || value > maximum) {
    RefuseAs("a whole number in [" + std::to_string(minimum) + ", " + std::to_string(maximum) + "]");
  }
  return value;
}

double YamlValue::Amount() const {
  const std::string text = node_.IsScalar() ? node_.Scalar() : "";
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) || value < 0) {
    RefuseAs("a number of at least 0");
  }
  return value;
}

std::chrono::milliseconds YamlValue::Duration() const {
  return ParseDuration(Place() + ": " + path_, Text("a duration such as 500ms or 2s"));
}

std::uint64_t YamlValue::Size() const {
  return ParseSize(Place() + ": " + path_, Text("a size such as 64KiB or 128M"));
}

std::size_t YamlValue::Choice(std::span<const std::string_view> choices) const {
  const std::string text = node_.IsScalar() ? Lower(node_.Scalar()) : "";
  const auto found =
      std::ranges::find_if(choices, [&](std::string_view choice) { return Lower(std::string(choice)) == text; });
  if (found == choices.end()) RefuseAs(Alternatives(choices));
  return static_cast<std::size_t>(found - choices.begin());
}

std::vector<YamlValue> YamlValue::Elements(const std::string& expected) const {
  if (!node_.IsSequence()) RefuseAs(expected);
  std::vector<YamlValue> elements;
  for (const auto& element : node_) {
    elements.push_back(Child(element, path_ + "[" + std::to_string(elements.size()) + "]"));
  }
  return elements;
}

std::vector<YamlValue> YamlValue::OneOrMore(const std::string& expected) const {
  if (node_.IsScalar()) return {*this};
  std::vector<YamlValue> elements = Elements(expected);
  if (elements.empty()) RefuseAs(expected);
  for (const YamlValue& element : elements) (void)element.Text(expected);
  return elements;
}

std::vector<YamlValue::Member> YamlValue::Members(const std::string& expected) const {
  if (!node_.IsMap()) RefuseAs(expected);
  std::vector<Member> members;
  std::set<std::string> names;
  for (const auto& entry : node_) {
    const YamlValue key = Child(entry.first, path_);
    const std::string name = key.Text("a name");
    if (!names.insert(name).second) key.Refuse(Shown(name) + " is there twice");
    members.push_back(
        {.name = name, .key = key, .value = key.Child(entry.second, path_ + (path_.empty() ? "" : ".") + name)});
  }
  return members;
}

std::string YamlValue::ToJson() const {
  try {
    return ToJson(*this, 0);
  } catch (const Json::exception&) {
    Refuse("has text that is not UTF-8");
  }
}

std::string YamlValue::ToJson(const YamlValue& whole, int depth) const {
  if (depth > kDeepest) whole.Refuse("is nested more than " + std::to_string(kDeepest) + " deep");
  if (IsText()) return ScalarToJson(node_);
  std::string parts;
  if (IsList()) {
    for (const YamlValue& element : Elements("a list")) {
      parts += (parts.empty() ? "" : ",") + element.ToJson(whole, depth + 1);
    }
    return "[" + parts + "]";
  }
  if (!IsMap()) return "null";
  for (const Member& member : Members("a map")) {
    parts += (parts.empty() ? "" : ",") + Json(member.name).dump() + ":" + member.value.ToJson(whole, depth + 1);
  }
  return "{" + parts + "}";
}

YamlMap::YamlMap(const YamlValue& value, std::span<const std::string_view> names, const std::string& expected,
                 std::string_view may_be_null)
    : value_(value) {
  for (YamlValue::Member& member : value.Members(expected)) {
    if (std::ranges::find(names, member.name) == names.end()) {
      const std::string nearest = Nearest(member.name, {names.begin(), names.end()});
      member.key.Refuse("unknown key " + Shown(member.name) +
                        (nearest.empty() ? "; known are " + Alternatives(names) : " (did you mean " + nearest + "?)"));
    }
    if (member.name != may_be_null && !member.value.IsText() && !member.value.IsList() && !member.value.IsMap()) {
      member.value.Refuse("there is nothing after it; for an empty text write \"\"");
    }
    members_.emplace(std::move(member.name), std::move(member.value));
  }
}

const YamlValue* YamlMap::Find(std::string_view name) const {
  const auto found = members_.find(name);
  return found == members_.end() ? nullptr : &found->second;
}

const YamlValue& YamlMap::At(std::string_view name) const {
  const YamlValue* const found = Find(name);
  if (found == nullptr) value_.Refuse("'" + std::string(name) + "' is missing");
  return *found;
}

}  // namespace runner::ctl
