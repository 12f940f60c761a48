// What the kernel says about processes, read from /proc.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace runner::test {

struct ProcessInfo {
  pid_t pid = -1;
  pid_t parent = -1;
  std::string name;  // at most 15 bytes
  char state = '?';  // Z is a zombie
  uid_t uid = 0;
};

// Every process that can be seen, in the order of their pids.
[[nodiscard]] std::vector<ProcessInfo> AllProcesses();
// Children, their children, and so on.
[[nodiscard]] std::vector<ProcessInfo> DescendantsOf(pid_t pid);
// Processes, zombies excluded, whose real uid is in [first, first + count).
[[nodiscard]] std::vector<ProcessInfo> ProcessesOfUids(std::uint32_t first, std::uint32_t count);

// Targets of /proc/PID/fd/*, as they are: "socket:[123]", "/dev/null".
[[nodiscard]] std::vector<std::string> DescriptorsOf(pid_t pid);
// A number of kilobytes from /proc/PID/status, such as "VmRSS", in bytes; 0 when the process or the line is not there.
[[nodiscard]] std::size_t StatusBytes(pid_t pid, const std::string& key);
// Mount points of a process's mount namespace.
[[nodiscard]] std::vector<std::string> MountsOf(pid_t pid);
// Where cgroups can be made beside our own, on version 2: the directory above our own. Nothing on version 1.
[[nodiscard]] std::optional<std::filesystem::path> CgroupAboveOurs();
// Directories whose name starts with `prefix` and everything below them, in every mounted cgroup hierarchy.
[[nodiscard]] std::vector<std::filesystem::path> CgroupsNamed(const std::string& prefix);

}  // namespace runner::test
