#include <catch2/catch.hpp>
#include <string>

#include "runner/ctl/units.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

using std::chrono::milliseconds;

std::string DurationError(const std::string& text) {
  try {
    (void)ParseDuration("--time", text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

std::string SizeError(const std::string& text) {
  try {
    (void)ParseSize("--memory", text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("durations are read with the units people write", "[ctl]") {
  CHECK(ParseDuration("--time", "500ms") == milliseconds(500));
  CHECK(ParseDuration("--time", "2s") == milliseconds(2000));
  CHECK(ParseDuration("--time", "2 s") == milliseconds(2000));
  CHECK(ParseDuration("--time", "1.5m") == milliseconds(90'000));
  CHECK(ParseDuration("--time", "1h") == milliseconds(3'600'000));
  CHECK(ParseDuration("--time", "0.001s") == milliseconds(1));
  CHECK(ParseDuration("--time", "0s") == milliseconds(0));
  CHECK(ParseDuration("--time", "24000h") == milliseconds(86'400'000'000));
}

TEST_CASE("a duration without a unit is seconds", "[ctl]") {
  CHECK(ParseDuration("--time", "2") == milliseconds(2000));
  CHECK(ParseDuration("--time", "0.3") == milliseconds(300));
}

TEST_CASE("what is not a duration is refused with the option, the value and what is accepted", "[ctl]") {
  for (const char* text : {"", "s", "-1s", "+1s", "nan", "inf", "1x", "1.s", ".5s", "1e3s", "1s2", "2S", "0x10s"}) {
    INFO(text);
    CHECK_THAT(DurationError(text), Catch::StartsWith("--time: '" + std::string(text) + "' is not a duration"));
    CHECK_THAT(DurationError(text), Catch::Contains("500ms, 2s or 1.5m"));
  }
}

TEST_CASE("durations finer than a millisecond or beyond all reason are refused", "[ctl]") {
  CHECK_THAT(DurationError("0.5ms"), Catch::Contains("whole milliseconds"));
  CHECK_THAT(DurationError("0.0001s"), Catch::Contains("whole milliseconds"));
  CHECK_THAT(DurationError("24001h"), Catch::Contains("the most is 24000h"));
  CHECK_THAT(DurationError("99999999999999999999999s"), Catch::Contains("the most is 24000h"));
  CHECK_THAT(DurationError("18446744073709551615h"), Catch::Contains("the most is 24000h"));
}

TEST_CASE("sizes are read in powers of 1024, and of 1000 where the unit says so", "[ctl]") {
  CHECK(ParseSize("--memory", "128M") == 134'217'728);
  CHECK(ParseSize("--memory", "128MiB") == 134'217'728);
  CHECK(ParseSize("--memory", "128m") == 134'217'728);
  CHECK(ParseSize("--memory", "64KiB") == 65'536);
  CHECK(ParseSize("--memory", "1G") == 1'073'741'824);
  CHECK(ParseSize("--memory", "1.5G") == 1'610'612'736);
  CHECK(ParseSize("--memory", "10MB") == 10'000'000);
  CHECK(ParseSize("--memory", "2kb") == 2000);
  CHECK(ParseSize("--memory", "4096") == 4096);
  CHECK(ParseSize("--memory", "4096B") == 4096);
  CHECK(ParseSize("--memory", "9223372036854775807") == 9'223'372'036'854'775'807U);
}

TEST_CASE("what is not a size is refused with the option, the value and what is accepted", "[ctl]") {
  for (const char* text : {"", "M", "-1M", "nan", "1Q", "1 M B", "0x10", "1,5M"}) {
    INFO(text);
    CHECK_THAT(SizeError(text), Catch::StartsWith("--memory: '" + std::string(text) + "' is not a size"));
    CHECK_THAT(SizeError(text), Catch::Contains("64KiB or 128M"));
  }
  CHECK_THAT(SizeError("1.5"), Catch::Contains("whole number of bytes"));
  CHECK_THAT(SizeError("9223372036854775808"), Catch::Contains("too large"));
  CHECK_THAT(SizeError("99999999999T"), Catch::Contains("too large"));
  CHECK_THAT(SizeError("99999999999999999999"), Catch::Contains("too large"));
}

TEST_CASE("durations and sizes are written as a person would", "[ctl]") {
  CHECK(FormatDuration(milliseconds(300)) == "300 ms");
  CHECK(FormatDuration(milliseconds(1000)) == "1 s");
  CHECK(FormatDuration(milliseconds(1500)) == "1.5 s");
  CHECK(FormatDuration(milliseconds(100'000)) == "100 s");
  CHECK(FormatMeasuredDuration(milliseconds(1003)) == "1.00 s");
  CHECK(FormatMeasuredDuration(milliseconds(312)) == "312 ms");
  CHECK(FormatSize(0) == "0 bytes");
  CHECK(FormatSize(1) == "1 byte");
  CHECK(FormatSize(1023) == "1023 bytes");
  CHECK(FormatSize(65'536) == "64 KiB");
  CHECK(FormatSize(134'217'728) == "128 MiB");
  CHECK(FormatSize(1'610'612'736) == "1.5 GiB");
}

}  // namespace
}  // namespace runner::ctl
