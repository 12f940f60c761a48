// The comparer that looks at JSON values.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "runner/grading/comparer.h"
#include "runner/grading/json_value.h"
#include "runner/grading/text_view.h"
#include "runner/grading/unified_diff.h"
#include "runner/sandbox/text.h"

namespace runner {
namespace {

using std::string_view;
using Kind = JsonValue::Kind;

// Finding pairs among elements that need only be close takes time that grows with the cube.
constexpr std::size_t kMaxBagValues = 1000;
constexpr std::size_t kMaxDiffedBytes = 64 * 1024;

// Gives equal values the same id, bags included, in little more time than in proportion to their sizes.
class Interner {
 public:
  explicit Interner(bool unordered) : unordered_(unordered) {}

  void Number(JsonValue& value) {
    std::vector<std::size_t> ids;
    for (JsonValue& item : value.items) {
      Number(item);
      ids.push_back(item.id);
    }
    if (value.kind == Kind::kArray && unordered_) std::ranges::sort(ids);
    std::string key(1, static_cast<char>('0' + static_cast<int>(value.kind)));
    if (value.kind == Kind::kNumber) {
      const auto number = ParseNumber(value.text);
      key += number ? number->decimal : value.text;
    } else if (value.kind == Kind::kString) {
      key += value.text;
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (!value.keys.empty()) key += std::to_string(value.keys[i].size()) + ":" + value.keys[i];
      key += std::to_string(ids[i]) + ",";
    }
    value.id = ids_.emplace(std::move(key), ids_.size() + 1).first->second;
  }

 private:
  bool unordered_;
  std::map<std::string, std::size_t> ids_;  // no hash table: the keys are the program's
};

void ParseNumbers(JsonValue& value) {
  if (value.kind == Kind::kNumber) value.number = ParseNumber(value.text);
  for (JsonValue& item : value.items) ParseNumbers(item);
}

class JsonMatch {
 public:
  explicit JsonMatch(const JsonOptions& options) : options_(options) {}

  [[nodiscard]] bool Equal(const JsonValue& expected, const JsonValue& actual) const {
    if (options_.tolerance.none()) return expected.id == actual.id;
    if (expected.kind != actual.kind || expected.items.size() != actual.items.size()) return false;
    if (expected.kind == Kind::kNumber) return Close(expected, actual);
    if (expected.text != actual.text || expected.keys != actual.keys) return false;
    if (expected.kind == Kind::kArray && options_.unordered) return Unpaired(expected, actual) == expected.items.size();
    for (std::size_t i = 0; i < expected.items.size(); ++i) {
      if (!Equal(expected.items[i], actual.items[i])) return false;
    }
    return true;
  }

  // The first difference of two values that are not equal.
  [[nodiscard]] std::string Explain(const JsonValue& expected, const JsonValue& actual, const std::string& path) const {
    if (expected.kind == actual.kind && expected.kind == Kind::kObject) return ExplainObject(expected, actual, path);
    if (expected.kind == actual.kind && expected.kind == Kind::kArray) return ExplainArray(expected, actual, path);
    return path + ": expected " + Describe(expected) + ", got " + Describe(actual);
  }

 private:
  [[nodiscard]] bool Close(const JsonValue& expected, const JsonValue& actual) const {
    return expected.number && actual.number && IsClose(*expected.number, *actual.number, options_.tolerance);
  }

  [[nodiscard]] std::string ExplainObject(const JsonValue& expected, const JsonValue& actual,
                                          const std::string& path) const {
    std::string missing;
    for (std::size_t i = 0; i < expected.keys.size(); ++i) {
      const std::string& key = expected.keys[i];
      const auto found = std::ranges::lower_bound(actual.keys, key);
      if (found == actual.keys.end() || *found != key) return path + ": the member " + Quote(key) + " is missing";
      const JsonValue& other = actual.items[static_cast<std::size_t>(found - actual.keys.begin())];
      if (!Equal(expected.items[i], other)) return Explain(expected.items[i], other, Member(path, key));
    }
    for (const std::string& key : actual.keys) {
      if (!std::ranges::binary_search(expected.keys, key))
        return path + ": there is a member " + Quote(key) + " too many";
    }
    return path;
  }

  [[nodiscard]] std::string ExplainArray(const JsonValue& expected, const JsonValue& actual,
                                         const std::string& path) const {
    const std::size_t both = std::min(expected.items.size(), actual.items.size());
    if (!options_.unordered) {
      for (std::size_t i = 0; i < both; ++i) {
        if (Equal(expected.items[i], actual.items[i])) continue;
        return Explain(expected.items[i], actual.items[i], path + "[" + std::to_string(i) + "]");
      }
    }
    if (expected.items.size() != actual.items.size()) {
      return path + ": expected " + Describe(expected) + ", got " + Describe(actual);
    }
    const std::size_t lonely = Unpaired(expected, actual);
    return path + ": no element is equal to the expected " + Describe(expected.items[std::min(lonely, both - 1)]);
  }

  // The index of an expected element that finds no partner where every one wants its own; their number where all do.
  [[nodiscard]] std::size_t Unpaired(const JsonValue& expected, const JsonValue& actual) const {
    if (options_.tolerance.none()) {
      std::unordered_map<std::size_t, std::ptrdiff_t> open;
      for (const JsonValue& item : actual.items) ++open[item.id];
      for (std::size_t i = 0; i < expected.items.size(); ++i) {
        if (--open[expected.items[i].id] < 0) return i;
      }
      return expected.items.size();
    }
    // Kuhn's algorithm.
    const std::size_t count = expected.items.size();
    std::vector<std::vector<std::size_t>> fits(count);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < count; ++j) {
        if (Equal(expected.items[i], actual.items[j])) fits[i].push_back(j);
      }
    }
    std::vector<std::size_t> partner(count, count);
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<bool> tried(count);
      if (!Pair(i, fits, partner, tried)) return i;
    }
    return count;
  }

  static bool Pair(std::size_t i, const std::vector<std::vector<std::size_t>>& fits, std::vector<std::size_t>& partner,
                   std::vector<bool>& tried) {
    for (const std::size_t j : fits[i]) {
      if (tried[j]) continue;
      tried[j] = true;
      if (partner[j] == partner.size() || Pair(partner[j], fits, partner, tried)) {
        partner[j] = i;
        return true;
      }
    }
    return false;
  }

  static std::string Member(const std::string& path, const std::string& key) {
    const bool plain = !key.empty() && key.size() <= 40 && std::ranges::all_of(key, [](char byte) {
      return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
             byte == '_';
    });
    const std::string whole = path + (plain ? "." + key : "[" + Quote(key, 40) + "]");
    // A path can be as deep as the value.
    return whole.size() <= 200 ? whole : "$…" + whole.substr(CharacterStart(whole, whole.size() - 150));
  }

  const JsonOptions& options_;
};

class JsonComparer final : public Comparer {
 public:
  JsonComparer(std::string expected, JsonOptions options) : expected_(std::move(expected)), options_(options) {}

  [[nodiscard]] std::optional<Difference> Compare(string_view actual) const override {
    std::size_t count = 0;
    auto wanted = ParseJson(expected_, count);
    auto came = ParseJson(actual, count);
    if (const auto* mistake = std::get_if<JsonMistake>(&came)) {
      const TextPosition position = PositionOf(actual, mistake->offset);
      if (mistake->offset == 0)
        return Difference{.message = "is not the JSON expected: " + mistake->message, .diff = ""};
      return Difference{.message = "line " + std::to_string(position.line) + ", column " +
                                   std::to_string(position.column) + ": " + mistake->message,
                        .line = position.line,
                        .column = position.column,
                        .diff = ""};
    }
    JsonValue& expected = std::get<JsonValue>(wanted);
    JsonValue& value = std::get<JsonValue>(came);
    if (options_.tolerance.none()) {
      Interner interner(options_.unordered);
      interner.Number(expected);
      interner.Number(value);
    } else {
      ParseNumbers(expected);
      ParseNumbers(value);
    }
    const JsonMatch match(options_);
    if (match.Equal(expected, value)) return std::nullopt;
    return Difference{.message = match.Explain(expected, value, "$"), .diff = Diff(actual)};
  }

 private:
  [[nodiscard]] std::string Diff(string_view actual) const {
    if (options_.unordered || actual.size() > kMaxDiffedBytes || expected_.size() > kMaxDiffedBytes) return "";
    using nlohmann::json;
    return UnifiedDiff(json::parse(expected_).dump(2), json::parse(actual).dump(2), WithoutBlanksAtTheEnd);
  }

  std::string expected_;
  JsonOptions options_;
};

}  // namespace

Result<ComparerPtr> MakeJsonComparer(const std::string& expected, JsonOptions options) {
  std::size_t values = 0;
  const auto parsed = ParseJson(expected, values);
  if (const auto* mistake = std::get_if<JsonMistake>(&parsed)) {
    const TextPosition position = PositionOf(expected, mistake->offset);
    return Error{.step = "line " + std::to_string(position.line) + ", column " + std::to_string(position.column) +
                         ": " + mistake->message};
  }
  if (options.unordered && !options.tolerance.none() && values > kMaxBagValues) {
    return Error{.step =
                     "has " + std::to_string(values) + " values; unordered with a tolerance, allowed are [1, 1000]"};
  }
  return ComparerPtr(std::make_unique<JsonComparer>(expected, options));
}

}  // namespace runner
