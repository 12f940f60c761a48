#include "runner/sandbox/units.h"

#include <catch2/catch.hpp>
#include <string>

#include "runner/sandbox/text.h"

namespace runner {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST_CASE("durations are read exactly, and only with a unit") {
  CHECK(ParseDuration("10s") == milliseconds(10'000));
  CHECK(ParseDuration("500ms") == milliseconds(500));
  CHECK(ParseDuration("1.5s") == milliseconds(1500));
  CHECK(ParseDuration("2m") == milliseconds(120'000));
  CHECK(ParseDuration("1h") == milliseconds(3'600'000));
  CHECK(ParseDuration("0s") == milliseconds(0));
  for (const char* wrong : {"", "10", "s", "-1s", "+1s", "1 s", "1.s", ".5s", "1..5s", "1e3s", "0.1ms", "1d", "1S",
                            "inf", "nan", "0x10s", "99999999999999999999s", "999999999h", "1s "}) {
    CAPTURE(wrong);
    CHECK_FALSE(ParseDuration(wrong));
  }
}

TEST_CASE("sizes are read exactly, in powers of 1024 or, with B alone, of 1000") {
  CHECK(ParseSize("4096") == 4096U);
  CHECK(ParseSize("64KiB") == 65'536U);
  CHECK(ParseSize("64K") == 65'536U);
  CHECK(ParseSize("64KB") == 64'000U);
  CHECK(ParseSize("256MiB") == 268'435'456U);
  CHECK(ParseSize("1.5GiB") == 1'610'612'736U);
  CHECK(ParseSize("200MB") == 200'000'000U);
  CHECK(ParseSize("0") == 0U);
  for (const char* wrong : {"", "M", "-1", "1.5", "1 M", "1mib", "1TiB", "0.0001K", "16GGiB", "18446744073709551616"}) {
    CAPTURE(wrong);
    CHECK_FALSE(ParseSize(wrong));
  }
  CHECK_FALSE(ParseSize("99999999999GiB"));
}

TEST_CASE("cores are read in thousandths") {
  CHECK(ParseMillicores("1") == 1000U);
  CHECK(ParseMillicores("1.5") == 1500U);
  CHECK(ParseMillicores("0.125") == 125U);
  CHECK_FALSE(ParseMillicores("0.0001"));
  CHECK_FALSE(ParseMillicores("one"));
}

TEST_CASE("quantities are printed exactly, in the largest unit that fits") {
  CHECK(FormatDuration(milliseconds(10'000)) == "10 s");
  CHECK(FormatDuration(milliseconds(1500)) == "1500 ms");
  CHECK(FormatDuration(nanoseconds(500)) == "500 ns");
  CHECK(FormatDuration(nanoseconds(-1'000'000'000)) == "-1 s");
  CHECK(FormatDuration(nanoseconds(0)) == "0 s");
  CHECK(FormatSize(0) == "0 bytes");
  CHECK(FormatSize(1000) == "1000 bytes");
  CHECK(FormatSize(268'435'456) == "256 MiB");
  CHECK(FormatSize(1ULL << 40U) == "1024 GiB");
}

TEST_CASE("UTF-8 is taken apart strictly") {
  CHECK(IsValidUtf8("plain, \xc3\xa4, \xe2\x82\xac, \xf0\x9f\x8e\x89"));
  for (const char* wrong : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88",
                            "\xff", "a\xe2\x82", "\xf0\x9f\x8e"}) {
    CHECK_FALSE(IsValidUtf8(wrong));
  }
}

TEST_CASE("a quoted text is one line of valid UTF-8 whatever it was") {
  CHECK(Quote("a\xc3\xa4") == "\"a\xc3\xa4\"");
  CHECK(Quote("a\"b\\c\nd\x1b[31m") == R"("a\"b\\c\nd\x1b[31m")");
  CHECK(Quote(std::string("\0\xff", 2)) == R"("\x00\xff")");
  CHECK(Quote("\xc2\x9b") == R"("\xc2\x9b")");  // CSI as one character
  CHECK(Quote(std::string(5000, 'a'), 4) == "\"aaaa...\" (5000 bytes)");
  CHECK(IsValidUtf8(Quote(std::string(79, 'a') + "\xe2\x82\xac\xe2\x82\xac")));
}

}  // namespace
}  // namespace runner
