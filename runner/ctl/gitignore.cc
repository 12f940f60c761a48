#include "runner/ctl/gitignore.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace runner::ctl {
namespace {

using std::string_view;

// A set "[...]" against one byte.
class Set {
 public:
  // Reads the set behind the '[' at `at`. False: it has no end, and nothing matches it.
  bool Read(string_view pattern, std::size_t at) {
    at_ = at + 1;
    pattern_ = pattern;
    negated_ = at_ < pattern.size() && (pattern[at_] == '!' || pattern[at_] == '^');
    if (negated_) ++at_;
    for (bool first = true; at_ < pattern_.size(); first = false) {
      if (pattern_[at_] == ']' && !first) {
        ++at_;
        return true;
      }
      if (!ReadMember()) return false;
    }
    return false;
  }

  [[nodiscard]] std::size_t end() const { return at_; }
  [[nodiscard]] bool Holds(char c) const { return c != '/' && members_.at(static_cast<unsigned char>(c)) != negated_; }

 private:
  bool ReadMember() {
    if (pattern_.substr(at_, 2) == "[:") return ReadClass();
    const int low = ReadByte();
    int high = low;
    if (at_ + 1 < pattern_.size() && pattern_[at_] == '-' && pattern_[at_ + 1] != ']') {
      ++at_;
      high = ReadByte();
    }
    if (low < 0 || high < 0) return false;
    for (int c = low; c <= high; ++c) members_.at(static_cast<std::size_t>(c)) = true;
    return true;
  }

  int ReadByte() {
    if (pattern_[at_] == '\\') ++at_;
    return at_ < pattern_.size() ? static_cast<unsigned char>(pattern_[at_++]) : -1;
  }

  // "[:digit:]" inside of a set.
  bool ReadClass() {
    using IsMember = int (*)(int);
    constexpr std::array<std::pair<string_view, IsMember>, 12> kClasses = {{{"alnum", std::isalnum},
                                                                            {"alpha", std::isalpha},
                                                                            {"blank", std::isblank},
                                                                            {"cntrl", std::iscntrl},
                                                                            {"digit", std::isdigit},
                                                                            {"graph", std::isgraph},
                                                                            {"lower", std::islower},
                                                                            {"print", std::isprint},
                                                                            {"punct", std::ispunct},
                                                                            {"space", std::isspace},
                                                                            {"upper", std::isupper},
                                                                            {"xdigit", std::isxdigit}}};
    const std::size_t bracket = pattern_.find(']', at_ + 2);
    if (bracket == string_view::npos) return false;
    if (pattern_[bracket - 1] != ':' || bracket < at_ + 3) {  // no class after all: a '['
      members_['['] = true;
      ++at_;
      return true;
    }
    const string_view name = pattern_.substr(at_ + 2, bracket - at_ - 3);
    const auto* const known = std::ranges::find(kClasses, name, [](const auto& entry) { return entry.first; });
    if (known == kClasses.end()) return false;
    for (int c = 0; c < 128; ++c) {
      if (known->second(c) != 0) members_.at(static_cast<std::size_t>(c)) = true;
    }
    at_ = bracket + 1;
    return true;
  }

  string_view pattern_;
  std::size_t at_ = 0;
  bool negated_ = false;
  std::array<bool, 256> members_{};
};

// One pattern against one path. Every pair of places is looked at once: where it failed is remembered.
class PathMatch {
 public:
  PathMatch(string_view pattern, string_view path)
      : pattern_(pattern), path_(path), failed_((pattern.size() + 1) * (path.size() + 1), false) {}

  bool From(std::size_t p, std::size_t t) {
    if (failed_[Pair(p, t)]) return false;
    if (Try(p, t)) return true;
    failed_[Pair(p, t)] = true;
    return false;
  }

 private:
  [[nodiscard]] std::size_t Pair(std::size_t p, std::size_t t) const { return p * (path_.size() + 1) + t; }

  bool Try(std::size_t p, std::size_t t) {
    for (; p < pattern_.size(); ++t) {
      if (pattern_[p] == '*') return TryStar(p, t);
      if (t == path_.size()) return false;
      if (pattern_[p] == '?') {
        if (path_[t] == '/') return false;
        ++p;
      } else if (pattern_[p] == '[') {
        Set set;
        if (!set.Read(pattern_, p) || !set.Holds(path_[t])) return false;
        p = set.end();
      } else {
        if (pattern_[p] == '\\' && ++p == pattern_.size()) return false;
        if (pattern_[p++] != path_[t]) return false;
      }
    }
    return t == path_.size();
  }

  bool TryStar(std::size_t p, std::size_t t) {
    const std::size_t after = std::min(pattern_.find_first_not_of('*', p), pattern_.size());
    const bool begins = p == 0 || pattern_[p - 1] == '/';
    const bool ends = after == pattern_.size() || pattern_[after] == '/';
    const bool over_slashes = after - p > 1 && begins && ends;
    // "a/**/b" is "a/b", too.
    if (over_slashes && after < pattern_.size() && From(after + 1, t)) return true;
    for (;; ++t) {
      if (From(after, t)) return true;
      if (t == path_.size() || (path_[t] == '/' && !over_slashes)) return false;
      // A star that has failed from here on will fail again, and one that begins here is part of this one.
      if (failed_[Pair(p, t + 1)]) return false;
      failed_[Pair(p, t)] = true;
    }
  }

  string_view pattern_;
  string_view path_;
  std::vector<bool> failed_;
};

// Without the spaces at the end, but for those behind a backslash.
string_view TrimSpaces(string_view line) {
  std::size_t end = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\\' && at + 1 < line.size()) {
      end = ++at + 1;
    } else if (line[at] != ' ') {
      end = at + 1;
    }
  }
  return line.substr(0, end);
}

}  // namespace

GitIgnore::GitIgnore(string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('#')) continue;
    line = TrimSpaces(line);
    Rule rule;
    rule.leave_out = !line.starts_with('!');
    if (!rule.leave_out) line.remove_prefix(1);
    rule.directories_only = line.ends_with('/');
    if (rule.directories_only) line.remove_suffix(1);
    rule.names_only = line.find('/') == string_view::npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    if (line.empty()) continue;
    rule.pattern = line;
    rules_.push_back(std::move(rule));
  }
}

std::optional<bool> GitIgnore::Decide(string_view path, bool is_directory) const {
  const string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (rule->directories_only && !is_directory) continue;
    if (MatchesPathPattern(rule->pattern, rule->names_only ? name : path)) return rule->leave_out;
  }
  return std::nullopt;
}

bool MatchesPathPattern(string_view pattern, string_view path) { return PathMatch(pattern, path).From(0, 0); }

}  // namespace runner::ctl
