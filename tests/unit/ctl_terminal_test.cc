// What runnerctl run --tty is made of.
#include <catch2/catch.hpp>

#include "runner/ctl/raw_terminal.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

TEST_CASE("a window's size is written columns first", "[ctl]") {
  const WindowSize size = ParseWindowSize("--tty-size", "80x24");
  CHECK(size.columns == 80);
  CHECK(size.rows == 24);
  for (const char* text :
       {"", "80", "x", "80x", "x24", "0x24", "80x0", "80x24x1", "80 x 24", "4097x1", "-1x1", "axb"}) {
    INFO(text);
    CHECK_THROWS_WITH(
        ParseWindowSize("--tty-size", text),
        "--tty-size: '" + std::string(text) + "' is not COLUMNSxROWS, such as 80x24, each from 1 to 4096");
  }
}

TEST_CASE("a tilde and a dot at the beginning of a line are the way out, and nowhere else", "[ctl]") {
  const auto typed = [](std::initializer_list<const char*> parts) {
    EscapeSequence escape;
    std::string taken;
    for (const char* part : parts) taken += escape.Take(part);
    return taken + (escape.found() ? "<out>" : "");
  };
  CHECK(typed({"~."}) == "<out>");
  CHECK(typed({"abc\r", "~", ".rest"}) == "abc\r<out>");
  CHECK(typed({"a\n~.b"}) == "a\n<out>");
  CHECK(typed({"a~.\r"}) == "a~.\r");
  CHECK(typed({"~~.\r~x~.\r"}) == "~.\r~x~.\r");
  CHECK(typed({"~\r~", "."}) == "~\r<out>");
  CHECK(typed({"\x03~."}) == "\x03~.");
}

}  // namespace
}  // namespace runner::ctl
