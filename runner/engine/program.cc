#include "runner/engine/program.h"

#include <map>

namespace runner {
namespace {

// V8's own heap limit must never be what ends a run: it aborts with SIGABRT, exactly as process.abort() does, and nothing
// trustworthy tells the two apart afterwards. So it is set out of reach, larger than any single allocation V8 makes, and
// the memory cgroup, whose kill is unmistakable, always comes first. What the heap limit also did, keep the heap small
// next to the limit, is done by the growing factor and the sizes of the first generations instead.
constexpr const char* kNodeOptions[] = {
    "--max-old-space-size=65536", "--heap-growing-percent=40", "--initial-old-space-size=16",
    "--max-semi-space-size=8",
    // SIGUSR1 would open the inspector.
    "--disable-sigusr1",
};

}  // namespace

ProgramStrings BuildProgram(const RunSpec& spec) {
  ProgramStrings strings;
  const auto add = [&strings](const std::string& text, std::uint32_t& count) {
    strings.block.append(text).push_back('\0');
    ++count;
  };
  add("node", strings.argc);
  for (const char* option : kNodeOptions) add(option, strings.argc);
  add("/workspace/" + spec.entry, strings.argc);
  for (const std::string& argument : spec.args) add(argument, strings.argc);

  std::map<std::string, std::string> environment{
      {"HOME", "/workspace"}, {"LANG", "C.UTF-8"}, {"PATH", "/usr/bin"}, {"TZ", "UTC"}, {"USER", "runner"},
  };
  for (const auto& [name, value] : spec.env) environment[name] = value;
  for (const auto& [name, value] : environment) {
    std::string variable = name;
    variable.append("=").append(value);
    add(variable, strings.envc);
  }
  return strings;
}

}  // namespace runner
