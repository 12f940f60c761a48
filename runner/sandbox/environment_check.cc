#include "runner/sandbox/environment_check.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "runner/sandbox/text.h"

namespace runner {
namespace {

using std::string_view;

struct Refused {
  string_view name;
  bool prefix;  // every variable that begins with `name`
  string_view why;
};

// None of these gives a way out of the sandbox. They make Node something other than the Node of the image, before the
// program's first line, and the daemon relies on how that Node is started. Found among the names in Node's own binaries
// and in its manual; what only changes what Node prints or warns of (NODE_DEBUG, NODE_NO_WARNINGS,
// NODE_PENDING_DEPRECATION), how a program's own calls behave (NODE_TLS_REJECT_UNAUTHORIZED, NODE_PRESERVE_SYMLINKS,
// UV_THREADPOOL_SIZE) or is for modules a program loads itself (NODE_TEST_CONTEXT) is the program's own affair.
constexpr std::array<Refused, 20> kRefused = {{
    {"LD_", true, "it changes the dynamic loader"},
    {"GLIBC_TUNABLES", false, "it changes the dynamic loader and malloc"},
    {"MALLOC_", true, "it changes malloc"},
    {"GCONV_PATH", false, "it makes libc load code"},
    {"LOCPATH", false, "it makes libc load files"},
    {"NODE_OPTIONS", false, "it changes how Node is started; put options into the program"},
    {"NODE_REPL_EXTERNAL_MODULE", false, "it makes Node load code before the program"},
    {"NODE_EXTRA_CA_CERTS", false, "it makes Node load files before the program"},
    {"NODE_PATH", false, "it changes where modules are found; bring them in node_modules"},
    {"NODE_COMPILE_CACHE", false, "it makes Node load compiled code"},
    {"NODE_V8_COVERAGE", false, "it makes Node write files at its end"},
    {"NODE_REDIRECT_WARNINGS", false, "it makes Node write files"},
    {"NODE_CHANNEL_", true, "it makes Node take over a descriptor"},
    {"NODE_ICU_DATA", false, "it makes Node load files before the program"},
    {"ICU_", true, "it makes Node load files before the program"},
    {"NODE_INSPECT_RESUME_ON_START", false, "it is a debugger's word to Node"},
    {"NODE_UNIQUE_ID", false, "it makes Node a worker of a cluster"},
    {"OPENSSL_", true, "it makes OpenSSL load code and files"},
    {"SSL_CERT_", true, "it makes OpenSSL load files"},
    {"RUNNER_", true, "these names are the sandbox's own"},
}};

bool ValidName(string_view name) {
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || digit(c); });
}

}  // namespace

std::string_view RefusedVariable(string_view name) {
  for (const Refused& refused : kRefused) {
    if (refused.prefix ? name.starts_with(refused.name) : name == refused.name) return refused.why;
  }
  return "";
}

void CheckEnvironment(const RunSpec& spec, std::vector<FieldViolation>& violations) {
  const auto add = [&](const std::string& name, std::string description) {
    violations.push_back({.field = "env[" + Quote(name, 64) + "]", .description = std::move(description)});
  };
  std::size_t bytes = 0;
  std::set<string_view> names;
  for (const auto& [name, value] : spec.env) {
    bytes += name.size() + value.size() + 2;
    if (!ValidName(name)) {
      add(name, Quote(name) + " is not a name, expected [A-Za-z_][A-Za-z0-9_]*");
    } else if (const string_view why = RefusedVariable(name); !why.empty()) {
      add(name, Quote(name) + " is refused: " + std::string(why));
    } else if (!names.insert(name).second) {
      add(name, Quote(name) + " is there twice");
    }
    if (value.find('\0') != std::string::npos) add(name, "the value holds a NUL: " + Quote(value));
  }
  if (spec.env.size() > kMaxEnv) {
    violations.push_back({.field = "env",
                          .description = std::to_string(spec.env.size()) + " variables, allowed are [0, " +
                                         std::to_string(kMaxEnv) + "]"});
  }
  if (bytes > kMaxEnvBytes) {
    violations.push_back({.field = "env",
                          .description = std::to_string(bytes) + " bytes altogether, allowed are [0, " +
                                         std::to_string(kMaxEnvBytes) + "]"});
  }
}

}  // namespace runner
