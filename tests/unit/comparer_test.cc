#include "runner/grading/comparer.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "runner/sandbox/text.h"

namespace runner {
namespace {

using namespace std::chrono_literals;

// "" where it is as it should be, else the message.
std::string Say(const ComparerPtr& comparer, std::string_view actual) {
  const auto difference = comparer->Compare(actual);
  return difference ? difference->message : "";
}

std::string Exact(const std::string& expected, std::string_view actual) {
  return Say(MakeExactComparer(expected), actual);
}
std::string Trim(const std::string& expected, std::string_view actual) {
  return Say(MakeTrimComparer(expected), actual);
}
std::string SameLines(const std::string& expected, std::string_view actual) {
  return Say(MakeLinesComparer(expected), actual);
}
std::string Tokens(const std::string& expected, std::string_view actual) {
  return Say(MakeTokensComparer(expected), actual);
}
std::string Numbers(const std::string& expected, std::string_view actual, Tolerance tolerance = {}) {
  return Say(MakeNumbersComparer(expected, tolerance), actual);
}
std::string Regex(const std::string& pattern, std::string_view actual) {
  auto made = MakeRegexComparer(pattern);
  return made ? Say(*made, actual) : "pattern " + made.error().step;
}
std::string Json(const std::string& expected, std::string_view actual, const JsonOptions& options = {}) {
  auto made = MakeJsonComparer(expected, options);
  return made ? Say(*made, actual) : "expected " + made.error().step;
}

TEST_CASE("exact is byte for byte, and points at the first difference by line and character") {
  CHECK(Exact("", "").empty());
  CHECK(Exact("a\n", "a\n").empty());
  CHECK(Exact("a\nb\n", "a\nc\n") == "line 2, column 1: expected \"b\", got \"c\"");
  CHECK(Exact("sum: 7\n", "sum: 8\n") == "line 1, column 6: expected \"sum: 7\", got \"sum: 8\"");
  CHECK(Exact("a\n", "a") == "line 1, column 2: expected a line end, got the end");
  CHECK(Exact("a", "a\n") == "line 1, column 2: expected the end, got a line end");
  CHECK(Exact("a\n", "a\r\n") == "line 1, column 2: expected a line end, got \"a\\r\"");
  // ä is two bytes and one column; ä and ö share their first byte.
  CHECK(Exact("ää", "äö") == "line 1, column 2: expected \"ää\", got \"äö\"");
}

TEST_CASE("trim overlooks line ends, blanks at the ends of lines and empty lines at the end") {
  CHECK(Trim("a\nb\n", "a  \r\nb\t\n\n\n").empty());
  CHECK(Trim("a\nb", "a\nb\n").empty());
  CHECK(Trim("", " \n\n").empty());
  CHECK(Trim("a\nb", "a\n\nb") == "line 2, column 1: expected \"b\", got a line end");
  CHECK(Trim(" a", "a") == "line 1, column 1: expected \" a\", got \"a\"");
  CHECK(Trim("a\nb\n", "a\n") == "line 1, column 2: expected \"b\", got the end");
  CHECK(Trim("a\n", "a\nb") == "line 2, column 1: expected the end, got \"b\"");
}

TEST_CASE("lines come in any order, each as often") {
  CHECK(SameLines("a\nb\nb\n", "b\na \r\nb\n").empty());
  CHECK(SameLines("a\nb\n", "b\nb\na\n") == "line 2 is \"b\", which is not expected");
  CHECK(SameLines("a\nb\n", "a\n") == "there is no line \"b\"");
  CHECK(SameLines("a\nb\n", "a\nc\n") == "there is no line \"b\", but line 2 is \"c\"");
}

TEST_CASE("tokens are divided by any white space") {
  CHECK(Tokens("1 2 3", "1\n2\t3\r\n").empty());
  CHECK(Tokens("1 2 3", "1 2\n 4") == "line 2, column 2, word 3: expected \"3\", got \"4\"");
  CHECK(Tokens("1 2", "1") == "line 1, column 2, word 2: expected \"2\", got the end");
  CHECK(Tokens("1", "1 2") == "line 1, column 3, word 2: expected the end, got \"2\"");
  CHECK(Tokens("1.0", "1") != "");
}

TEST_CASE("numbers are exact decimals unless there is a tolerance") {
  CHECK(Numbers("1 1.50 -0 1e2", "1.0 15e-1 0 100").empty());
  CHECK(Numbers("0.3", "0.30000000000000004") != "");
  CHECK(Numbers("12345678901234567890", "12345678901234567891") != "");
  CHECK(Numbers("NaN Infinity -Infinity inf", "nan inf -inf Infinity").empty());
  CHECK(Numbers("Infinity", "-Infinity") != "");
  CHECK(Numbers("1", "0x1") != "");
  CHECK(Numbers("1", "1n") != "");
  CHECK(Numbers("a 1", "a 1.").empty());
}

TEST_CASE("numbers may differ by the larger of both tolerances") {
  CHECK(Numbers("1", "1.1", {.absolute = 0.1}).empty());
  CHECK(Numbers("1", "1.11", {.absolute = 0.1}) == "line 1, column 1, word 1: expected \"1\", got \"1.11\"");
  CHECK(Numbers("1000", "1001", {.relative = 0.001}).empty());
  CHECK(Numbers("1000", "1002", {.relative = 0.001}) != "");
  CHECK(Numbers("1000", "1002", {.absolute = 2, .relative = 0.001}).empty());
  CHECK(Numbers("1e999", "1e999", {.absolute = 1}).empty());
  CHECK(Numbers("1", "1e999", {.absolute = 1, .relative = 1}) != "");
  CHECK(Numbers("1", "nan", {.absolute = 1e300}) != "");
  CHECK(Numbers("Infinity", "1", {.relative = 1}) != "");
  CHECK(Numbers("x", "y", {.absolute = 1}) != "");
}

TEST_CASE("contains looks for bytes anywhere") {
  CHECK(Say(MakeContainsComparer("b\nc"), "ab\ncd").empty());
  CHECK(Say(MakeContainsComparer("x"), "abc") == "\"x\" does not occur");
}

TEST_CASE("a regular expression is RE2's, and matches somewhere") {
  CHECK(Regex("b+", "abbbc").empty());
  CHECK(Regex("^c", "b\nc") == "nothing matches \"^c\"");
  CHECK(Regex("(?m)^c$", "b\nc").empty());
  CHECK_THAT(Regex("(", ""), Catch::StartsWith("pattern is no regular expression of RE2: "));
  CHECK_THAT(Regex("(?=a)", ""), Catch::StartsWith("pattern is no regular expression of RE2: "));
  CHECK_THAT(Regex("(a{600}|b{600})", ""), Catch::StartsWith("pattern is too large: "));
  CHECK_THAT(Regex(std::string(5000, 'a'), ""), Catch::StartsWith("pattern has 5000 bytes"));
}

TEST_CASE("JSON values are equal whatever the order of members and the way they are written") {
  CHECK(Json(R"({"a":1,"b":[true,null,"ü"]})", " { \"b\": [true, null, \"\\u00fc\"], \"a\": 1.0 }\n").empty());
  CHECK(Json("[1,2]", "[2,1]") == "$[0]: expected 1, got 2");
  CHECK(Json(R"({"users":[{"name":"Ada"}]})", R"({"users":[{"name":"Bob"}]})") ==
        "$.users[0].name: expected \"Ada\", got \"Bob\"");
  CHECK(Json(R"({"a":1})", R"({})") == "$: the member \"a\" is missing");
  CHECK(Json(R"({})", R"({"a b":1})") == "$: there is a member \"a b\" too many");
  CHECK(Json("[1]", "[1,2]") == "$: expected an array of 1, got an array of 2");
  CHECK(Json("1", "\"1\"") == "$: expected 1, got \"1\"");
  CHECK(Json("0.3", "0.30000000000000004") != "");
  CHECK(Json("100000000000000000000000", "100000000000000000000001") != "");
  CHECK(Json("100000000000000000000000", "1e23").empty());
}

TEST_CASE("JSON numbers may differ by a tolerance, and arrays may be bags") {
  CHECK(Json("[0.3]", "[0.30000000000000004]", {.tolerance = {.absolute = 1e-9}}).empty());
  CHECK(Json("[1,2,[3,4]]", "[[4,3],2,1]", {.tolerance = {}, .unordered = true}).empty());
  CHECK(Json("[1,1,2]", "[1,2,2]", {.tolerance = {}, .unordered = true}) == "$: no element is equal to the expected 1");
  // Who takes the first that fits would leave the second without one.
  CHECK(Json("[1.0,1.4]", "[1.2,0.8]", {.tolerance = {.absolute = 0.25}, .unordered = true}).empty());
  CHECK(Json("[1.0,1.4]", "[1.2,1.9]", {.tolerance = {.absolute = 0.25}, .unordered = true}) != "");
}

TEST_CASE("what is no JSON, or not one value, is told by its place") {
  CHECK(Json("{}", "{\"a\":1,}") == "line 1, column 8: this is not JSON");
  CHECK(Json("{}", "{}\n{}") == "line 2, column 1: this is not JSON");
  CHECK_THAT(Json("{}", ""), Catch::Contains("this is not JSON"));
  CHECK_THAT(Json("{}", "{\"a\":1,\"a\":1}"), Catch::Contains("an object has the key \"a\" twice"));
  CHECK_THAT(Json("{}", "1e999"), Catch::Contains("a number is too large"));
  CHECK_THAT(Json("{}", "\"\xff\""), Catch::Contains("this is not JSON"));
  CHECK_THAT(Json("{\"a\":1,\"a\":1}", "{}"), Catch::StartsWith("expected line 1, column "));
  CHECK_THAT(Json("{}", std::string(201, '[') + std::string(201, ']')), Catch::Contains("deeper than 200 levels"));
}

TEST_CASE("a diff is unified, has context and line numbers, and shows what cannot be printed") {
  const auto difference = MakeExactComparer("1\n2\n3\n4\n5\n6\n")->Compare("1\n2\n3\n4\nfive\x1b\n6\n");
  REQUIRE(difference);
  CHECK(difference->line == 5);
  CHECK(difference->diff == "--- expected\n+++ actual\n@@ -2,5 +2,5 @@\n 2\n 3\n 4\n-5\n+five\\x1b\n 6\n");
  const auto end = MakeExactComparer("a\n")->Compare("a");
  REQUIRE(end);
  CHECK(end->diff == "--- expected\n+++ actual\n@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file\n");
}

// Every comparer that can take `expected`.
std::vector<ComparerPtr> All(const std::string& expected) {
  std::vector<ComparerPtr> all;
  all.push_back(MakeExactComparer(expected));
  all.push_back(MakeTrimComparer(expected));
  all.push_back(MakeLinesComparer(expected));
  all.push_back(MakeTokensComparer(expected));
  all.push_back(MakeNumbersComparer(expected, {.absolute = 1}));
  all.push_back(MakeContainsComparer(expected + "!"));
  all.push_back(std::move(*MakeRegexComparer("(x+x+)+y")));
  all.push_back(std::move(*MakeJsonComparer("[]", {})));
  return all;
}

TEST_CASE("numbers and JSON that are nearly right are wrong") {
  CHECK(Json("6", std::string_view("6\0x", 3)) == "line 1, column 2: this is not JSON");
  CHECK(Json("6", std::string_view("6\0", 2)) != "");
  CHECK(Numbers("0", std::string(400, '9') + ".5", {.absolute = 1}) != "");
  CHECK(Numbers("0", "1e-400", {.absolute = 1}).empty());
  CHECK(Numbers("0", "0." + std::string(400, '0') + "1e2", {.absolute = 1}).empty());
  CHECK(Numbers("1234567890123456", "1234567890123457", {.absolute = 1e-6}) != "");
  CHECK(Numbers("1", "1.1", {.absolute = 0.1}).empty());
}

// Lines of 16 bytes that all have one std::hash: MurmurHash64A with libstdc++'s seed, run backwards for the second half.
std::string Colliding(std::size_t count) {
  constexpr std::uint64_t kMultiplier = 0xc6a4a7935bd1e995U;
  const auto mix = [](std::uint64_t value) { return value ^ (value >> 47U); };
  std::uint64_t inverse = 1;
  for (int i = 0; i < 7; ++i) inverse *= 2 - kMultiplier * inverse;
  std::string text;
  for (std::uint64_t i = 0; count > 0; ++i) {
    std::string line = std::to_string(10'000'000 + i);
    std::uint64_t half = 0;
    std::memcpy(&half, line.data(), sizeof(half));
    const std::uint64_t hash =
        (0xc70f6907U ^ (16 * kMultiplier) ^ (mix(half * kMultiplier) * kMultiplier)) * kMultiplier;
    half = mix((hash ^ 0x1234567890abcdefU) * inverse) * inverse;
    line.append(reinterpret_cast<const char*>(&half), sizeof(half));
    if (line.find_first_of("\n\r\t\v\f ") != std::string::npos) continue;
    text += line + "\n";
    --count;
  }
  return text;
}

TEST_CASE("lines that a hash table could not tell apart are") {
  const std::string lines = Colliding(3);
  const std::hash<std::string_view> hash;
  REQUIRE(hash(std::string_view(lines).substr(0, 16)) == hash(std::string_view(lines).substr(17, 16)));
  CHECK(SameLines(lines, lines).empty());
}

// ThreadSanitizer's build took 26 s.
#ifdef __SANITIZE_THREAD__
constexpr auto kLong = 60s;
#else
constexpr auto kLong = 10s;
#endif

TEST_CASE("what a hostile program prints takes no comparer long, and gives short messages of valid UTF-8") {
  std::string numbers;
  for (int i = 0; i < 1'000'000; ++i) numbers += std::to_string(i) + "\n";
  std::string other = numbers;
  for (std::size_t i = 0; i < other.size(); i += 7) {
    if (other[i] != '\n') other[i] = 'x';
  }
  const std::vector<std::string> hostile = {std::string(8'000'000, 'x'),
                                            std::string(8'000'000, '\n'),
                                            std::string(8'000'000, '['),
                                            std::string(8'000'000, '\0'),
                                            std::string(8'000'000, '\x80'),
                                            numbers,
                                            other,
                                            Colliding(240'000)};
  for (const std::string& actual : hostile) {
    for (const std::string& expected : {std::string("1"), numbers}) {
      for (const ComparerPtr& comparer : All(expected)) {
        const auto begin = std::chrono::steady_clock::now();
        const auto difference = comparer->Compare(actual);
        CHECK(std::chrono::steady_clock::now() - begin < kLong);
        if (!difference) continue;
        CHECK(difference->message.size() < 2000);
        CHECK(difference->diff.size() <= 8192);
        CHECK(IsValidUtf8(difference->message));
        CHECK(IsValidUtf8(difference->diff));
      }
    }
  }
}

}  // namespace
}  // namespace runner
