#include "runner/ctl/suite/suite_files.h"

#include <glob.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <system_error>
#include <utility>

#include "runner/ctl/directory_walk.h"
#include "runner/ctl/workspace_files.h"

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kFileKeys = {"file", "text", "executable"};
constexpr const char* kPath = "the path of a file";
constexpr const char* kFilesForm = "paths in a list, or a map of names and contents";

// What was said, behind the place it is about.
template <typename Function>
auto At(const YamlValue& value, Function function) {
  try {
    return function();
  } catch (const UsageError& error) {
    value.Refuse(error.what());
  }
}

void CheckWorkspacePathAt(const YamlValue& value, const std::string& name) {
  At(value, [&] { CheckWorkspacePath(name); });
}

}  // namespace

bool ComesBefore(const std::string& a, const std::string& b) {
  const int order = ::strverscmp(a.c_str(), b.c_str());
  return order != 0 ? order < 0 : a < b;
}

std::string SuiteFiles::Content(const YamlValue& value) {
  const std::string path = value.Text(kPath);
  if (path.empty()) value.RefuseAs(kPath);
  return At(value, [&] { return Content(Locate(path)); });
}

std::string SuiteFiles::Content(const fs::path& path) {
  v1::File file = ReadFile(path.string(), path.filename().string());
  seen_.push_back(path);
  return std::move(*file.mutable_content());
}

std::vector<std::string> SuiteFiles::Glob(const YamlValue& value) const {
  const std::string pattern = value.Text("a path or a glob");
  if (pattern.empty()) value.RefuseAs("a path or a glob");
  const std::string prefix = pattern.front() == '/' ? "" : (directory_ / "").string();
  // The directory's own name is no pattern.
  std::string whole;
  for (const char c : prefix) {
    if (std::string_view("*?[]{}\\~").find(c) != std::string_view::npos) whole += '\\';
    whole += c;
  }
  glob_t found{};
  const int error = ::glob((whole + pattern).c_str(), GLOB_BRACE | GLOB_NOSORT, nullptr, &found);
  std::vector<std::string> paths;
  for (std::size_t i = 0; error == 0 && i < found.gl_pathc; ++i) {
    std::string path = found.gl_pathv[i];
    paths.push_back(path.starts_with(prefix) ? path.substr(prefix.size()) : path);
  }
  ::globfree(&found);
  if (paths.empty()) value.Refuse("there is no " + Quoted(pattern) + " in " + Quoted(directory_.string()));
  std::ranges::sort(paths, ComesBefore);
  return paths;
}

void SuiteFiles::AddListed(const YamlValue& value, std::vector<v1::File>& files) {
  for (const std::string& path : Glob(value)) {
    const fs::path location = Locate(path);
    std::string name = fs::path(path).lexically_normal().generic_string();
    if (name.ends_with('/')) name.pop_back();
    if (name.starts_with('/') || name.starts_with("..")) {
      value.Refuse(Quoted(path) + " is not below the suite's directory, so it has no place in a workspace; write " +
                   Quoted(fs::path(path).filename().string()) + ": {file: " + path + "} in place of the list");
    }
    std::error_code ignored;
    if (!fs::is_directory(location, ignored)) {
      CheckWorkspacePathAt(value, name);
      files.push_back(At(value, [&] { return ReadFile(location.string(), name); }));
      seen_.push_back(location);
      continue;
    }
    const DirectoryContents contents = At(value, [&] { return WalkDirectory(location, /*gitignore=*/false); });
    if (contents.files.empty()) value.Refuse(Quoted(path) + " holds no files");
    for (const FoundFile& found : contents.files) {
      files.push_back(At(value, [&] {
        return ReadFile(found.location.string(), name == "." ? found.name : name + "/" + found.name);
      }));
      seen_.push_back(found.location);
    }
  }
}

v1::File SuiteFiles::Described(const std::string& name, const YamlValue& value) {
  v1::File file;
  file.set_path(name);
  if (value.IsText()) {
    file.set_content(value.Text());
    return file;
  }
  const YamlMap map(value, kFileKeys, "a text, or a map with file or text");
  if (map.Has("file") == map.Has("text")) value.Refuse("wants one of file and text");
  file.set_content(map.Has("file") ? Content(map.At("file")) : map.At("text").Text());
  if (const YamlValue* const executable = map.Find("executable")) file.set_executable(executable->Bool());
  return file;
}

std::vector<v1::File> SuiteFiles::Workspace(const YamlValue& value) {
  std::vector<v1::File> files;
  if (value.IsMap()) {
    for (const YamlValue::Member& member : value.Members(kFilesForm)) {
      CheckWorkspacePathAt(member.key, member.name);
      files.push_back(Described(member.name, member.value));
    }
    return files;
  }
  for (const YamlValue& path : value.OneOrMore(kFilesForm)) AddListed(path, files);
  for (auto file = files.begin(); file != files.end(); ++file) {
    const auto same = [&](const v1::File& other) { return other.path() == file->path(); };
    if (std::any_of(std::next(file), files.end(), same)) value.Refuse(Quoted(file->path()) + " is there twice");
  }
  return files;
}

}  // namespace runner::ctl
