#include "tests/lessons/bare_node.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "tests/support/paths.h"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

// What the sandbox loads for programs with TypeScript (sandbox-images/runtime/typescript.cjs).
constexpr const char* kTypescriptHook = "/usr/lib/runner/typescript.cjs";

// $1: the image's root, $2: the workspace; then variables, and the command. The image is read-only, as it is in a sandbox,
// so that no program changes it for those that come after. A mount namespace ends with the script, and the mounts with it.
constexpr const char* kScript = R"(set -e
mount --make-rprivate /
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
mount --bind "$2" "$1/workspace"
mount -t tmpfs tmpfs "$1/tmp"
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
chown -R 1000:1000 "$2"
shift 2
exec env -i HOME=/workspace LANG=C.UTF-8 NODE_ENV=development PATH=/usr/bin TZ=UTC USER=runner "$@")";

}  // namespace

Finished RunBare(const std::string& image, const Lesson& lesson) {
  std::string workspace = (fs::temp_directory_path() / "runner-bare.XXXXXX").string();
  if (::mkdtemp(workspace.data()) == nullptr) throw std::runtime_error("cannot make " + workspace);
  for (const auto& [name, content] : lesson.files) {
    const fs::path path = fs::path(workspace) / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }
  const std::string root = (ImagesDirectory() / image / "root").string();
  std::vector<std::string> command{"/usr/bin/unshare", "--mount", "/bin/sh", "-c", kScript, "bare", root, workspace};
  for (const auto& [name, value] : lesson.env) command.push_back(name + "=" + value);
  command.insert(command.end(),
                 {"/usr/bin/unshare", "--root=" + root, "--wd=/workspace", "--setuid=1000", "--setgid=1000", "node"});
  if (lesson.compiled) command.insert(command.end(), {"--require", kTypescriptHook});
  command.push_back("/workspace/" + lesson.entry);
  command.insert(command.end(), lesson.args.begin(), lesson.args.end());
  Finished finished = RunProgram(command, lesson.input);
  std::error_code ignored;
  fs::remove_all(workspace, ignored);
  return finished;
}

}  // namespace runner::test
