#include "tests/hostile/hostile.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <thread>

#include "tests/support/scratch_directory.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// A directory with the built images and the test-only one, for as long as the program runs.
class AllImages : private ScratchDirectory {
 public:
  AllImages() {
    for (const auto& image : fs::directory_iterator(ImagesDirectory())) {
      const std::string name = image.path().filename().string();
      if (!name.starts_with(".")) fs::create_symlink(fs::absolute(image.path()), path() / name);
    }
    fs::create_symlink(RUNNER_NATIVE_IMAGE, path() / "native");
    // Daemons look here from now on, the shared one included.
    ::setenv("RUNNER_IMAGES", path().c_str(), 1);
  }
};

Daemon& DaemonWithAllImages() {
  static const AllImages images;
  return SharedDaemon();
}

v1::RunRequest WithArguments(v1::RunRequest request, const Arguments& arguments) {
  for (const std::string& argument : arguments) request.add_args(argument);
  return request;
}

}  // namespace

v1::RunRequest Attack(const std::string& name, const Arguments& arguments) {
  return WithArguments(SnippetFile(name + ".mjs"), arguments);
}

v1::RunRequest NativeAttack(const std::string& name, const Arguments& arguments) {
  v1::RunRequest request = Snippet("", "main.mjs");
  request.set_image("native");
  request.add_args(name);
  return WithArguments(std::move(request), arguments);
}

v1::RunRequest Under(const std::string& policy, v1::RunRequest request) {
  request.set_policy(policy);
  return request;
}

v1::RunRequest WithMuchTime(v1::RunRequest request) {
  request.set_policy("grader");
  return WithCpuTime(WithWallTime(request, milliseconds(180'000)), milliseconds(120'000));
}

DaemonOptions Without(std::vector<std::string> layers) {
  DaemonOptions options;
  options.without = std::move(layers);
  return options;
}

Outcome RunOn(const Daemon& daemon, const v1::RunRequest& request) { return Client(daemon).Run(request); }

std::string OutputOn(const Daemon& daemon, const v1::RunRequest& request) {
  Outcome outcome = RunOn(daemon, request);
  if (outcome.Fate() != "EXITED 0") return outcome.Describe();
  if (outcome.out.ends_with('\n')) outcome.out.pop_back();
  return outcome.out;
}

std::string FateOn(const Daemon& daemon, const v1::RunRequest& request) { return RunOn(daemon, request).Fate(); }

bool InTime(const Outcome& outcome, milliseconds limit) {
  return WallTime(outcome.result) <= limit + Slowed(milliseconds(200)) &&
         outcome.took <= limit + Slowed(milliseconds(1000));
}

Hostile::Hostile() : daemon_(DaemonWithAllImages()), before_(TakeFootprint(daemon_)) {}

Hostile::~Hostile() {
  CHECK(Output(NativeAttack("hello")) == "hello");
  CHECK(LeaksAfter(before_, daemon_, Slowed(milliseconds(3000))).empty());
  CHECK(daemon_.Wait(milliseconds(0)) == -1);
}

Outcome Hostile::RunBesideNeighbours(const v1::RunRequest& request) const {
  std::atomic<bool> over = false;
  std::vector<std::string> outputs;  // Catch's assertions are for one thread
  // Where the processor is emulated, starting Node again and again would be an attack of its own.
  const v1::RunRequest hello = Slowness() > 1 ? NativeAttack("hello") : Attack("hello");
  std::thread neighbour([&] {
    do {
      outputs.push_back(Output(hello));
    } while (!over);
  });
  Outcome outcome = Run(request);
  over = true;
  neighbour.join();
  for (const std::string& output : outputs) CHECK(output == "hello");
  return outcome;
}

}  // namespace runner::test
