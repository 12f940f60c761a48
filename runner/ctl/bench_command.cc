#include "runner/ctl/bench_command.h"

#include <grpcpp/client_context.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "runner/ctl/address.h"
#include "runner/ctl/bench_report.h"
#include "runner/ctl/channel.h"
#include "runner/ctl/durations.h"
#include "runner/ctl/exit_code.h"
#include "runner/ctl/json_events.h"
#include "runner/ctl/run_output.h"
#include "runner/ctl/usage_error.h"
#include "runner/ctl/workspace_files.h"
#include "runner/v1/runner.grpc.pb.h"

namespace runner::ctl {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kFooter =
    R"(Runs and bare node take turns: one each when one is in flight, batches of eight for each place otherwise. Times are
those a client sees, from the request to the first output and to the result. Without --file the program prints hello.)";

constexpr const char* kHello = "console.log('hello')\n";
constexpr unsigned kBatchPerPlace = 8;

struct BenchOptions {
  unsigned runs = 100;
  unsigned concurrency = 1;
  std::string file;
  std::string bare_node;
  std::string image;
  std::string policy;
  std::string address;
  bool cold = false;
  bool json = false;
};

// The first thing that went wrong, from whichever thread.
class Trouble {
 public:
  void Report(const std::string& what, int exit_code) {
    const std::scoped_lock lock(mutex_);
    if (exit_code_ == 0) Say(what);
    if (exit_code_ == 0) exit_code_ = exit_code;
  }
  [[nodiscard]] int exit_code() const {
    const std::scoped_lock lock(mutex_);
    return exit_code_;
  }

 private:
  mutable std::mutex mutex_;
  int exit_code_ = 0;
};

struct ServiceRun {
  Timing timing;
  bool warm = false;
};

std::optional<ServiceRun> TimeRun(v1::Runner::Stub& stub, const Address& address, const v1::RunRequest& request,
                                  Trouble& trouble) {
  const auto begin = Clock::now();
  grpc::ClientContext context;
  const auto stream = stub.Run(&context, request);
  ServiceRun run;
  bool first = true;
  std::optional<v1::RunResult> result;
  for (v1::RunEvent event; stream->Read(&event);) {
    if (event.has_stdout() && first) {
      run.timing.first_output = Clock::now() - begin;
      first = false;
    }
    if (!event.has_result()) continue;
    run.timing.total = Clock::now() - begin;
    result = std::move(*event.mutable_result());
  }
  const grpc::Status status = stream->Finish();
  if (!status.ok()) {
    const Explanation explanation = Explain(status, address, result.has_value());
    trouble.Report(explanation.error.message, explanation.error.exit_code);
  } else if (!result || result->verdict() != v1::EXITED || result->exit_code() != 0) {
    trouble.Report("a run did not end with exit code 0: " + (result ? result->message() : "no result"), kExitService);
  } else {
    run.timing.cpu = std::chrono::duration<double, std::milli>(ToJsonMilliseconds(result->usage().cpu_time()));
    run.warm = result->start() == v1::START_KIND_WARM;
    return run;
  }
  return std::nullopt;
}

// Calls `one` `count` times on `threads` threads; the time until all are done.
std::chrono::duration<double> InParallel(unsigned threads, unsigned count, const std::function<void()>& one) {
  const auto begin = Clock::now();
  std::atomic<unsigned> left = count;
  const auto work = [&] {
    for (unsigned now = left; now > 0;) {
      if (left.compare_exchange_weak(now, now - 1)) one();
    }
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < std::min(threads, count); ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  return Clock::now() - begin;
}

// The program as a file, for bare node.
class ProgramFile {
 public:
  explicit ProgramFile(const v1::File& file) {
    std::string name = (std::filesystem::temp_directory_path() / "runnerctl-bench.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw UsageError("bench: cannot make a directory for bare node's program");
    directory_ = name;
    std::ofstream(directory_ / file.path()) << file.content();
    argument_ = file.path();
  }
  ProgramFile(const ProgramFile&) = delete;
  ProgramFile& operator=(const ProgramFile&) = delete;
  ~ProgramFile() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  [[nodiscard]] std::string directory() const { return directory_.string(); }
  [[nodiscard]] const std::string& argument() const { return argument_; }

 private:
  std::filesystem::path directory_;
  std::string argument_;
};

v1::RunRequest ToRequest(const BenchOptions& options) {
  v1::RunRequest request;
  request.set_image(options.image);
  request.set_policy(options.policy);
  if (options.cold) request.set_start(v1::START_KIND_COLD);
  if (options.file.empty()) {
    v1::File& file = *request.add_files();
    file.set_path("main.js");
    file.set_content(kHello);
  } else {
    Program program = GatherProgram(options.file, "");
    if (program.files.size() != 1) throw UsageError("bench: --file names one file, not a directory");
    *request.add_files() = std::move(program.files.front());
  }
  return request;
}

int Execute(const BenchOptions& options) {
  if (options.runs == 0 || options.concurrency == 0) throw UsageError("bench: --runs and --concurrency are at least 1");
  const v1::RunRequest request = ToRequest(options);
  const Address address = ResolveAddress(options.address, ProcessEnvironment(), ::geteuid());
  const auto channel = OpenChannel(address);
  const auto stub = v1::Runner::NewStub(channel);
  const ProgramFile program(request.files(0));
  // It is started in the program's directory.
  const bool is_path = options.bare_node.find('/') != std::string::npos;
  const std::string bare_node = is_path ? std::filesystem::absolute(options.bare_node).string() : options.bare_node;

  BenchReport report;
  report.concurrency = options.concurrency;
  if (!options.bare_node.empty()) report.bare.emplace();
  Trouble trouble;
  std::mutex mutex;  // of the report
  const auto service_run = [&] {
    const auto run = TimeRun(*stub, address, request, trouble);
    if (!run) return;
    const std::scoped_lock lock(mutex);
    report.service.timings.push_back(run->timing);
    report.warm += run->warm ? 1U : 0U;
  };
  const auto bare_run = [&] {
    const auto timing = TimeProcess({bare_node, program.argument()}, program.directory());
    if (!timing) trouble.Report(options.bare_node + " could not be started, or did not exit with 0", kExitUsage);
    const std::scoped_lock lock(mutex);
    if (timing) report.bare->timings.push_back(*timing);
  };
  const unsigned batch = options.concurrency == 1 ? 1 : kBatchPerPlace * options.concurrency;
  for (unsigned done = 0; done < options.runs && trouble.exit_code() == 0; done += batch) {
    const unsigned count = std::min(batch, options.runs - done);
    report.service.elapsed += InParallel(options.concurrency, count, service_run);
    if (report.bare) report.bare->elapsed += InParallel(options.concurrency, count, bare_run);
  }
  if (trouble.exit_code() != 0) return trouble.exit_code();
  (void)WriteAll(STDOUT_FILENO, options.json ? JsonLine(ToJson(report)) : ToText(report));
  return 0;
}

}  // namespace

void AddBenchCommand(CommandLine& line) {
  const auto options = std::make_shared<BenchOptions>();
  CLI::App& app = line.AddCommand(
      {.name = "bench", .usage = "bench [OPTIONS]", .description = "Measure latency and throughput, against bare node"},
      [options] { return Execute(*options); });
  app.footer(kFooter);
  app.add_option("--runs", options->runs, "How many (100)")->type_name("N");
  app.add_option("--concurrency", options->concurrency, "How many in flight (1)")->type_name("C");
  app.add_option("--file", options->file, "The program, one that exits with 0")->type_name("FILE");
  app.add_option("--bare-node", options->bare_node, "Run this node between the runs, and compare")->type_name("PATH");
  app.add_flag("--cold", options->cold, "Ask for cold starts");
  app.add_option("--image", options->image, "The image")->type_name("NAME");
  app.add_option("--policy", options->policy, "The policy")->type_name("NAME");
  app.add_option("--address", options->address, "Where the daemon is: unix:PATH or dns:///HOST:PORT")
      ->type_name("ADDRESS");
  app.add_flag("--json", options->json, "Print one JSON object");
}

}  // namespace runner::ctl
