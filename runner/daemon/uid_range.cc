#include "runner/daemon/uid_range.h"

#include <sys/stat.h>

#include <charconv>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

namespace runner {
namespace {

namespace fs = std::filesystem;

struct Range {
  std::uint64_t first;
  std::uint64_t count;

  [[nodiscard]] bool Holds(std::uint64_t uid) const { return uid >= first && uid - first < count; }
  [[nodiscard]] bool Meets(const Range& other) const {
    return count > 0 && other.count > 0 && (Holds(other.first) || other.Holds(first));
  }
};

std::optional<std::uint64_t> ToNumber(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return number;
}

// One is enough to know that somebody is there; a busy daemon has hundreds.
std::optional<std::string> FirstProcess(const Range& range, const fs::path& proc) {
  std::error_code error;
  for (fs::directory_iterator it(proc, error), end; !error && it != end; it.increment(error)) {
    const std::string pid = it->path().filename().string();
    struct stat status {};
    if (!ToNumber(pid) || ::stat(it->path().c_str(), &status) != 0 || !range.Holds(status.st_uid)) continue;
    std::string name;
    std::getline(std::ifstream(it->path() / "comm"), name);
    return "process " + pid + " (" + name + ") has uid " + std::to_string(status.st_uid);
  }
  return std::nullopt;
}

// A line is NAME:FIRST:COUNT (subuid(5)).
std::optional<Range> ParseSubuid(std::string_view line) {
  const std::size_t first = line.find(':');
  const std::size_t second = line.find(':', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto start = ToNumber(line.substr(first + 1, second - first - 1));
  const auto count = ToNumber(line.substr(second + 1));
  if (!start || !count) return std::nullopt;
  return Range{*start, *count};
}

}  // namespace

std::vector<std::string> SharersOfUids(std::uint32_t first, std::uint32_t count, const fs::path& proc,
                                       const fs::path& subuid) {
  const Range ours{first, count};
  std::vector<std::string> sharers;
  if (auto process = FirstProcess(ours, proc)) sharers.push_back(std::move(*process));
  std::ifstream file(subuid);
  for (std::string line; std::getline(file, line);) {
    const auto theirs = ParseSubuid(line);
    if (theirs && theirs->Meets(ours)) sharers.push_back(subuid.string() + " gives \"" + line + "\" away");
  }
  return sharers;
}

}  // namespace runner
