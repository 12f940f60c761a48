#include "runner/ctl/info_command.h"

#include <grpcpp/client_context.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "runner/ctl/address.h"
#include "runner/ctl/channel.h"
#include "runner/ctl/json_events.h"
#include "runner/ctl/run_output.h"
#include "runner/v1/runner.grpc.pb.h"

namespace runner::ctl {
namespace {

constexpr std::chrono::seconds kPatience{10};

struct InfoOptions {
  std::string address;
  bool json = false;
};

int Execute(const InfoOptions& options) {
  const Address address = ResolveAddress(options.address, ProcessEnvironment(), ::geteuid());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  v1::ServerInfo info;
  const auto status = v1::Runner::NewStub(OpenChannel(address))->GetServerInfo(&context, {}, &info);
  if (!status.ok()) {
    const Explanation explanation = Explain(status, address, /*answered=*/false);
    (void)(options.json ? MakeJsonOutput() : MakePlainOutput(/*quiet=*/false))
        ->OnError(explanation.error, explanation.hint);
    return explanation.error.exit_code;
  }
  (void)WriteAll(STDOUT_FILENO, options.json ? JsonLine(ToJson(info)) : ToText(info, address.target));
  return 0;
}

}  // namespace

void AddInfoCommand(CommandLine& line) {
  const auto options = std::make_shared<InfoOptions>();
  CLI::App& app = line.AddCommand({.name = "info",
                                   .usage = "info [--json] [--address ADDRESS]",
                                   .description = "Show what the daemon offers: images, policies, limits, layers"},
                                  [options] { return Execute(*options); });
  app.add_option("--address", options->address, "Where the daemon is: unix:PATH or dns:///HOST:PORT")
      ->type_name("ADDRESS");
  app.add_flag("--json", options->json, "Print one JSON object");
}

}  // namespace runner::ctl
