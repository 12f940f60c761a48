#include "runner/ctl/workspace_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <system_error>

#include "runner/ctl/directory_walk.h"
#include "runner/ctl/units.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNameOfStdin = "main.js";
constexpr const char* kHint = " (FILE|DIR|-: a file, a directory or - for standard input)";

std::string ErrnoText(int error_number) { return std::system_category().message(error_number); }

[[noreturn]] void RefuseSize(const std::string& what, std::uint64_t size, const std::string& detail) {
  throw UsageError(what + " is " + detail + FormatSize(size) + "; the most that can be sent is " +
                   FormatSize(kLargestWorkspace));
}

// Everything `fd` has to give; `what` names it in messages.
std::string ReadAll(int fd, const std::string& what) {
  std::string content;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count == 0) return content;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw UsageError("cannot read " + what + ": " + ErrnoText(errno));
    content.append(buffer.data(), static_cast<std::size_t>(count));
    if (content.size() > kLargestWorkspace) RefuseSize(what, kLargestWorkspace, "more than ");
  }
}

std::string IgnoredCount(const std::vector<LeftOut>& left_out) {
  const auto count = std::ranges::count_if(left_out, &LeftOut::by_gitignore);
  return count == 0 ? "" : "; .gitignore leaves out " + std::to_string(count) + " (--no-gitignore sends them)";
}

bool Sends(const Program& program, const std::string& name) {
  return std::ranges::any_of(program.files, [&](const v1::File& file) { return file.path() == name; });
}

// Throws if a .gitignore is why the file `name`, which `what` asks for, is not sent.
void BlameGitignore(const Program& program, const std::string& what, const std::string& name) {
  if (const LeftOut* const ignored = IgnoredAs(program.left_out, name)) {
    throw UsageError(what + ": .gitignore leaves out " + Quoted(ignored->name) + " (--no-gitignore sends it)");
  }
}

// `main` of the package.json that is sent, without a leading "./"; empty where there is none.
std::string MainOfPackage(const Program& program) {
  for (const v1::File& file : program.files) {
    if (file.path() != "package.json") continue;
    const auto json = nlohmann::json::parse(file.content(), nullptr, false);  // what is no JSON, the service tells
    if (!json.is_object() || !json.contains("main") || !json["main"].is_string()) return "";
    const auto main = json["main"].get<std::string>();
    return main.starts_with("./") ? main.substr(2) : main;
  }
  return "";
}

// Which file runs is the service's to say. What it cannot know is that the one meant was left out here.
void CheckImpliedEntry(const Program& program) {
  const std::string main = MainOfPackage(program);
  if (!main.empty()) {
    for (const char* suffix : {"", ".js", "/index.js"}) {
      if (Sends(program, main + suffix)) return;
    }
    for (const char* suffix : {"", ".js", "/index.js"})
      BlameGitignore(program, "main of package.json is " + Quoted(main), main + suffix);
    return;
  }
  if (program.files.size() == 1) return;
  std::vector<std::string> candidates;
  for (const char* stem : {"main", "index"}) {
    for (const char* extension : {".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"}) {
      candidates.push_back(std::string(stem) + extension);
      if (Sends(program, candidates.back())) return;
    }
  }
  for (const std::string& candidate : candidates) BlameGitignore(program, "no file to run is named", candidate);
}

void CheckEntryOf(const Program& program, const std::string& path) {
  if (program.entry.empty()) return CheckImpliedEntry(program);
  if (Sends(program, program.entry)) return;
  BlameGitignore(program, "--entry", program.entry);
  throw UsageError("--entry: there is no file " + Quoted(program.entry) + " in " + Quoted(path));
}

}  // namespace

Program GatherProgram(const std::string& path, const std::string& entry, bool gitignore) {
  if (!entry.empty()) CheckWorkspacePath(entry);
  Program program;
  if (path == "-") {
    program.entry = entry.empty() ? kNameOfStdin : entry;
    v1::File file;
    file.set_path(program.entry);
    file.set_content(ReadAll(STDIN_FILENO, "standard input"));
    program.files.push_back(std::move(file));
    return program;
  }
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    throw UsageError("cannot find " + Quoted(path) + ": " + ErrnoText(ENOENT) + kHint);
  }
  if (error) throw UsageError("cannot read " + Quoted(path) + ": " + error.message());
  if (fs::is_directory(status)) {
    program = GatherDirectory(path, gitignore);
    if (program.files.empty())
      throw UsageError(Quoted(path) + " holds no files to run" + IgnoredCount(program.left_out));
    program.entry = entry;
    CheckEntryOf(program, path);
    return program;
  }
  program.entry = entry.empty() ? fs::path(path).filename().native() : entry;
  CheckWorkspacePath(program.entry);
  program.files.push_back(ReadFile(path, program.entry));
  return program;
}

Program GatherDirectory(const std::string& path, bool gitignore) {
  DirectoryContents contents = WalkDirectory(path, gitignore);
  const std::vector<FoundFile>& found = contents.files;
  std::uint64_t total = 0;
  for (const FoundFile& file : found) total += file.size;
  if (total > kLargestWorkspace) {
    std::vector<NamedSize> sizes;
    for (const FoundFile& file : found) sizes.emplace_back(file.name, file.size);
    throw UsageError(Quoted(path) + " holds " + FormatSize(total) + "; the most that can be sent is " +
                     FormatSize(kLargestWorkspace) + ". The largest files: " + LargestFiles(sizes));
  }
  Program program;
  program.files.reserve(found.size());
  for (const FoundFile& file : found) program.files.push_back(ReadFile(file.location, file.name));
  program.left_out = std::move(contents.left_out);
  return program;
}

const LeftOut* IgnoredAs(const std::vector<LeftOut>& left_out, const std::string& name) {
  const auto found = std::ranges::find_if(left_out, [&](const LeftOut& one) {
    return one.by_gitignore && (one.name == name || (one.name.ends_with('/') && name.starts_with(one.name)));
  });
  return found == left_out.end() ? nullptr : &*found;
}

v1::File ReadFile(const std::string& path, const std::string& name) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) throw UsageError("cannot open " + Quoted(path) + ": " + ErrnoText(errno));
  struct Closer {
    int fd;
    ~Closer() { ::close(fd); }
  } closer{fd};
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw UsageError("cannot read " + Quoted(path) + ": " + ErrnoText(errno));
  if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) {
    throw UsageError(Quoted(path) + " is neither a file nor a directory nor a pipe");
  }
  if (S_ISREG(status.st_mode) && static_cast<std::uint64_t>(status.st_size) > kLargestWorkspace) {
    RefuseSize(Quoted(path), static_cast<std::uint64_t>(status.st_size), "");
  }
  v1::File file;
  file.set_path(name);
  file.set_content(ReadAll(fd, Quoted(path)));
  file.set_executable(S_ISREG(status.st_mode) && (status.st_mode & 0111U) != 0);
  return file;
}

std::uint64_t TotalSize(const std::vector<v1::File>& files) {
  return std::accumulate(files.begin(), files.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const v1::File& file) { return sum + file.content().size(); });
}

std::string LargestFiles(std::vector<NamedSize> files) {
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string out;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, files.size()); ++i) {
    out += (i == 0 ? "" : ", ") + Quoted(files[i].first) + " (" + FormatSize(files[i].second) + ")";
  }
  return out;
}

std::vector<NamedSize> SizesOf(const std::vector<v1::File>& files) {
  std::vector<NamedSize> sizes;
  sizes.reserve(files.size());
  for (const v1::File& file : files) sizes.emplace_back(file.path(), file.content().size());
  return sizes;
}

}  // namespace runner::ctl
