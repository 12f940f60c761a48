#include "runner/sandbox/workspace_check.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "runner/sandbox/text.h"
#include "runner/sandbox/units.h"

namespace runner {
namespace {

using std::string_view;

std::string FilePathField(std::size_t index) { return "files[" + std::to_string(index) + "].path"; }

// tmpfs charges whole pages.
std::uint64_t Charged(std::uint64_t bytes) {
  constexpr std::uint64_t kPage = 4096;
  return (bytes + kPage - 1) / kPage * kPage;
}

std::string CheckCharacters(string_view path) {
  for (std::size_t position = 0; position < path.size();) {
    const std::size_t start = position;
    const std::optional<std::uint32_t> character = DecodeUtf8(path, position);
    if (!character) return "is not valid UTF-8 at byte " + std::to_string(start);
    if (IsControlCharacter(*character)) {
      return "holds a control character (NUL, a line break, ...) at byte " + std::to_string(start);
    }
  }
  return "";
}

std::string CheckComponents(string_view path) {
  std::size_t depth = 0;
  for (;;) {
    const std::size_t slash = path.find('/');
    const string_view component = path.substr(0, slash);
    if (component.empty()) return "has an empty component (\"//\")";
    if (component == "." || component == "..")
      return "has the component " + Quote(component) + ", which is not allowed";
    if (component.size() > kMaxPathComponentBytes) {
      return "has a component of " + std::to_string(component.size()) + " bytes, allowed are [1, " +
             std::to_string(kMaxPathComponentBytes) + "]";
    }
    if (++depth > kMaxPathDepth) {
      return "has more than " + std::to_string(kMaxPathDepth) + " components, allowed are [1, " +
             std::to_string(kMaxPathDepth) + "]";
    }
    if (slash == string_view::npos) return "";
    path.remove_prefix(slash + 1);
  }
}

// Remembers what has been named so far, and finds what cannot be there beside it.
class Tree {
 public:
  // `path` must have passed CheckPath.
  void Add(const std::string& path, std::size_t index, std::vector<FieldViolation>& violations) {
    if (const auto [existing, added] = files_.emplace(path, index); !added) {
      violations.push_back({.field = FilePathField(index),
                            .description = Quote(path) + " is also the path of files[" +
                                           std::to_string(existing->second) + "]; every path is allowed once"});
      return;
    }
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      directories_.emplace(path.substr(0, slash), index);
    }
  }

  // After all files have been added, so that their order does not matter.
  void CheckKinds(std::vector<FieldViolation>& violations) const {
    for (const auto& [path, index] : files_) {
      const auto directory = directories_.find(path);
      if (directory == directories_.end()) continue;
      violations.push_back({.field = FilePathField(index),
                            .description = Quote(path) + " is a file here and a directory in the path of files[" +
                                           std::to_string(directory->second) + "]"});
    }
  }

  [[nodiscard]] std::size_t size() const { return files_.size() + directories_.size(); }

 private:
  std::map<std::string, std::size_t> files_;
  std::map<std::string, std::size_t> directories_;
};

}  // namespace

std::string CheckPath(const std::string& path) {
  if (path.empty()) return "is empty, expected a path such as \"main.js\"";
  if (path.size() > kMaxPathBytes) {
    return "has " + std::to_string(path.size()) + " bytes, allowed are [1, " + std::to_string(kMaxPathBytes) + "]";
  }
  if (std::string wrong = CheckCharacters(path); !wrong.empty()) return wrong;
  if (path.front() == '/') return "is absolute, expected a path relative to the workspace";
  if (path.back() == '/') return "ends with '/', expected the path of a file";
  return CheckComponents(path);
}

void CheckFiles(const RunSpec& spec, const Policy& policy, std::vector<FieldViolation>& violations) {
  if (spec.files.empty()) {
    violations.push_back({.field = "files", .description = "0 files, expected at least one"});
    return;
  }
  Tree tree;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < spec.files.size(); ++i) {
    const WorkspaceFile& file = spec.files[i];
    bytes += Charged(file.content.size());
    if (const std::string wrong = CheckPath(file.path); !wrong.empty()) {
      violations.push_back({.field = FilePathField(i), .description = Quote(file.path) + " " + wrong});
    } else {
      tree.Add(file.path, i, violations);
    }
  }
  tree.CheckKinds(violations);
  // One inode is the workspace itself.
  if (tree.size() + 1 > policy.fixed.tmpfs_inodes) {
    violations.push_back({.field = "files",
                          .description = std::to_string(tree.size()) + " files and directories, allowed are [1, " +
                                         std::to_string(policy.fixed.tmpfs_inodes - 1) + "]"});
  }
  if (bytes > spec.limits.workspace_bytes) {
    violations.push_back({.field = "files",
                          .description = FormatSize(bytes) + " in blocks of 4 KiB, which is outside [0 bytes, " +
                                         FormatSize(spec.limits.workspace_bytes) + "], the workspace's size"});
  }
}

}  // namespace runner
