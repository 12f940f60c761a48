#include "runner/ctl/directory_walk.h"

#include <algorithm>
#include <array>
#include <system_error>

#include "runner/ctl/usage_error.h"
#include "runner/ctl/utf8.h"

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 5> kSkippedDirectories = {"node_modules", ".git", ".hg", ".svn", ".jj"};

// A walk that meets more was pointed at something that is no program, such as a home directory.
constexpr std::size_t kMostFiles = 20'000;

constexpr std::size_t kLongestPath = 4096;
constexpr std::size_t kLongestComponent = 255;

bool IsSkipped(const fs::path& name) {
  return std::find(kSkippedDirectories.begin(), kSkippedDirectories.end(), name.native()) != kSkippedDirectories.end();
}

bool IsBelow(const fs::path& path, const fs::path& directory) {
  return std::mismatch(directory.begin(), directory.end(), path.begin(), path.end()).first == directory.end();
}

class Walk {
 public:
  explicit Walk(const fs::path& root) : root_(root), real_root_(fs::canonical(root)) {}

  std::vector<FoundFile> Run() {
    Visit(root_, "");
    std::sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return std::move(found_);
  }

 private:
  void Visit(const fs::path& directory, const std::string& prefix) {
    for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
      const fs::path base = entry.path().filename();
      const fs::file_status status = entry.symlink_status();
      if (fs::is_directory(status)) {
        if (!IsSkipped(base)) Visit(entry.path(), prefix + base.native() + "/");
      } else if (!fs::is_symlink(status) || !IsSkipped(base)) {  // node_modules may well be a link.
        Add(entry, prefix + base.native());
      }
    }
  }

  void Add(const fs::directory_entry& entry, const std::string& name) {
    CheckWorkspacePath(name);
    if (entry.is_symlink()) {
      std::error_code error;
      const fs::path target = fs::canonical(entry.path(), error);
      if (error || !fs::is_regular_file(target) || !IsBelow(target, real_root_)) {
        throw UsageError(Quoted(entry.path()) +
                         " is a symbolic link that does not lead to a regular file inside the directory; a workspace "
                         "holds regular files only");
      }
    } else if (!entry.is_regular_file()) {
      throw UsageError(Quoted(entry.path()) + " is not a regular file; a workspace holds regular files only");
    }
    if (found_.size() == kMostFiles) {
      throw UsageError(Quoted(root_) + " holds more than " + std::to_string(kMostFiles) +
                       " files; is this the directory of a program?");
    }
    found_.push_back({.location = entry.path(), .name = name, .size = entry.file_size()});
  }

  fs::path root_;
  fs::path real_root_;
  std::vector<FoundFile> found_;
};

}  // namespace

std::vector<FoundFile> WalkDirectory(const fs::path& root) {
  try {
    return Walk(root).Run();
  } catch (const fs::filesystem_error& error) {
    throw UsageError("cannot read " + Quoted(error.path1()) + ": " + error.code().message());
  }
}

void CheckWorkspacePath(const std::string& name) {
  const auto refuse = [&](const std::string& why) { throw UsageError(Quoted(name) + " cannot be sent: " + why); };
  if (name.empty()) refuse("the name is empty");
  if (name.size() > kLongestPath) refuse("the path is longer than " + std::to_string(kLongestPath) + " bytes");
  if (!IsValidUtf8(name)) refuse("the name is not UTF-8");
  if (std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
    refuse("the name has a control character");
  }
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    const std::string component = name.substr(at, end - at);
    if (component.empty() || component == "." || component == "..") {
      refuse("write a relative path without empty components, '.' and '..'");
    }
    if (component.size() > kLongestComponent) {
      refuse("a component of the path is longer than " + std::to_string(kLongestComponent) + " bytes");
    }
    at = end + 1;
  }
}

std::string Quoted(const std::string& name) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const bool printable = IsValidUtf8(name);
  std::string out = "'";
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !printable)) {
      out += "\\x";
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace runner::ctl
