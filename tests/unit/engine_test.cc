// The engine's parts that need no sandbox.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <set>

#include "runner/engine/program.h"
#include "runner/engine/run_control.h"
#include "runner/engine/sandbox.h"
#include "runner/engine/terminal.h"
#include "runner/engine/verdicts.h"
#include "runner/sandbox/protections.h"
#include "runner/sandbox/steps.h"

using namespace runner;

namespace {

std::vector<std::string> Strings(const ProgramStrings& program) {
  std::vector<std::string> strings;
  for (std::size_t at = 0; at < program.block.size();) {
    strings.emplace_back(program.block.c_str() + at);
    at += strings.back().size() + 1;
  }
  return strings;
}

RunSpec SpecOf(const std::string& entry) {
  RunSpec spec;
  spec.entry = entry;
  spec.limits.memory_bytes = 256ULL << 20;
  return spec;
}

Image ImageOf(const char* node_version) {
  Image image;
  image.node_version = node_version;
  image.preload = true;
  return image;
}

}  // namespace

TEST_CASE("the program's strings are the arguments, then the environment, and the counts say which is which") {
  RunSpec spec = SpecOf("src/main.mjs");
  spec.args = {"--flag", "", "two words"};
  spec.env = {{"NAME", "value"}, {"TZ", "Europe/Berlin"}};
  const ProgramStrings program = BuildProgram(spec, ImageOf("26.10.0"));
  const auto strings = Strings(program);
  REQUIRE(strings.size() == program.argc + program.envc);
  CHECK(strings.front() == "node");
  const std::vector<std::string> tail(strings.begin() + program.argc - 4, strings.begin() + program.argc);
  CHECK(tail == std::vector<std::string>{"/workspace/src/main.mjs", "--flag", "", "two words"});
  const std::set<std::string> environment(strings.begin() + program.argc, strings.end());
  CHECK(environment.count("NAME=value") == 1);
  CHECK(environment.count("TZ=Europe/Berlin") == 1);
  CHECK(environment.count("TZ=UTC") == 0);
}

TEST_CASE("a program with a terminal knows of which kind it is, and another does not") {
  RunSpec spec = SpecOf("main.js");
  const auto term = [&spec] {
    for (const std::string& string : Strings(BuildProgram(spec, Image()))) {
      if (string.starts_with("TERM=")) return string;
    }
    return std::string();
  };
  CHECK(term().empty());
  spec.terminal.emplace();
  CHECK(term() == "TERM=xterm-256color");
  spec.terminal->term = "vt100";
  CHECK(term() == "TERM=vt100");
  spec.env = {{"TERM", "dumb"}};
  CHECK(term() == "TERM=dumb");
}

TEST_CASE("V8's heap limit is far above the memory limit") {
  const auto heap_option = [](std::uint64_t memory) {
    RunSpec spec = SpecOf("main.js");
    spec.limits.memory_bytes = memory;
    return Strings(BuildProgram(spec, Image()))[1];
  };
  CHECK(heap_option(64ULL << 20) == "--max-old-space-size=1024");
  CHECK(heap_option(2ULL << 30) == "--max-old-space-size=8192");
}

TEST_CASE("what a parked Node is handed is the cold program's arguments behind its flags, and its environment") {
  RunSpec spec = SpecOf("main.mjs");
  spec.args = {"a", ""};
  spec.env = {{"NAME", "value"}};
  const ProgramStrings cold = BuildProgram(spec, ImageOf("26.10.0"));
  const ProgramStrings handed = BuildHandOver(spec);
  auto whole = Strings(cold);
  const auto program = Strings(handed);
  whole.erase(whole.begin(), whole.begin() + (cold.argc - handed.argc));
  CHECK(program == whole);
  CHECK(handed.envc == cold.envc);
  const auto parked = Strings(BuildParkedNode(1024));
  // Node compares flags with those its code cache was made for: the same ones for both.
  const auto cold_strings = Strings(cold);
  for (std::uint32_t i = 0; i < cold.argc - handed.argc; ++i) CHECK(parked[i] == cold_strings[i]);
  CHECK(std::count(parked.begin(), parked.end(), "RUNNER_PARK=63") == 1);

  spec.compile_typescript = true;
  auto with_hook = program;
  with_hook.insert(with_hook.begin(), {"--require", "/usr/lib/runner/typescript.cjs"});
  CHECK(Strings(BuildHandOver(spec)) == with_hook);
}

TEST_CASE(
    "test files have the harness in place of the program, under Node's permission model, and never a warm start") {
  RunSpec spec = SpecOf("");
  spec.test_harness = true;
  const auto has = [&](const char* version, const std::string& argument) {
    const auto strings = Strings(BuildProgram(spec, ImageOf(version)));
    return std::count(strings.begin(), strings.end(), argument) == 1;
  };
  for (const char* version : {"22.23.3", "26.10.0"}) {
    for (const char* argument : {"--permission", "--allow-fs-read=/workspace", "/usr/lib/runner/tests/main.cjs"}) {
      CHECK(has(version, argument));
    }
    for (const char* argument : {"--allow-worker", "--allow-child-process", "--allow-addons", "--allow-wasi",
                                 "--allow-fs-read=*", "--allow-fs-read=/proc", "--allow-inspector"}) {
      CHECK_FALSE(has(version, argument));
    }
  }
  CHECK(has("26.10.0", "--allow-net"));
  CHECK_FALSE(has("24.21.0", "--allow-net"));  // not an option there
  CHECK_FALSE(CanBeHandedOver(spec));
}

TEST_CASE("a deterministic program gets its seed, cold or warm") {
  RunSpec spec = SpecOf("main.js");
  CHECK(CanBeHandedOver(spec));
  spec.determinism = DeterminismSpec{.seed = 0xffffffffffffffffULL};
  CHECK(CanBeHandedOver(spec));
  for (const auto& strings : {Strings(BuildProgram(spec, Image())), Strings(BuildHandOver(spec))}) {
    const auto count = [&](const char* text) { return std::count(strings.begin(), strings.end(), text); };
    CHECK(count("/usr/lib/runner/determinism.cjs") == 1);
    CHECK(count("RUNNER_DETERMINISM=18446744073709551615 1704067200000") == 1);
  }
}

TEST_CASE("variables that Node reads only while it starts need a cold start, others do not") {
  const auto handed_over = [](const std::string& name) {
    RunSpec spec = SpecOf("main.js");
    spec.env = {{name, "1"}};
    return CanBeHandedOver(spec);
  };
  for (const char* name : {"NODE_DEBUG", "NODE_NO_WARNINGS", "UV_THREADPOOL_SIZE", "LANG", "LC_ALL"})
    CHECK_FALSE(handed_over(name));
  for (const char* name : {"NODE_ENV", "FORCE_COLOR", "NO_COLOR", "TZ", "PORT"}) CHECK(handed_over(name));
}

TEST_CASE("a host uid rests as long as possible before it is used again") {
  UidPool pool(3, true);
  CHECK(pool.Take() == 0U);
  CHECK(pool.Take() == 1U);
  pool.GiveBack(0);
  CHECK(pool.Take() == 2U);
  CHECK(pool.Take() == 0U);
  CHECK(pool.Take() == std::nullopt);
}

TEST_CASE("without the layer own_uid every run has the first uid") {
  UidPool pool(3, false);
  CHECK(pool.Take() == 0U);
  CHECK(pool.Take() == 0U);
}

TEST_CASE("the end of typing is what a person would type, by the terminal's mode and the cursor's place") {
  const UniqueFd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE(::unlockpt(master.get()) == 0);
  const UniqueFd slave(::ioctl(master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE(IsTerminal(slave.get()));
  CHECK(EndOfTyping(master.get(), 0) == "\x04");
  CHECK(EndOfTyping(master.get(), '\n') == "\x04");
  CHECK(EndOfTyping(master.get(), 'x') == "\x04\x04");
  termios attributes{};
  REQUIRE(::tcgetattr(slave.get(), &attributes) == 0);
  attributes.c_cc[VEOF] = 26;
  REQUIRE(::tcsetattr(slave.get(), TCSANOW, &attributes) == 0);
  CHECK(EndOfTyping(master.get(), 'x') == "\x1a\x1a");
  CHECK(EndOfTyping(master.get(), '\x1a') == "\x1a");
  ::cfmakeraw(&attributes);
  REQUIRE(::tcsetattr(slave.get(), TCSANOW, &attributes) == 0);
  CHECK(EndOfTyping(master.get(), 'x') == "\x04");
  CHECK_FALSE(IsTerminal(UniqueFd(::open("/dev/null", O_RDWR | O_CLOEXEC)).get()));
  CHECK(EndOfTyping(-1, 'x').empty());
}

TEST_CASE("a limit's sentence has the limit and the observed value") {
  RunResult result;
  result.verdict = Verdict::kWallTimeLimit;
  result.limit = LimitReport{"wall_time", "ms", 1000, 1003};
  CHECK(DescribeResult(result) == "stopped after 1003 ms (the limit is 1000 ms) of elapsed time");
  result.verdict = Verdict::kOutputLimit;
  result.limit = LimitReport{"stderr", "bytes", 10, 64};
  CHECK(DescribeResult(result) == "stopped after 64 bytes (the limit is 10 bytes) on stderr");
}

TEST_CASE("a signal is named, a forbidden system call too") {
  RunResult result;
  result.verdict = Verdict::kSignaled;
  result.signal = 6;
  CHECK(DescribeResult(result) == "ended by signal SIGABRT");
  result.verdict = Verdict::kPolicyViolation;
  result.syscall = "ptrace";
  CHECK(DescribeResult(result) == "stopped: the policy forbids the system call ptrace");
}

TEST_CASE("every layer has one bit, one name and a description") {
  std::uint32_t seen = 0;
  std::set<std::string_view> names;
  for (const Protection& protection : AllProtections()) {
    CHECK((seen & protection.bit) == 0);
    seen |= protection.bit;
    CHECK(names.insert(protection.name).second);
    CHECK_FALSE(protection.description.empty());
    CHECK(ProtectionBit(protection.name) == protection.bit);
  }
  CHECK(seen == launcher::kAllLayers);
  CHECK(ProtectionBit("no_such_layer") == std::nullopt);
  CHECK(ProtectionNames(launcher::kSeccomp | launcher::kUserNamespace) ==
        std::vector<std::string>{"user_namespace", "seccomp"});
}

TEST_CASE("every step of the set-up has words of its own") {
  std::set<std::string_view> words;
  for (auto step = static_cast<std::uint32_t>(launcher::Step::kNone);
       step <= static_cast<std::uint32_t>(launcher::Step::kHandOver); ++step) {
    CHECK(words.insert(StepDescription(static_cast<launcher::Step>(step))).second);
  }
  CHECK(words.count("an unknown step") == 0);
}

TEST_CASE("what is said to a run early or late is kept or ignored, never lost or fatal") {
  boost::asio::io_context io(1);
  RunControl control(io.get_executor());
  control.Signal(15);
  control.CloseStdin();
  control.Cancel();
  control.Cancel();
  CHECK(control.cancelled());
}
