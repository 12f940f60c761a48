#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runner/base/error.h"
#include "runner/base/unique_fd.h"

namespace runner {

// Small files of the cgroup file systems, by directory descriptor.
[[nodiscard]] Result<UniqueFd> OpenDirectory(const std::filesystem::path& path);
[[nodiscard]] Result<UniqueFd> MakeDirectoryAt(int directory, const std::string& name);
[[nodiscard]] Result<void> WriteFileAt(int directory, const char* file, const std::string& value);
// As WriteFileAt, but a file that this kernel does not have is no error.
[[nodiscard]] Result<void> WriteFileIfPresentAt(int directory, const char* file, const std::string& value);
// The whole file; empty when it cannot be read.
[[nodiscard]] std::string ReadFileAt(int directory, const char* file);
// A file of one number; 0 when it cannot be read or says "max".
[[nodiscard]] std::uint64_t ReadNumberAt(int directory, const char* file);
// The number behind `key` in a file of "key value" lines; 0 when it is not there.
[[nodiscard]] std::uint64_t ReadKeyAt(int directory, const char* file, std::string_view key);

// One mounted cgroup hierarchy and where this process is in it (/proc/self/mountinfo, /proc/self/cgroup).
struct CgroupHierarchy {
  int version = 0;
  std::vector<std::string> controllers;  // v1: of the hierarchy; v2: available in the own cgroup
  std::filesystem::path own;             // directory of the own cgroup, or of `parent`
  bool holds_us = false;                 // `own` is the cgroup this process is in
};

// Every hierarchy. `parent` replaces the own path where it is not empty.
[[nodiscard]] std::vector<CgroupHierarchy> FindCgroupHierarchies(const std::string& parent);

// "runnerd-PID-STARTTIME" of this process: a name that no other process ever has until the next boot.
[[nodiscard]] std::string OwnSubtreeName();

// Removes the subtrees in `parent` whose daemon is gone, killing what is left in them. Needs root.
void SweepDeadSubtrees(const std::filesystem::path& parent);

}  // namespace runner
