#include "runner/ctl/grade/grade_command.h"

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "runner/ctl/address.h"
#include "runner/ctl/cancel_signals.h"
#include "runner/ctl/channel.h"
#include "runner/ctl/grade/grade_options.h"
#include "runner/ctl/grade/grade_session.h"
#include "runner/ctl/grade/starter.h"
#include "runner/ctl/run_output.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

constexpr const char* kFooter =
    R"(SUITE is a suite file, or a directory with a suite.yaml, or one with cases as files: 01.in is what the program gets on
standard input, 01.out (or .ans) what it has to print; .err, .code (the exit code) and .args (one a line) if they are there.
SUBMISSION is a file, or a directory as for `runnerctl run`. A single file gets the name of the suite's entry.

Every case runs in a sandbox of its own. Results come in the order of the suite, whatever order the cases ended in.

Exit code: 0 every case passed; 1 some did not (one that passes only sometimes is FLAKY, and did not); 70 the service or the
suite is at fault for at least one case, so there is no grade, or a report could not be written; 64 a mistake in the command or
the suite, or a submission that cannot be sent; 69 no daemon or no room; 130 Ctrl-C; 141 nobody reads the output. Reports are
written in all these cases but a mistake in the command or the suite that is found before anything is sent, and say what is
missing; --gradescope's is written only when nothing is. Those of an earlier time are removed first.

Examples:
  runnerctl grade --init exercise                     a suite to begin with, and a submission that passes it
  runnerctl grade exercise exercise/example
  runnerctl grade suite.yaml alice/ --junit alice.xml --jobs 4
  runnerctl grade tests/ sum.mjs --filter 'secret/*' --reveal --watch
  runnerctl grade suite.yaml sum.mjs --tap | tap-spec
  runnerctl grade suite.yaml sum.mjs --json | jq -r 'select(.event == "case" and .outcome != "PASSED").name')";

int Init(const GradeOptions& options) {
  if (!options.submission.empty()) throw UsageError("--init: there is one DIR at most");
  const std::string directory = options.suite.empty() ? "." : options.suite;
  WriteStarter(directory);
  const std::filesystem::path root(directory);
  Say("wrote " + (root / "suite.yaml").string() + " and a submission; try: runnerctl grade " +
      (root / "suite.yaml").string() + " " + (root / "example").string());
  return 0;
}

int Execute(GradeOptions options, const std::vector<std::string>& after_dashes) {
  for (const std::string& word : after_dashes) {
    std::string& operand = options.suite.empty() ? options.suite : options.submission;
    if (!operand.empty())
      throw UsageError("grade: unexpected argument '" + word + "'; arguments of programs are in the suite");
    operand = word;
  }
  if (options.init) return Init(options);
  CheckOptions(options);
  const Address address = ResolveAddress(options.address, ProcessEnvironment(), ::geteuid());
  CancelSignals::Block();
  const auto channel = OpenChannel(address);
  return options.watch ? GradeOnChange(options, channel, address) : Grade(options, channel, address).exit_code;
}

}  // namespace

void AddGradeCommand(CommandLine& line) {
  const auto options = std::make_shared<GradeOptions>();
  CLI::App& app = line.AddCommand({.name = "grade",
                                   .usage = "grade [OPTIONS] SUITE SUBMISSION\n       runnerctl grade --init [DIR]",
                                   .description = "Grade a submission: run the cases of a suite, and report"},
                                  [options, &line] { return Execute(*options, line.after_dashes()); });
  app.footer(kFooter);
  app.add_option("suite", options->suite, "The cases: a suite file or a directory")->type_name("SUITE");
  app.add_option("submission", options->submission, "What is graded: a file or a directory")->type_name("SUBMISSION");
  const auto add = [&app](const char* name, std::string& value, const char* type, const char* text, const char* group) {
    app.add_option(name, value, text)->type_name(type)->group(group);
  };
  const auto add_flag = [&app](const char* name, bool& value, const char* text, const char* group) {
    app.add_flag(name, value, text)->group(group);
  };
  constexpr const char* kGrading = "Grading";
  add_flag("--init", options->init,
           "Write a commented suite and a submission that passes it, and nothing over what is there", kGrading);
  add("--filter", options->filter, "GLOB", "Only the cases whose names match; * matches any characters", kGrading);
  add("--jobs", options->jobs, "N", "Cases at one time (as many as the daemon runs)", kGrading);
  add("--repeat", options->repeat, "N", "Run each case N times: one that passes only sometimes is FLAKY", kGrading);
  add_flag("--fail-fast", options->fail_fast, "Start no more cases once one has failed", kGrading);
  add_flag("--deterministic", options->deterministic, "Fix the clock and random numbers; the reports have no times",
           kGrading);
  add("--image", options->image, "NAME", "The Node version and packages, in place of the suite's", kGrading);
  add("--policy", options->policy, "NAME", "The rules and limits, in place of the suite's", kGrading);
  add_flag("--no-gitignore", options->no_gitignore, "Send of a directory also what its .gitignore files leave out",
           kGrading);
  add_flag("--cold", options->cold, "Start Node for every case, even if warm sandboxes wait", kGrading);
  add_flag("--reveal", options->reveal, "Show hidden cases too: for whoever wrote them", kGrading);
  add_flag("--watch", options->watch, "Grade again whenever a file of the suite or of the submission changes",
           kGrading);
  constexpr const char* kReports = "Reports";
  add("--junit", options->junit, "FILE", "Write JUnit XML", kReports);
  // A flag that takes a value only behind '=': the word after it is SUITE.
  app.add_flag("--tap{-}", options->tap, "Print TAP, or write it with --tap=FILE")->group(kReports);
  add_flag("--json", options->json, "Print JSON, one object a line", kReports);
  add("--gradescope", options->gradescope, "FILE", "Write the results.json of a Gradescope autograder", kReports);
  add("--markdown", options->markdown, "FILE", "Write Markdown; in a GitHub Action the step summary gets it by itself",
      kReports);
  add("--color", options->color, "WHEN", "Whether to print in colour: auto, always, never", kReports);
  add_flag("--quiet", options->quiet, "Without --json or --tap, print nothing but mistakes", kReports);
  constexpr const char* kService = "The service";
  add("--address", options->address, "ADDRESS", "Where the daemon is: unix:PATH or dns:///HOST:PORT", kService);
  add("--tenant", options->tenant, "NAME", "Who it is for: the unit of fairness in the queue", kService);
}

}  // namespace runner::ctl
