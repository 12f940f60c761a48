#include "runner/ctl/suite/case_files.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "runner/ctl/directory_walk.h"
#include "runner/ctl/suite/suite_files.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> kEndings = {".in", ".out", ".ans", ".err", ".args", ".code"};

bool IsCaseFile(const fs::path& path) {
  return !path.stem().empty() && std::ranges::find(kEndings, path.extension().string()) != kEndings.end();
}

// The files that begin with `stem`, a path without its ending, as the case `name`.
CaseFiles Assemble(const fs::path& stem, const std::string& name) {
  const auto with = [&](const char* ending) -> std::optional<fs::path> {
    fs::path path = stem;
    path += ending;
    std::error_code ignored;
    return fs::exists(path, ignored) ? std::optional(path) : std::nullopt;
  };
  CaseFiles files{.name = name,
                  .group = fs::path(name).parent_path().generic_string(),
                  .in = with(".in"),
                  .out = with(".out"),
                  .err = with(".err"),
                  .args = with(".args"),
                  .code = with(".code")};
  const std::optional<fs::path> answer = with(".ans");
  if (files.out && answer) {
    throw UsageError(Quoted(stem.string()) + " has both .out and .ans; which is it to print?");
  }
  if (!files.out) files.out = answer;
  return files;
}

// What a glob has before its first component with a wildcard.
fs::path FixedPart(const std::string& pattern) {
  fs::path fixed;
  for (const fs::path& component : fs::path(pattern).parent_path()) {
    if (component.string().find_first_of("*?[{") != std::string::npos) break;
    fixed /= component;
  }
  return fixed;
}

std::vector<CaseFiles> AssembleAll(const fs::path& base, const std::set<std::string>& stems) {
  std::vector<CaseFiles> cases;
  for (const std::string& stem : stems) cases.push_back(Assemble(base / stem, stem));
  std::ranges::sort(cases, [](const CaseFiles& a, const CaseFiles& b) { return ComesBefore(a.name, b.name); });
  return cases;
}

std::string StemOf(const fs::path& path) { return (path.parent_path() / path.stem()).generic_string(); }

}  // namespace

std::vector<CaseFiles> FindCaseFiles(const fs::path& directory) {
  std::set<std::string> stems;
  try {
    for (auto entry = fs::recursive_directory_iterator(directory); entry != fs::recursive_directory_iterator();
         ++entry) {
      const std::string base = entry->path().filename().string();
      if (base.starts_with('.') || base == "node_modules") {
        entry.disable_recursion_pending();
      } else if (IsCaseFile(entry->path()) && entry->is_regular_file()) {
        stems.insert(StemOf(entry->path().lexically_relative(directory)));
      }
    }
  } catch (const fs::filesystem_error& error) {
    throw UsageError("cannot read " + Quoted(error.path1().string()) + ": " + error.code().message());
  }
  return AssembleAll(directory, stems);
}

std::vector<CaseFiles> CaseFilesOf(const fs::path& directory, const std::string& pattern,
                                   const std::vector<std::string>& paths) {
  const fs::path fixed = FixedPart(pattern);
  std::set<std::string> stems;
  for (const std::string& path : paths) {
    if (!IsCaseFile(path)) {
      throw UsageError(Quoted(path) + " is no file of a case: those end in .in, .out, .ans, .err, .args or .code");
    }
    stems.insert(StemOf(fs::path(path).lexically_relative(fixed.empty() ? "." : fixed)));
  }
  return AssembleAll(directory / fixed, stems);
}

std::vector<std::string> ArgumentLines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(std::move(line));
    at = end + 1;
  }
  return lines;
}

}  // namespace runner::ctl
