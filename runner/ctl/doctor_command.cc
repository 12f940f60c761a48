#include "runner/ctl/doctor_command.h"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "runner/ctl/address.h"
#include "runner/ctl/exit_code.h"
#include "runner/ctl/json_events.h"
#include "runner/ctl/run_output.h"

namespace runner::ctl {
namespace {

struct DoctorOptions {
  std::string address;
  bool json = false;
};

std::string NameOf(CheckStatus status) {
  switch (status) {
    case CheckStatus::kOk:
      return "ok";
    case CheckStatus::kWarning:
      return "warning";
    default:
      return "missing";
  }
}

bool DaemonAnswers(const std::vector<Check>& checks) {
  return std::any_of(checks.begin(), checks.end(),
                     [](const Check& check) { return check.name == "daemon" && check.status == CheckStatus::kOk; });
}

std::string Summary(const std::vector<Check>& checks) {
  if (!RunsArePossible(checks)) return "Runs are not possible here until what is missing above is there.";
  return DaemonAnswers(checks) ? "Runs are possible." : "Runs are possible once a daemon has been started.";
}

int Execute(const DoctorOptions& options) {
  const Address address = ResolveAddress(options.address, ProcessEnvironment(), ::geteuid());
  std::vector<Check> checks;
  for (const auto& check : {CheckPrivileges, CheckKernel, CheckNamespaces, CheckCgroups}) {
    const std::vector<Check> found = check();
    checks.insert(checks.end(), found.begin(), found.end());
  }
  checks.push_back(CheckDaemon(address));
  (void)WriteAll(STDOUT_FILENO, options.json ? JsonLine(ToJson(checks)) : ToText(checks));
  return RunsArePossible(checks) ? 0 : kExitService;
}

}  // namespace

void AddDoctorCommand(CommandLine& line) {
  const auto options = std::make_shared<DoctorOptions>();
  CLI::App& app = line.AddCommand({.name = "doctor",
                                   .usage = "doctor [--json] [--address ADDRESS]",
                                   .description = "Check what this host gives and lacks, and what to do about it"},
                                  [options] { return Execute(*options); });
  app.footer("Exit code: 0 when runs are possible, 70 when they are not.");
  app.add_option("--address", options->address, "Where the daemon is: unix:PATH or dns:///HOST:PORT")
      ->type_name("ADDRESS");
  app.add_flag("--json", options->json, "Print one JSON object");
}

bool RunsArePossible(const std::vector<Check>& checks) {
  return DaemonAnswers(checks) || std::none_of(checks.begin(), checks.end(), [](const Check& check) {
           return check.status == CheckStatus::kMissing;
         });
}

std::string ToText(const std::vector<Check>& checks) {
  std::size_t width = 0;
  for (const Check& check : checks) width = std::max(width, check.name.size());
  std::string text;
  for (const Check& check : checks) {
    std::string status = NameOf(check.status);
    status.resize(9, ' ');
    text += status + check.name + std::string(width + 2 - check.name.size(), ' ') + check.sentence + "\n";
  }
  return text + "\n" + Summary(checks) + "\n";
}

nlohmann::ordered_json ToJson(const std::vector<Check>& checks) {
  nlohmann::ordered_json json = {{"possible", RunsArePossible(checks)}, {"summary", Summary(checks)}};
  json["checks"] = nlohmann::ordered_json::array();
  for (const Check& check : checks) {
    json["checks"].push_back({{"name", check.name}, {"status", NameOf(check.status)}, {"sentence", check.sentence}});
  }
  return json;
}

}  // namespace runner::ctl
