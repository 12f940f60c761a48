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

// Every file below `root` that `run DIR` sends, sorted by name; GatherProgram states which. Reads no contents. Throws
// UsageError for what cannot be sent.
[[nodiscard]] std::vector<FoundFile> WalkDirectory(const std::filesystem::path& root);

// Throws UsageError unless `name` can be a path in a workspace: see File.path in the API.
void CheckWorkspacePath(const std::string& name);

// `name` for a message: in quotes, with what is not printable as \xNN.
[[nodiscard]] std::string Quoted(const std::string& name);

}  // namespace runner::ctl
