#include "runner/sandbox/entry.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "runner/sandbox/text.h"

namespace runner {
namespace {

using std::string_view;

// Far more than any package.json; parsed JSON takes many times the memory of its text.
constexpr std::size_t kMaxPackageJsonBytes = 256 * 1024;

const WorkspaceFile* Find(const std::vector<WorkspaceFile>& files, string_view path) {
  const auto found = std::ranges::find(files, path, &WorkspaceFile::path);
  return found == files.end() ? nullptr : &*found;
}

Error Failure(std::string message) { return Error{.step = std::move(message), .error_number = 0}; }

// `main` as Node reads it: anything but a non-empty string counts as none.
Result<std::optional<std::string>> MainOf(const WorkspaceFile& package_json) {
  if (package_json.content.size() > kMaxPackageJsonBytes) {
    return Failure("package.json is too large to be searched for main; name the entry");
  }
  // No exceptions: `discarded` marks what is not JSON.
  const auto json = nlohmann::json::parse(package_json.content.view(), nullptr, false);
  if (json.is_discarded()) return Failure("package.json is not valid JSON; correct it or name the entry");
  if (!json.is_object()) return std::optional<std::string>();
  const auto main = json.find("main");
  if (main == json.end() || !main->is_string()) return std::optional<std::string>();
  auto path = main->get<std::string>();
  if (path.empty()) return std::optional<std::string>();
  return std::optional(std::move(path));
}

// `main` may leave out what require() may leave out: "./lib" for lib.js or lib/index.js.
Result<std::string> ResolveMain(const std::vector<WorkspaceFile>& files, const std::string& main) {
  string_view path = main;
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.ends_with('/')) path.remove_suffix(1);
  for (const string_view suffix : {"", ".js", "/index.js"}) {
    const std::string candidate = std::string(path) + std::string(suffix);
    if (Find(files, candidate) != nullptr) return Result<std::string>(boost::system::in_place_value, candidate);
  }
  return Failure("main of package.json is " + Quote(main) + ", which is not one of the files");
}

}  // namespace

Result<std::string> ResolveEntry(const std::vector<WorkspaceFile>& files) {
  // in_place_value: a string alone could just as well be the step of an Error, which is an aggregate.
  if (files.size() == 1) return Result<std::string>(boost::system::in_place_value, files.front().path);
  if (const WorkspaceFile* package_json = Find(files, "package.json")) {
    const Result<std::optional<std::string>> main = MainOf(*package_json);
    if (!main) return main.error();
    if (*main) return ResolveMain(files, **main);
  }
  std::vector<std::string> candidates;
  for (const string_view stem : {"main", "index"}) {
    for (const string_view extension : {".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"}) {
      const std::string path = std::string(stem) + std::string(extension);
      if (Find(files, path) != nullptr) candidates.push_back(path);
    }
  }
  if (candidates.size() == 1) return Result<std::string>(boost::system::in_place_value, candidates.front());
  if (candidates.empty()) {
    return Failure(
        "none is named, and there are several files, no main in package.json, and no main.js or index.js (.mjs, .cjs, "
        ".ts, .mts, .cts); name one of the files");
  }
  std::string list;
  for (const std::string& candidate : candidates) list += (list.empty() ? "" : ", ") + candidate;
  return Failure("none is named, and several could be meant: " + list + "; name one of them");
}

}  // namespace runner
