#include "runner/grading/json_value.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <utility>

#include "runner/sandbox/text.h"

namespace runner {
namespace {

using Json = nlohmann::json;
using Kind = JsonValue::Kind;

constexpr std::size_t kShownNumber = 80;

// Members in the order of their keys; the key that is there twice, if one is.
std::optional<std::string> SortMembers(JsonValue& object) {
  std::vector<std::size_t> order(object.keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) -> const std::string& { return object.keys[i]; });
  JsonValue sorted;
  for (const std::size_t i : order) {
    if (!sorted.keys.empty() && sorted.keys.back() == object.keys[i]) return object.keys[i];
    sorted.keys.push_back(std::move(object.keys[i]));
    sorted.items.push_back(std::move(object.items[i]));
  }
  object.keys = std::move(sorted.keys);
  object.items = std::move(sorted.items);
  return std::nullopt;
}

// What nlohmann's parser calls. False ends it.
class Builder {
 public:
  bool null() { return Add({.kind = Kind::kNull}); }
  bool boolean(bool value) { return Add({.kind = value ? Kind::kTrue : Kind::kFalse}); }
  bool number_integer(Json::number_integer_t value) { return AddNumber(std::to_string(value)); }
  bool number_unsigned(Json::number_unsigned_t value) { return AddNumber(std::to_string(value)); }
  bool number_float(Json::number_float_t /*value*/, const std::string& text) { return AddNumber(text); }
  bool string(std::string& value) { return Add({.kind = Kind::kString, .text = std::move(value)}); }
  bool binary(Json::binary_t& /*value*/) { return false; }
  bool start_object(std::size_t /*size*/) { return Open(Kind::kObject); }
  bool start_array(std::size_t /*size*/) { return Open(Kind::kArray); }
  bool key(std::string& name) {
    open_.back().keys.push_back(std::move(name));
    return true;
  }
  bool end_object() {
    if (const auto twice = SortMembers(open_.back())) return Fail("an object has the key " + Quote(*twice) + " twice");
    return Close();
  }
  bool end_array() { return Close(); }
  bool parse_error(std::size_t position, const std::string& /*token*/, const nlohmann::detail::exception& error) {
    offset = position == 0 ? 0 : position - 1;
    // 406: a number that is too large for a double.
    return Fail(error.id == 406 ? "a number is too large" : "this is not JSON");
  }

  JsonValue root{};
  std::string mistake{};
  std::size_t offset = 0;
  std::size_t values = 0;

 private:
  bool Fail(std::string why) {
    mistake = std::move(why);
    return false;
  }
  bool AddNumber(std::string text) { return Add({.kind = Kind::kNumber, .text = std::move(text)}); }
  bool Count() { return ++values <= kMaxJsonValues || Fail("there are more than 500000 values"); }
  bool Add(JsonValue&& value) {
    if (!Count()) return false;
    Place(std::move(value));
    return true;
  }
  void Place(JsonValue&& value) {
    if (open_.empty()) {
      root = std::move(value);
    } else {
      open_.back().items.push_back(std::move(value));
    }
  }
  bool Open(Kind kind) {
    if (!Count()) return false;
    if (open_.size() == kMaxJsonDepth) return Fail("it is deeper than 200 levels");
    open_.push_back({.kind = kind});
    return true;
  }
  bool Close() {
    JsonValue done = std::move(open_.back());
    open_.pop_back();
    Place(std::move(done));
    return true;
  }

  std::vector<JsonValue> open_{};
};

}  // namespace

std::variant<JsonValue, JsonMistake> ParseJson(std::string_view text, std::size_t& values) {
  if (text.size() > kMaxJsonBytes) return JsonMistake{"it is longer than 16 MiB"};
  Builder builder;
  const bool parsed = Json::sax_parse(text, &builder);
  values = builder.values;
  // The parser takes NUL for the end of the text.
  const std::size_t nul = parsed ? text.find('\0') : std::string_view::npos;
  if (nul != std::string_view::npos) return JsonMistake{"this is not JSON", nul};
  if (parsed) return std::move(builder.root);
  return JsonMistake{builder.mistake, std::min(builder.offset, text.size())};
}

std::string Describe(const JsonValue& value) {
  switch (value.kind) {
    case Kind::kNull:
      return "null";
    case Kind::kFalse:
      return "false";
    case Kind::kTrue:
      return "true";
    case Kind::kNumber:
      return value.text.substr(0, kShownNumber);
    case Kind::kString:
      return Quote(value.text);
    case Kind::kArray:
      return "an array of " + std::to_string(value.items.size());
    case Kind::kObject:
      return "an object of " + std::to_string(value.items.size());
  }
  return "";
}

}  // namespace runner
