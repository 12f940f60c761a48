#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/ctl/directory_walk.h"
#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// More than this is refused before anything is sent, whatever the policy.
inline constexpr std::uint64_t kLargestWorkspace = 64ULL << 20U;

// What `run FILE|DIR|-` sends: the files, and the entry where the command line settles it (empty: the server's rules).
struct Program {
  std::vector<v1::File> files;
  std::string entry;
  std::vector<LeftOut> left_out;  // of DIR
};

// Gathers the program named on the command line.
//   FILE  one file, under its base name, or under `entry` if that is given. A pipe (a shell's <(...)) will do.
//   DIR   every regular file below it in the order of its path, except what is below node_modules, .git, .hg, .svn and
//         .jj, and, with `gitignore`, what the .gitignore files in DIR leave out (not those above it: what is sent depends
//         on DIR alone). A symbolic link to a regular file inside DIR is sent as a copy; anything else is refused.
//         `entry` is a path inside DIR.
//   -     what standard input holds, as main.js or `entry`.
// Throws UsageError, naming the path and what is wrong with it; for too much data, the largest files.
[[nodiscard]] Program GatherProgram(const std::string& path, const std::string& entry, bool gitignore = true);

// As GatherProgram for DIR, whatever is in it: it may hold no files, and none of them need be one that could be run.
[[nodiscard]] Program GatherDirectory(const std::string& path, bool gitignore);

// What of `left_out` the file `name` is, or is in, where a .gitignore is why; nullptr: nothing.
[[nodiscard]] const LeftOut* IgnoredAs(const std::vector<LeftOut>& left_out, const std::string& name);

// The file (or pipe) at `path` under the name `name`. Throws UsageError, naming the path.
[[nodiscard]] v1::File ReadFile(const std::string& path, const std::string& name);

// The bytes of all contents.
[[nodiscard]] std::uint64_t TotalSize(const std::vector<v1::File>& files);

// A name and a size in bytes.
using NamedSize = std::pair<std::string, std::uint64_t>;

// "data/big.bin (40 MiB), main.js (1 KiB)": up to three, the largest first.
[[nodiscard]] std::string LargestFiles(std::vector<NamedSize> files);

[[nodiscard]] std::vector<NamedSize> SizesOf(const std::vector<v1::File>& files);

}  // namespace runner::ctl
