#include "runner/ctl/run_command.h"

#include <grpcpp/client_context.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "runner/ctl/address.h"
#include "runner/ctl/cancel_signals.h"
#include "runner/ctl/channel.h"
#include "runner/ctl/color.h"
#include "runner/ctl/directory_walk.h"
#include "runner/ctl/durations.h"
#include "runner/ctl/env_file.h"
#include "runner/ctl/exit_code.h"
#include "runner/ctl/output_directory.h"
#include "runner/ctl/run_call.h"
#include "runner/ctl/run_output.h"
#include "runner/ctl/terminal_session.h"
#include "runner/ctl/units.h"
#include "runner/ctl/usage_error.h"
#include "runner/ctl/workspace_files.h"
#include "runner/v1/runner.grpc.pb.h"

namespace runner::ctl {
namespace {

constexpr const char* kFooter =
    R"(FILE is sent under its base name. DIR is sent whole, but for node_modules, version control and what the .gitignore files
in it leave out (--dry-run lists it). - reads the program from standard input as main.js (--entry NAME names it otherwise)
and leaves the program no input of its own.

--collect takes globs over the paths in the workspace: * within a name, ** over directories, ?, [a-z], {a,b}. Quote them.
The files come back when the program has ended by itself, and replace what has their name in the directory of --out.

Durations: 500ms, 2s, 1.5m, 1h; a number alone is seconds. Sizes: 64KiB, 128M, 1G (powers of 1024), 10MB (powers of
1000); a number alone is bytes. What is not given is the policy's default; `runnerctl info` lists defaults and maxima.

Standard input is passed on as it comes, also what the program does not read (in a shell loop, use --no-stdin).
Ctrl-C cancels the run; a second one leaves at once.

With --tty the program has the terminal: Ctrl-C is its own to handle, what it prints comes on standard output alone, and
Enter ~ . cancels a run that answers to nothing.

Exit code: the program's own; 128 + N when signal N ended it; 124 wall or CPU time limit; 125 output limit; 130 Ctrl-C;
137 memory limit; 159 policy violation; 64 a mistake in the command or the request; 69 no daemon or no room; 70 the
service failed.

Examples:
  runnerctl run hello.js
  runnerctl run --time 1s --cpu-time 300ms loop.js
  runnerctl run --tty menu.mjs
  runnerctl run --policy grader --entry test.mjs solution/ -- --case 3
  echo 'console.log(1 + 1)' | runnerctl run -
  runnerctl run --collect '*.heapsnapshot' --out . leak.mjs
  runnerctl run --json app.ts | jq -r 'select(.event == "result").verdict')";

// Below this no policy's limit is worth a question to the server.
constexpr std::uint64_t kSmallWorkspace = 256ULL << 10U;

// How long a question before the run may take: Ctrl-C waits for it.
constexpr std::chrono::seconds kPatience{2};

std::uint32_t ParseCount(const std::string& option, const std::string& text) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw UsageError(option + ": '" + text + "' is not a whole number from 0 to 4294967295");
  }
  return count;
}

std::uint64_t ParseSeed(const std::string& option, const std::string& text) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw UsageError(option + ": '" + text + "' is not a whole number from 0 to 18446744073709551615");
  }
  return seed;
}

// Refuses what the policy's workspace cannot hold with a sentence that names the largest files, which the server's
// answer would not. A server that cannot be asked gets to say so when the run is sent.
void CheckWorkspaceLimit(const std::shared_ptr<grpc::Channel>& channel, const v1::RunRequest& request,
                         const std::vector<v1::File>& files) {
  const std::uint64_t total = TotalSize(files);
  if (total <= kSmallWorkspace) return;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  v1::ServerInfo info;
  if (!v1::Runner::NewStub(channel)->GetServerInfo(&context, {}, &info).ok()) return;
  const std::string policy = request.policy().empty() ? info.default_policy() : request.policy();
  for (const v1::PolicyInfo& candidate : info.policies()) {
    if (candidate.name() != policy || !candidate.default_limits().has_workspace_bytes()) continue;
    const std::uint64_t limit = request.limits().has_workspace_bytes() ? request.limits().workspace_bytes()
                                                                       : candidate.default_limits().workspace_bytes();
    if (total <= limit) return;
    throw UsageError("the program's files come to " + FormatSize(total) + "; the workspace holds " + FormatSize(limit) +
                     " under policy " + policy + " (raise it with --workspace, up to the policy's maximum of " +
                     FormatSize(candidate.maximum_limits().workspace_bytes()) +
                     "). The largest: " + LargestFiles(SizesOf(files)));
  }
}

std::unique_ptr<TerminalSession> MakeTerminal(const RunOptions& options) {
  if (!options.tty && options.tty_size.empty()) return nullptr;
  if (options.no_stdin) throw UsageError("--tty and --no-stdin: a terminal is standard input");
  if (options.program == "-") throw UsageError("--tty: standard input holds the program already; put it into a file");
  return std::make_unique<TerminalSession>(options.tty_size, options.json);
}

// What would be sent on stdout, what would not on stderr.
int ListProgram(const Program& program) {
  std::string lines;
  for (const v1::File& file : program.files) {
    const std::string size = FormatSize(file.content().size());
    lines += std::string(size.size() < 12 ? 12 - size.size() : 0, ' ') + size + "  " + file.path() + "\n";
  }
  if (WriteAll(STDOUT_FILENO, lines) != 0) return kExitBrokenPipe;
  for (const LeftOut& left_out : program.left_out) {
    Say("not sent: " + Quoted(left_out.name) + (left_out.by_gitignore ? " (.gitignore)" : ""));
  }
  Say(std::to_string(program.files.size()) + (program.files.size() == 1 ? " file, " : " files, ") +
      FormatSize(TotalSize(program.files)));
  return 0;
}

int Execute(RunOptions options, const std::vector<std::string>& after_dashes) {
  auto arguments = after_dashes.begin();
  if (options.program.empty() && arguments != after_dashes.end()) options.program = *arguments++;
  if (options.program.empty()) throw UsageError("run: name a FILE, a DIR or - (see `runnerctl run --help`)");
  options.args.insert(options.args.end(), arguments, after_dashes.end());
  if (!options.collect.empty() && options.out.empty() && !options.json) {
    throw UsageError("--collect: where to? Name a directory with --out DIR, or use --json, which prints the files");
  }
  if (options.collect.empty() && !options.out.empty()) {
    throw UsageError("--out: there is nothing to put into " + Quoted(options.out) +
                     "; say with --collect GLOB which files");
  }

  v1::RunRequest request = ToRequest(options);
  const std::unique_ptr<TerminalSession> terminal = MakeTerminal(options);
  // Events are for programs to read, whatever they go to; and a program with a terminal sees for itself.
  AddColor(options.color, options.json || terminal != nullptr ? Screen{} : OwnScreen(), request);
  if (terminal != nullptr) terminal->Describe(request);
  const Address address = ResolveAddress(options.address, ProcessEnvironment(), ::geteuid());
  Program program = GatherProgram(options.program, options.entry, !options.no_gitignore);
  if (options.dry_run) return ListProgram(program);
  CancelSignals::Block();
  const std::shared_ptr<grpc::Channel> channel = OpenChannel(address);
  CheckWorkspaceLimit(channel, request, program.files);
  for (v1::File& file : program.files) *request.add_files() = std::move(file);
  request.set_entry(program.entry);

  std::optional<OutputDirectory> directory;
  if (!options.out.empty()) directory.emplace(options.out);
  OutputDirectory* const out = directory ? &*directory : nullptr;
  const int stdin_fd = options.no_stdin || options.program == "-" ? -1 : STDIN_FILENO;
  const std::unique_ptr<RunOutput> output = options.json ? MakeJsonOutput(out) : MakePlainOutput(options.quiet, out);
  const int code = CallRun(channel, address, std::move(request), stdin_fd, terminal.get(), *output);
  return directory && directory->failed() ? kExitService : code;
}

}  // namespace

v1::RunRequest ToRequest(const RunOptions& options) {
  v1::RunRequest request;
  request.set_image(options.image);
  request.set_policy(options.policy);
  request.set_run_id(options.run_id);
  request.set_tenant(options.tenant);
  for (const std::string& argument : options.args) request.add_args(argument);
  for (const std::string& glob : options.collect) request.add_collect(glob);
  for (const std::string& file : options.env_files) {
    for (const auto& [name, value] : ReadEnvFile("--env-file", file)) (*request.mutable_env())[name] = value;
  }
  for (const std::string& pair : options.env) {
    const auto [name, value] = ParseKeyValue("--env", pair);
    (*request.mutable_env())[name] = value;
  }
  for (const std::string& pair : options.labels) {
    const auto [name, value] = ParseKeyValue("--label", pair);
    (*request.mutable_labels())[name] = value;
  }
  if (options.cold) request.set_start(v1::START_KIND_COLD);
  if (!options.deterministic.empty()) {
    request.mutable_determinism()->set_enabled(true);
    request.mutable_determinism()->set_seed(ParseSeed("--deterministic", options.deterministic));
  }
  request.set_trace(options.trace);
  v1::Limits& limits = *request.mutable_limits();
  if (!options.time.empty()) *limits.mutable_wall_time() = ToProto(ParseDuration("--time", options.time));
  if (!options.cpu_time.empty()) *limits.mutable_cpu_time() = ToProto(ParseDuration("--cpu-time", options.cpu_time));
  if (!options.memory.empty()) limits.set_memory_bytes(ParseSize("--memory", options.memory));
  if (!options.output_limit.empty()) limits.set_output_bytes(ParseSize("--output-limit", options.output_limit));
  if (!options.threads.empty()) limits.set_threads(ParseCount("--threads", options.threads));
  if (!options.workspace.empty()) limits.set_workspace_bytes(ParseSize("--workspace", options.workspace));
  return request;
}

void AddRunCommand(CommandLine& line) {
  const auto options = std::make_shared<RunOptions>();
  CLI::App& app = line.AddCommand({.name = "run",
                                   .usage = "run [OPTIONS] FILE|DIR|- [-- ARG...]",
                                   .description = "Run a JavaScript or TypeScript program in a sandbox"},
                                  [options, &line] { return Execute(*options, line.after_dashes()); });
  app.footer(kFooter);
  app.add_option("program", options->program, "The program: a file, a directory, or - for standard input")
      ->type_name("FILE|DIR|-");
  app.add_option("arg", options->args, "Arguments of the program; after -- where they begin with a dash")
      ->type_name("");
  const auto add = [&app](const char* name, std::string& value, const char* type, const char* description) {
    app.add_option(name, value, description)->type_name(type)->group("What runs");
  };
  const auto add_limit = [&app](const char* name, std::string& value, const char* type, const char* description) {
    app.add_option(name, value, description)->type_name(type)->group("Limits");
  };
  add("--image", options->image, "NAME", "The Node version and packages to run with, such as node-26");
  add("--policy", options->policy, "NAME", "The set of rules and limits, such as lesson");
  add("--entry", options->entry, "NAME", "The file of DIR to run; for FILE and -, the name it gets");
  app.add_option("--env", options->env, "An environment variable; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false)
      ->group("What runs");
  app.add_option("--env-file", options->env_files, "A file of variables, as for node; may be repeated, --env wins")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group("What runs");
  app.add_flag("--no-gitignore", options->no_gitignore, "Send of DIR also what its .gitignore files leave out")
      ->group("What runs");
  app.add_flag("--dry-run", options->dry_run, "List what would be sent, and what not, instead of running it")
      ->group("What runs");
  app.add_flag("--deterministic{0}", options->deterministic,
               "Clocks and randomness that are the same each time: --deterministic or --deterministic=SEED")
      ->group("What runs");
  app.add_flag("--no-stdin", options->no_stdin, "Give the program no standard input")->group("What runs");
  add_limit("--time", options->time, "DURATION", "Wall time");
  add_limit("--cpu-time", options->cpu_time, "DURATION", "CPU time of all threads together");
  add_limit("--memory", options->memory, "SIZE", "Memory, Node itself included");
  add_limit("--output-limit", options->output_limit, "SIZE", "Bytes of stdout, and separately of stderr");
  add_limit("--threads", options->threads, "N", "Threads and processes at one time");
  add_limit("--workspace", options->workspace, "SIZE", "Bytes that the workspace can hold");
  const auto add_service = [&app](const char* name, std::string& value, const char* type, const char* description) {
    app.add_option(name, value, description)->type_name(type)->group("The service");
  };
  add_service("--address", options->address, "ADDRESS", "Where the daemon is: unix:PATH or dns:///HOST:PORT");
  add_service("--tenant", options->tenant, "NAME", "Who the run is for: the unit of fairness in the queue");
  add_service("--run-id", options->run_id, "ID", "A name of your own for the run, for logs");
  app.add_option("--label", options->labels, "A note for logs and metrics; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false)
      ->group("The service");
  app.add_flag("--tty,-t", options->tty, "Give the program a terminal: this one, in raw mode. Enter ~ . leaves")
      ->group("What runs");
  app.add_option("--tty-size", options->tty_size,
                 "A terminal of this size, such as 80x24; standard input is typed there")
      ->type_name("COLUMNSxROWS")
      ->group("What runs");
  app.add_option("--color", options->color, "Whether the program prints in colour: auto, always, never")
      ->type_name("WHEN")
      ->group("Output");
  app.add_option("--collect", options->collect, "Files of the workspace to send back at the end; may be repeated")
      ->type_name("GLOB")
      ->allow_extra_args(false)
      ->group("Output");
  app.add_option("--out", options->out, "Where to put them")->type_name("DIR")->group("Output");
  app.add_flag("--cold", options->cold, "Start Node for this run, even if a warm sandbox waits")->group("The service");
  app.add_flag("--trace", options->trace, "Show, on stderr, when each phase of the run was reached")->group("Output");
  app.add_flag("--json", options->json, "Print events as JSON, one object a line")->group("Output");
  app.add_flag("--quiet", options->quiet, "Leave out runnerctl's own sentences")->group("Output");
}

}  // namespace runner::ctl
