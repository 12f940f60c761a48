#include "runner/ctl/directory_walk.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "runner/ctl/gitignore.h"
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
  Walk(const fs::path& root, bool gitignore) : root_(root), real_root_(fs::canonical(root)), gitignore_(gitignore) {}

  DirectoryContents Run() {
    Visit(root_, "");
    std::ranges::sort(contents_.files, {}, &FoundFile::name);
    std::ranges::sort(contents_.left_out, {}, &LeftOut::name);
    return std::move(contents_);
  }

 private:
  void Visit(const fs::path& directory, const std::string& prefix) {
    const bool has_rules = ReadRules(directory / ".gitignore", prefix);
    for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
      const fs::path base = entry.path().filename();
      const std::string name = prefix + base.native();
      const fs::file_status status = entry.symlink_status();
      const bool is_directory = fs::is_directory(status);
      const bool never =
          IsSkipped(base) && (is_directory || fs::is_symlink(status));  // node_modules may well be a link.
      if (never || IsIgnored(name, is_directory)) {
        contents_.left_out.push_back({.name = is_directory ? name + "/" : name, .by_gitignore = !never});
      } else if (is_directory) {
        Visit(entry.path(), name + "/");
      } else {
        Add(entry, name);
      }
    }
    if (has_rules) rules_.pop_back();
  }

  // As git: a .gitignore that is a link counts for nothing.
  bool ReadRules(const fs::path& path, const std::string& prefix) {
    if (!gitignore_ || !fs::is_regular_file(fs::symlink_status(path))) return false;
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file) throw UsageError("cannot read " + Quoted(path));
    rules_.emplace_back(prefix, GitIgnore(text));
    return true;
  }

  // The nearest file that has a rule for it decides.
  [[nodiscard]] bool IsIgnored(const std::string& name, bool is_directory) const {
    for (auto rules = rules_.rbegin(); rules != rules_.rend(); ++rules) {
      const auto decision = rules->second.Decide(name.substr(rules->first.size()), is_directory);
      if (decision) return *decision;
    }
    return false;
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
    if (contents_.files.size() == kMostFiles) {
      throw UsageError(Quoted(root_) + " holds more than " + std::to_string(kMostFiles) +
                       " files; is this the directory of a program?");
    }
    contents_.files.push_back({.location = entry.path(), .name = name, .size = entry.file_size()});
  }

  fs::path root_;
  fs::path real_root_;
  bool gitignore_;
  std::vector<std::pair<std::string, GitIgnore>> rules_;  // of the directories on the way here: prefix, rules
  DirectoryContents contents_;
};

}  // namespace

DirectoryContents WalkDirectory(const fs::path& root, bool gitignore) {
  try {
    return Walk(root, gitignore).Run();
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

std::string Quoted(const std::string& name, bool quotes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const bool printable = IsValidUtf8(name);
  const char* const quote = quotes ? "'" : "";
  std::string out = quote;
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
  return out + quote;
}

}  // namespace runner::ctl
