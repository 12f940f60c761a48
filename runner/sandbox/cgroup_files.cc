#include "runner/sandbox/cgroup_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

namespace runner {
namespace {

constexpr std::string_view kSubtreePrefix = "runnerd-";

std::uint64_t ToNumber(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

// Field 22 of /proc/PID/stat: the start time in clock ticks since boot (proc(5)). The name, field 2, may hold blanks and
// parentheses; what follows the last ")" is well-formed. Empty: no such process.
std::string StartTime(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string text;
  std::getline(file, text);
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return {};
  const auto fields = Split(text.substr(name_end + 2), ' ');
  constexpr std::size_t kStartTime = 22 - 3;
  return fields.size() > kStartTime ? fields[kStartTime] : std::string();
}

bool BelongsToLivingProcess(const std::string& name) {
  const auto parts = Split(name, '-');
  return parts.size() == 3 && StartTime(parts[1]) == parts[2];
}

void KillMembers(const std::filesystem::path& cgroup) {
  std::ifstream file(cgroup / "cgroup.procs");
  for (pid_t pid = 0; file >> pid;) {
    if (pid > 0) ::kill(pid, SIGKILL);
  }
}

// Empties and removes a subtree, deepest first. A killed process leaves its cgroup a moment later, hence the retries.
void RemoveSubtree(const std::filesystem::path& top) {
  using namespace std::chrono_literals;
  std::error_code ignored;
  std::vector<std::filesystem::path> directories{top};
  for (auto it = std::filesystem::recursive_directory_iterator(top, ignored);
       it != std::filesystem::recursive_directory_iterator(); it.increment(ignored)) {
    if (it->is_directory(ignored)) directories.push_back(it->path());
  }
  std::sort(directories.rbegin(), directories.rend());
  for (const auto& directory : directories) {
    for (int attempt = 0; attempt < 100 && ::rmdir(directory.c_str()) != 0 && errno == EBUSY; ++attempt) {
      KillMembers(directory);
      std::this_thread::sleep_for(10ms);
    }
  }
}

// controller list -> path of this process, from lines "ID:CONTROLLERS:PATH"; v2 has the empty list.
std::map<std::string, std::string> OwnPaths() {
  std::map<std::string, std::string> paths;
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    paths[line.substr(first + 1, second - first - 1)] = line.substr(second + 1);
  }
  return paths;
}

struct Mount {
  std::string root;
  std::filesystem::path point;
  std::string type;
  std::string options;
};

// cgroup file systems of /proc/self/mountinfo (proc(5)): "ID PARENT DEV ROOT POINT OPTIONS … - TYPE SOURCE SUPEROPTIONS".
std::vector<Mount> CgroupMounts() {
  std::vector<Mount> mounts;
  std::ifstream file("/proc/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    const auto separator = line.find(" - ");
    if (separator == std::string::npos) continue;
    const auto before = Split(line.substr(0, separator), ' ');
    const auto after = Split(line.substr(separator + 3), ' ');
    if (before.size() < 5 || after.size() < 3 || !after[0].starts_with("cgroup")) continue;
    mounts.push_back({before[3], before[4], after[0], after[2]});
  }
  return mounts;
}

std::filesystem::path DirectoryOf(const Mount& mount, std::string path) {
  if (mount.root != "/" && path.starts_with(mount.root)) path.erase(0, mount.root.size());
  return mount.point / std::filesystem::path(path).relative_path();
}

// People name a cgroup by its path in the hierarchy or by its directory.
std::filesystem::path DirectoryOfParent(const Mount& mount, const std::string& parent) {
  return parent.starts_with(mount.point.string() + "/") ? std::filesystem::path(parent) : DirectoryOf(mount, parent);
}

}  // namespace

Result<UniqueFd> OpenDirectory(const std::filesystem::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return ErrnoError("open " + path.string());
  return fd;
}

Result<UniqueFd> MakeDirectoryAt(int directory, const std::string& name) {
  if (::mkdirat(directory, name.c_str(), 0755) != 0) return ErrnoError("make the cgroup " + name);
  UniqueFd fd(::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return ErrnoError("open the cgroup " + name);
  return fd;
}

Result<void> WriteFileAt(int directory, const char* file, const std::string& value) {
  const UniqueFd fd(::openat(directory, file, O_WRONLY | O_CLOEXEC));
  if (!fd) return ErrnoError(std::string("open ") + file);
  if (::write(fd.get(), value.data(), value.size()) != static_cast<ssize_t>(value.size())) {
    return ErrnoError("write \"" + value + "\" to " + file);
  }
  return {};
}

Result<void> WriteFileIfPresentAt(int directory, const char* file, const std::string& value) {
  auto result = WriteFileAt(directory, file, value);
  if (!result && result.error().error_number == ENOENT) return {};
  return result;
}

std::string ReadFileAt(int directory, const char* file) {
  const UniqueFd fd(::openat(directory, file, O_RDONLY | O_CLOEXEC));
  if (!fd) return {};
  char buffer[4096];
  const ssize_t size = ::read(fd.get(), buffer, sizeof(buffer));
  return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : std::string();
}

std::uint64_t ReadNumberAt(int directory, const char* file) { return ToNumber(ReadFileAt(directory, file)); }

std::uint64_t ReadKeyAt(int directory, const char* file, std::string_view key) {
  const std::string text = ReadFileAt(directory, file);
  for (const std::string& line : Split(text, '\n')) {
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ' ')
      return ToNumber(line.substr(key.size() + 1));
  }
  return 0;
}

std::vector<CgroupHierarchy> FindCgroupHierarchies(const std::string& parent) {
  const auto own = OwnPaths();
  std::vector<CgroupHierarchy> hierarchies;
  for (const Mount& mount : CgroupMounts()) {
    CgroupHierarchy hierarchy;
    auto path = own.end();
    if (mount.type == "cgroup2") {
      path = own.find("");
      if (path == own.end()) continue;
      hierarchy.version = 2;
      hierarchy.own = parent.empty() ? DirectoryOf(mount, path->second) : DirectoryOfParent(mount, parent);
      std::ifstream file(hierarchy.own / "cgroup.controllers");
      for (std::string controller; file >> controller;) hierarchy.controllers.push_back(controller);
    } else {
      const auto options = Split(mount.options, ',');
      path = std::find_if(own.begin(), own.end(), [&options](const auto& entry) {
        const auto names = Split(entry.first, ',');
        return !names.empty() && std::all_of(names.begin(), names.end(), [&options](const std::string& name) {
          return std::find(options.begin(), options.end(), name) != options.end();
        });
      });
      if (path == own.end()) continue;
      hierarchy.version = 1;
      hierarchy.controllers = Split(path->first, ',');
      hierarchy.own = parent.empty() ? DirectoryOf(mount, path->second) : DirectoryOfParent(mount, parent);
    }
    hierarchy.holds_us = parent.empty() || hierarchy.own == DirectoryOf(mount, path->second);
    hierarchies.push_back(std::move(hierarchy));
  }
  return hierarchies;
}

std::string OwnSubtreeName() {
  const std::string pid = std::to_string(::getpid());
  return std::string(kSubtreePrefix) + pid + "-" + StartTime(pid);
}

void SweepDeadSubtrees(const std::filesystem::path& parent) {
  std::error_code ignored;
  std::vector<std::filesystem::path> dead;
  for (const auto& entry : std::filesystem::directory_iterator(parent, ignored)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory(ignored) && name.starts_with(kSubtreePrefix) && !BelongsToLivingProcess(name))
      dead.push_back(entry.path());
  }
  for (const auto& subtree : dead) RemoveSubtree(subtree);
}

}  // namespace runner
