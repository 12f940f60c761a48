#include "runner/engine/program.h"

#include <algorithm>
#include <map>

namespace runner {
namespace {

// V8's own heap limit must never be what ends a run: it aborts with SIGABRT, exactly as process.abort() does, and nothing
// trustworthy tells the two apart afterwards. So it is set out of the reach of the policies' memory limits, and the memory
// cgroup, whose kill is unmistakable, always comes first.
//
// Not further out than this: the limit is also V8's measure for how long it puts a collection off. Measured on Node 26 with
// 60 MiB live and much garbage: 64 GiB here is killed in a cgroup of 256 MiB, 1 GiB passes in one of 160 MiB. Options that
// steer the collector more directly (--heap-growing-percent, --initial-old-space-size) belong to the hash that guards
// Node's built-in code cache, and throwing that away costs 20 % of a start.
constexpr std::uint64_t kLeastHeapMib = 1024;
constexpr std::uint64_t kHeapPerMemory = 4;

}  // namespace

ProgramStrings BuildProgram(const RunSpec& spec) {
  ProgramStrings strings;
  const auto add = [&strings](const std::string& text, std::uint32_t& count) {
    strings.block.append(text).push_back('\0');
    ++count;
  };
  add("node", strings.argc);
  const std::uint64_t heap_mib = std::max(kLeastHeapMib, kHeapPerMemory * (spec.limits.memory_bytes >> 20));
  add("--max-old-space-size=" + std::to_string(heap_mib), strings.argc);
  // A young generation of 3 x 8 MiB at the most: V8 would take 3 x 16 (24: 3 x 32) from a limit of 256.
  add("--max-semi-space-size=8", strings.argc);
  // SIGUSR1 would open the inspector.
  add("--disable-sigusr1", strings.argc);
  add("/workspace/" + spec.entry, strings.argc);
  for (const std::string& argument : spec.args) add(argument, strings.argc);

  std::map<std::string, std::string> environment{
      {"HOME", "/workspace"},
      {"LANG", "C.UTF-8"},
      // What packages take its absence for, said aloud: a program that checks its configuration finds it.
      {"NODE_ENV", "development"},
      {"PATH", "/usr/bin"},
      {"TZ", "UTC"},
      {"USER", "runner"},
  };
  if (spec.terminal) environment["TERM"] = spec.terminal->term.empty() ? kDefaultTerm : spec.terminal->term;
  for (const auto& [name, value] : spec.env) environment[name] = value;
  for (const auto& [name, value] : environment) {
    std::string variable = name;
    variable.append("=").append(value);
    add(variable, strings.envc);
  }
  return strings;
}

}  // namespace runner
