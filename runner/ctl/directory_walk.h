#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace runner::ctl {

// One file that a directory holds.
struct FoundFile {
  std::filesystem::path location;  // To read it from.
  std::string name;                // Relative to the directory, '/' between components.
  std::uint64_t size = 0;
};

// What a directory holds and is not sent: a file, or a directory with all that is in it (its name ends with '/').
struct LeftOut {
  std::string name;
  bool by_gitignore = false;  // else it is one that is never sent
};

struct DirectoryContents {
  std::vector<FoundFile> files;  // sorted by name
  std::vector<LeftOut> left_out;
};

// Every file below `root` that `run DIR` sends; GatherProgram states which. Reads no contents but those of .gitignore files,
// which are followed if `gitignore`. Throws UsageError for what cannot be sent.
[[nodiscard]] DirectoryContents WalkDirectory(const std::filesystem::path& root, bool gitignore);

// Throws UsageError unless `name` can be a path in a workspace: see File.path in the API.
void CheckWorkspacePath(const std::string& name);

// `name` for a message: in quotes, with what is not printable as \xNN. Without quotes: a text of the service's.
[[nodiscard]] std::string Quoted(const std::string& name, bool quotes = true);

}  // namespace runner::ctl
