#include "runner/engine/program.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>
#include <utility>

#include "runner/launcher/protocol.h"
#include "runner/sandbox/image.h"

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

constexpr int kFirstWithAllowNet = 25;  // before it, --permission does not restrict the network

int NodeMajor(const Image& image) {
  int major = 0;
  const std::string& version = image.node_version;
  (void)std::from_chars(version.data(), version.data() + version.size(), major);
  return major;
}

// Strings, each ended by NUL, that are counted as arguments or as variables.
class StringsBuilder {
 public:
  void Argument(std::string_view text) { Add(text, strings_.argc); }
  void Variable(std::string_view name, std::string_view value) {
    std::string variable(name);
    variable.append("=").append(value);
    Add(variable, strings_.envc);
  }
  // What every Node is started with.
  void Node(std::uint64_t heap_mib, bool preload, bool compile_typescript) {
    Argument("node");
    Argument("--max-old-space-size=" + std::to_string(heap_mib));
    // A young generation of 3 x 8 MiB at the most: V8 would take 3 x 16 (24: 3 x 32) from a limit of 256.
    Argument("--max-semi-space-size=8");
    // Threads for V8's background work: 4 where nobody says, more than a sandbox has cores. Each is a millisecond's fraction at
    // the start and at the end.
    Argument("--v8-pool-size=1");
    // SIGUSR1 would open the inspector.
    Argument("--disable-sigusr1");
    // The preload first: it hides how Node was started, the other included.
    if (preload) Require(kPreloadPath);
    if (compile_typescript) Require(kTypescriptHook);
  }
  void Require(std::string_view path) {
    Argument("--require");
    Argument(path);
  }
  // Node's permission model keeps a submission from what would show it the tests or the harness: /proc/self/mem, the
  // inspector, internal bindings, other processes and threads, which would have other options.
  void TestsOnly(const Image& image) {
    Argument("--permission");
    // A rejection that nobody handles goes the way of an exception, which the harness sees before the submission does.
    Argument("--unhandled-rejections=strict");
    for (const char* path : {"/workspace", "/tmp", "/node_modules", "/usr/lib/runner", "/dev/null", "/dev/zero",
                             "/dev/full", "/dev/random", "/dev/urandom"}) {
      Argument(std::string("--allow-fs-read=") + path);
    }
    for (const char* path : {"/workspace", "/tmp", "/dev/null"}) Argument(std::string("--allow-fs-write=") + path);
    if (NodeMajor(image) < kFirstWithAllowNet) return;
    // The network is the sandbox's business. That this option is new is not the user's.
    Argument("--allow-net");
    Argument("--disable-warning=ExperimentalWarning");
  }
  void Program(const RunSpec& spec) {
    Argument(spec.test_harness ? kTestHarness : "/workspace/" + spec.entry);
    for (const std::string& argument : spec.args) Argument(argument);
    std::map<std::string_view, std::string_view> environment(kEnvironment.begin(), kEnvironment.end());
    // Views, or the choice would be a temporary string.
    if (spec.terminal) {
      const std::string_view term = spec.terminal->term;
      environment["TERM"] = term.empty() ? std::string_view(kDefaultTerm) : term;
    }
    for (const auto& [name, value] : spec.env) environment[name] = value;
    for (const auto& [name, value] : environment) Variable(name, value);
    if (spec.determinism) {
      Variable("RUNNER_DETERMINISM",
               std::to_string(spec.determinism->seed) + " " + std::to_string(spec.determinism->start_time_ms));
    }
  }
  ProgramStrings Take() { return std::move(strings_); }

  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kEnvironment = {{
      {"HOME", "/workspace"},
      {"LANG", "C.UTF-8"},
      // What packages take its absence for, said aloud: a program that checks its configuration finds it.
      {"NODE_ENV", "development"},
      {"PATH", "/usr/bin"},
      {"TZ", "UTC"},
      {"USER", "runner"},
  }};

 private:
  void Add(std::string_view text, std::uint32_t& count) {
    strings_.block.append(text).push_back('\0');
    ++count;
  }

  ProgramStrings strings_;
};

}  // namespace

bool HasTypescript(const RunSpec& spec) {
  return std::ranges::any_of(spec.files, [](const WorkspaceFile& file) {
    return file.path.ends_with(".ts") || file.path.ends_with(".mts") || file.path.ends_with(".cts");
  });
}

std::uint64_t HeapMib(std::uint64_t memory_bytes) {
  // In steps, so that parked Nodes fit requests of many sizes.
  const std::uint64_t wanted = kHeapPerMemory * (memory_bytes >> 20);
  return std::max<std::uint64_t>(1, (wanted + kLeastHeapMib - 1) / kLeastHeapMib) * kLeastHeapMib;
}

ProgramStrings BuildProgram(const RunSpec& spec, const Image& image) {
  StringsBuilder builder;
  builder.Node(HeapMib(spec.limits.memory_bytes), image.preload, spec.compile_typescript);
  if (spec.determinism) builder.Require(kDeterminismHook);
  if (spec.test_harness) builder.TestsOnly(image);
  builder.Program(spec);
  return builder.Take();
}

ProgramStrings BuildParkedNode(std::uint64_t heap_mib) {
  StringsBuilder builder;
  builder.Node(heap_mib, true, false);
  // Node makes a path of it and looks at it no more; what it is given later takes its place.
  builder.Argument("/workspace/main.js");
  for (const auto& [name, value] : StringsBuilder::kEnvironment) builder.Variable(name, value);
  builder.Variable("RUNNER_PARK", std::to_string(launcher::kParkDescriptor));
  return builder.Take();
}

ProgramStrings BuildHandOver(const RunSpec& spec) {
  StringsBuilder builder;
  if (spec.compile_typescript) builder.Require(kTypescriptHook);
  if (spec.determinism) builder.Require(kDeterminismHook);
  builder.Program(spec);
  return builder.Take();
}

bool CanBeHandedOver(const RunSpec& spec) {
  if (spec.test_harness) return false;
  static constexpr std::array<std::string_view, 5> kReadAtStart = {"LANG", "LANGUAGE", "LC_", "NODE_", "UV_"};
  return std::ranges::none_of(spec.env, [](const auto& variable) {
    if (variable.first == "NODE_ENV") return false;
    return std::ranges::any_of(kReadAtStart, [&](std::string_view name) { return variable.first.starts_with(name); });
  });
}

}  // namespace runner
