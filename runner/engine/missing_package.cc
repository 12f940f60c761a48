#include "runner/engine/missing_package.h"

#include <algorithm>
#include <array>

namespace runner {
namespace {

// How an uncaught error of Node's module loaders begins, and how every uncaught error ends.
constexpr std::array<std::string_view, 2> kBeginnings = {
    "\nError: Cannot find module '",                           // require
    "\nError [ERR_MODULE_NOT_FOUND]: Cannot find package '"};  // import
constexpr std::string_view kEnding = "\n\nNode.js v";
constexpr std::size_t kLongestEnding = 64;
constexpr std::size_t kLongestName = 214;  // npm's

bool IsNamePart(std::string_view part) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '~';
  };
  return !part.empty() && part.front() != '.' && std::ranges::all_of(part, allowed);
}

// "a" of "a/b.js", "@a/b" of "@a/b/c". Empty for paths, URLs, and whatever else is not a package's name.
std::string_view PackageOf(std::string_view specifier) {
  const bool scoped = specifier.starts_with('@');
  std::size_t end = specifier.find('/');
  if (scoped) {
    if (end == std::string_view::npos || !IsNamePart(specifier.substr(1, end - 1))) return {};
    const std::size_t begin = end + 1;
    end = specifier.find('/', begin);
    if (!IsNamePart(specifier.substr(begin, end == std::string_view::npos ? end : end - begin))) return {};
  } else if (!IsNamePart(specifier.substr(0, end))) {
    return {};
  }
  const std::string_view name = specifier.substr(0, end);
  return name.size() <= kLongestName ? name : std::string_view{};
}

// What is between the quotes of the last such message.
std::string_view MissingSpecifier(std::string_view text) {
  const std::size_t ending = text.rfind(kEnding);
  if (ending == std::string_view::npos || text.size() - ending > kLongestEnding) return {};
  std::string_view found;
  std::size_t latest = 0;
  for (const std::string_view beginning : kBeginnings) {
    const std::size_t at = text.rfind(beginning);
    if (at == std::string_view::npos || at < latest) continue;
    const std::size_t begin = at + beginning.size();
    const std::size_t end = text.find('\'', begin);
    if (end == std::string_view::npos) continue;
    latest = at;
    found = text.substr(begin, end - begin);
  }
  return found;
}

std::string_view WithoutVersion(std::string_view package) { return package.substr(0, package.rfind('@')); }

}  // namespace

std::string MissingPackageHint(std::string_view stderr_end, std::string_view image,
                               const std::vector<std::string>& packages) {
  const std::string_view name = PackageOf(MissingSpecifier(stderr_end));
  if (name.empty()) return "";
  std::string list;
  for (const std::string& package : packages) {
    const std::string_view existing = WithoutVersion(package);
    if (existing == name) return "";
    if (!list.empty()) list.append(&package == &packages.back() ? " and " : ", ");
    list.append(existing);
  }
  std::string hint = "There is no package \"";
  hint.append(name).append("\" in ").append(image).append(", which has ").append(list.empty() ? "none" : list);
  hint.push_back('.');
  return hint;
}

}  // namespace runner
