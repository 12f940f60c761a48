// What the compiled programs say, without the kernel: run by an interpreter, and compared with a plain reading of the rules.
#include "runner/sandbox/seccomp_compiler.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "runner/base/unique_fd.h"
#include "runner/launcher/protocol.h"
#include "runner/sandbox/policy.h"
#include "runner/sandbox/policy_yaml.h"

namespace runner {
namespace {

std::vector<sock_filter> Program(const UniqueFd& fd) {
  struct stat status {};
  REQUIRE(fstat(fd.get(), &status) == 0);
  std::vector<sock_filter> program(static_cast<std::size_t>(status.st_size) / sizeof(sock_filter));
  REQUIRE(pread(fd.get(), program.data(), static_cast<std::size_t>(status.st_size), 0) == status.st_size);
  return program;
}

// Runs a seccomp program as the kernel does: the few instructions that libseccomp makes.
std::uint32_t Interpret(const std::vector<sock_filter>& program, const seccomp_data& data) {
  std::uint32_t accumulator = 0;
  for (std::size_t at = 0; at < program.size(); ++at) {
    const sock_filter& instruction = program[at];
    const auto jump = [&](bool taken) { at += taken ? instruction.jt : instruction.jf; };
    switch (instruction.code) {
      case BPF_LD | BPF_W | BPF_ABS:
        std::memcpy(&accumulator, reinterpret_cast<const char*>(&data) + instruction.k, sizeof accumulator);
        break;
      case BPF_ALU | BPF_AND | BPF_K:
        accumulator &= instruction.k;
        break;
      case BPF_JMP | BPF_JA:
        at += instruction.k;
        break;
      case BPF_JMP | BPF_JEQ | BPF_K:
        jump(accumulator == instruction.k);
        break;
      case BPF_JMP | BPF_JGE | BPF_K:
        jump(accumulator >= instruction.k);
        break;
      case BPF_JMP | BPF_JGT | BPF_K:
        jump(accumulator > instruction.k);
        break;
      case BPF_RET | BPF_K:
        return instruction.k;
      default:
        FAIL("an instruction that this interpreter does not know: " << instruction.code);
    }
  }
  FAIL("the program ends without an answer");
  return 0;
}

// What the rules say, read as README.md tells a person to read them.
std::uint32_t Expected(const SeccompSpec& spec, const seccomp_data& data, bool known) {
  if (data.nr == SYS_execve) {
    const bool passes = spec.may_execute || data.args[0] == launcher::kExecPathAddress;
    return passes ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | spec.known_error_number;
  }
  bool listed = false;
  for (const SeccompRule& rule : spec.rules) {
    if (rule.system_call != data.nr) continue;
    listed = true;
    bool fits = true;
    for (std::size_t i = 0; i < 6; ++i) fits = fits && (data.args[i] & rule.pattern.mask[i]) == rule.pattern.value[i];
    if (!fits) continue;
    switch (rule.action) {
      case SeccompAction::kAllow:
        return SECCOMP_RET_ALLOW;
      case SeccompAction::kNotify:
        return SECCOMP_RET_USER_NOTIF;
      case SeccompAction::kKillProcess:
        return SECCOMP_RET_KILL_PROCESS;
      case SeccompAction::kErrno:
        return SECCOMP_RET_ERRNO | rule.error_number;
    }
  }
  return SECCOMP_RET_ERRNO | (known || listed ? spec.known_error_number : spec.default_error_number);
}

// Arguments near those that a rule names: where a comparison that is wrong in one bit would show.
std::vector<std::uint64_t> Interesting(const SeccompSpec& spec, int number, std::mt19937_64& random) {
  std::vector<std::uint64_t> values = {0, ~0ULL, random(), launcher::kExecPathAddress};
  for (const SeccompRule& rule : spec.rules) {
    if (rule.system_call != number || rule.pattern.mask == ArgumentPattern().mask) continue;
    for (const std::uint64_t value : rule.pattern.value) values.push_back(value);
  }
  const std::size_t exact = values.size();
  if (exact == 4 && number != SYS_execve) return values;  // no rule looks at an argument
  for (std::size_t i = 0; i < exact; ++i) {
    for (unsigned bit = 0; bit < 64; ++bit) values.push_back(values[i] ^ (1ULL << bit));
    values.push_back(values[i] ^ (random() & random() & random()));
  }
  return values;
}

TEST_CASE("a compiled policy says what its rules say, for every call and every argument one bit off") {
  const auto* const name = GENERATE("lesson", "grader", "cluster");
  const auto source = ReadPolicySource(std::string(RUNNER_SOURCE_DIR "/policies/") + name + ".yaml");
  REQUIRE(source.has_value());
  const auto fd = CompileSeccomp(source->seccomp);
  REQUIRE(fd.has_value());
  const std::vector<sock_filter> program = Program(*fd);
  std::mt19937_64 random(7);  // NOLINT: the same numbers every time, so that a failure can be looked at
  std::size_t wrong = 0;
  for (int number = -2; number < 600; ++number) {
    const bool known = number >= 0 && number <= kNewestKnownCall && !SyscallName(number).empty();
    for (const std::uint64_t value : Interesting(source->seccomp, number, random)) {
      for (std::size_t index = 0; index < 3; ++index) {
        seccomp_data data{.nr = number, .arch = AUDIT_ARCH_X86_64, .instruction_pointer = 0, .args = {}};
        data.args[index] = value;
        // Numbers below 0 are x32's bit to libseccomp, but for -1, which a tracer uses to skip a call.
        const std::uint32_t expected = number < -1 ? SECCOMP_RET_KILL_PROCESS : Expected(source->seccomp, data, known);
        if (Interpret(program, data) == expected) continue;
        ++wrong;
        UNSCOPED_INFO(number << " " << SyscallName(number) << " argument " << index << " = " << value);
      }
    }
  }
  CHECK(wrong == 0);
  const seccomp_data foreign{.nr = SYS_getpid, .arch = AUDIT_ARCH_I386, .instruction_pointer = 0, .args = {}};
  CHECK(Interpret(program, foreign) == SECCOMP_RET_KILL_PROCESS);
}

bool Fits(const ArgumentPattern& pattern, std::uint64_t value) { return (value & pattern.mask[0]) == pattern.value[0]; }

TEST_CASE("what is left of a pattern is everything else of it, once") {
  const auto pattern = [](std::uint64_t mask, std::uint64_t value) {
    ArgumentPattern made;
    made.mask[0] = mask;
    made.value[0] = value;
    return made;
  };
  const std::vector<ArgumentPattern> earlier = {pattern(0xff, 0x21), pattern(0x80, 0x80), pattern(0xf0, 0x20),
                                                pattern(0x3, 0x3)};
  const std::vector<ArgumentPattern> rest = Subtract(pattern(0, 0), earlier);
  for (std::uint64_t value = 0; value < 512; ++value) {
    const auto fits = [value](const ArgumentPattern& each) { return Fits(each, value); };
    const bool taken = std::any_of(earlier.begin(), earlier.end(), fits);
    CAPTURE(value);
    CHECK(std::count_if(rest.begin(), rest.end(), fits) == (taken ? 0 : 1));
  }
  CHECK(Subtract(pattern(0xff, 0x21), {pattern(0, 0)}).empty());
  CHECK(Subtract(pattern(0xff, 0x21), {}).size() == 1);
}

TEST_CASE("a program that the kernel would not take is an error") {
  SeccompSpec spec{.default_error_number = ENOSYS, .known_error_number = EPERM, .rules = {}, .may_execute = false};
  SeccompRule rule{.system_call = SYS_mmap, .action = SeccompAction::kAllow, .error_number = 0, .pattern = {}};
  // All six arguments exactly: everything else takes a comparison for every bit of each.
  rule.pattern.mask.fill(~0ULL);
  SECTION("found at the end") {
    for (rule.system_call = 0; rule.system_call < 10; ++rule.system_call) spec.rules.push_back(rule);
  }
  SECTION("found on the way") {
    for (std::uint64_t value = 0; value < 64; ++value) {
      rule.pattern.value.fill(value * 0x0123456789abcdefULL);
      spec.rules.push_back(rule);
    }
  }
  const auto program = CompileSeccomp(spec);
  REQUIRE_FALSE(program.has_value());
  CHECK_THAT(program.error().ToString(), Catch::Contains("expected at most 4096"));
}

}  // namespace
}  // namespace runner
