#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "runner/base/error.h"
#include "runner/base/unique_fd.h"

namespace runner {

// Beside Node in the images that sandbox-images/build makes: sandbox-images/runtime/preload.cjs. It needs the other two.
inline constexpr char kPreloadPath[] = "/usr/lib/runner/preload.cjs";
inline constexpr std::array<const char*, 2> kPreloadNeeds = {"/usr/lib/runner/parked.cjs", "/usr/lib/runner/warm.mjs"};
// Inside an image: what makes Node run TypeScript that it cannot strip (sandbox-images/runtime/typescript.cjs).
inline constexpr const char* kTypescriptHook = "/usr/lib/runner/typescript.cjs";

// Inside an image: what is started in place of a program to run test files (sandbox-images/runtime/tests).
inline constexpr const char* kTestHarness = "/usr/lib/runner/tests/main.cjs";
// Inside an image: what makes a program's clocks and randomness its own (sandbox-images/runtime/determinism.cjs).
inline constexpr const char* kDeterminismHook = "/usr/lib/runner/determinism.cjs";

// A root file system with one Node in it, as sandbox-images/build makes it: DIR/NAME/{root/,image.json}.
struct Image {
  std::string name;
  std::string node_version;
  std::string tree_hash;
  std::vector<std::string> packages;  // name@version
  UniqueFd root;                      // O_PATH on root/
  bool preload = false;               // has kPreloadPath and kPreloadNeeds; without them there are no warm starts
  bool compiles_typescript = false;   // has kTypescriptHook
  bool runs_tests = false;            // has kTestHarness
  bool deterministic = false;         // has kDeterminismHook
};

// Reads every image of a directory; the key is the image's name.
[[nodiscard]] Result<std::map<std::string, Image>> LoadImages(const std::filesystem::path& directory);

}  // namespace runner
