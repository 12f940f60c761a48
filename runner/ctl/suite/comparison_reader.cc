#include "runner/ctl/suite/comparison_reader.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "runner/ctl/suite/suite_keys.h"

namespace runner::ctl {
namespace {

constexpr const char* kForm = "a text, or a map such as {contains: TEXT}";
constexpr std::string_view kFileSuffix = "_file";

// What of `map` only some comparers take.
void ReadOptions(const YamlMap& map, Comparer& comparer) {
  const bool numeric = comparer.name == "numbers" || comparer.name == "json";
  for (const std::string_view name : {"absolute", "relative"}) {
    const YamlValue* const value = map.Find(name);
    if (value == nullptr) continue;
    if (!numeric) value->Refuse("goes with numbers and json, not with " + comparer.name);
    (name == "absolute" ? comparer.absolute : comparer.relative) = value->Amount();
  }
  if (const YamlValue* const unordered = map.Find("unordered")) {
    if (comparer.name != "json") unordered->Refuse("goes with json, not with " + comparer.name);
    comparer.unordered = unordered->Bool();
  }
}

std::string JsonText(const YamlValue& value, std::string text) {
  if (!nlohmann::json::accept(text)) value.Refuse("expected JSON (a string has quotes of its own: '\"text\"')");
  return text;
}

}  // namespace

Comparer ReadComparer(const YamlValue& value) {
  Comparer comparer;
  if (value.IsText()) {
    comparer.name = kDefaultComparers.at(value.Choice(kDefaultComparers));
    return comparer;
  }
  const YamlMap map(value, kComparerKeys, "a comparer: " + Alternatives(kDefaultComparers) + ", or a map with how");
  comparer.name = kDefaultComparers.at(map.At("how").Choice(kDefaultComparers));
  ReadOptions(map, comparer);
  return comparer;
}

v1::Comparison Compare(const Comparer& comparer, std::string expected) {
  v1::Comparison comparison;
  if (comparer.name == "exact") {
    comparison.set_exact(std::move(expected));
  } else if (comparer.name == "trim") {
    comparison.set_trim(std::move(expected));
  } else if (comparer.name == "lines") {
    comparison.set_lines(std::move(expected));
  } else if (comparer.name == "tokens") {
    comparison.set_tokens(std::move(expected));
  } else if (comparer.name == "contains") {
    comparison.set_contains(std::move(expected));
  } else if (comparer.name == "regex") {
    comparison.set_regex(std::move(expected));
  } else if (comparer.name == "numbers") {
    v1::Numbers& numbers = *comparison.mutable_numbers();
    numbers.set_expected(std::move(expected));
    numbers.set_absolute(comparer.absolute);
    numbers.set_relative(comparer.relative);
  } else {
    v1::JsonEquality& json = *comparison.mutable_json();
    json.set_expected(std::move(expected));
    json.set_absolute(comparer.absolute);
    json.set_relative(comparer.relative);
    json.set_unordered(comparer.unordered);
  }
  return comparison;
}

v1::Comparison ReadComparison(const YamlValue& value, const Comparer& standard, SuiteFiles& files) {
  if (value.IsText()) {
    return Compare(standard, standard.name == "json" ? JsonText(value, value.Text()) : value.Text());
  }
  const YamlMap map(value, kComparisonKeys, kForm, "json");
  const YamlValue* expected = nullptr;
  Comparer comparer;
  bool is_file = false;
  for (const std::string_view key : kComparisonKeys) {
    if (std::ranges::find(kComparisonOptions, key) != kComparisonOptions.end()) continue;
    const YamlValue* const found = map.Find(key);
    if (found == nullptr) continue;
    if (expected != nullptr) value.Refuse("has two comparers; for more than one condition use a checker");
    expected = found;
    is_file = key.ends_with(kFileSuffix);
    comparer.name = key.substr(0, key.size() - (is_file ? kFileSuffix.size() : 0));
  }
  if (expected == nullptr) value.Refuse("names no comparer: " + Alternatives(kComparers));
  ReadOptions(map, comparer);
  if (is_file) {
    std::string content = files.Content(*expected);
    return Compare(comparer, comparer.name == "json" ? JsonText(*expected, std::move(content)) : std::move(content));
  }
  if (comparer.name != "json") return Compare(comparer, expected->Text());
  return Compare(comparer, expected->IsText() ? JsonText(*expected, expected->Text()) : expected->ToJson());
}

}  // namespace runner::ctl
