#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner::ctl {

// The rules of one .gitignore file, as git reads them (gitignore(5)): comments, !, anchoring, directory-only rules, *, ?,
// [...], **, trailing spaces. Pure; a text that makes no sense makes rules that match nothing.
//
// Whether a path is left out takes more than one of these: the rules of the directory nearest to it come first, and below a
// directory that is left out nothing can be taken back in.
class GitIgnore {
 public:
  explicit GitIgnore(std::string_view text);

  // What the rules say of `path`, relative to the directory of the file and without a trailing '/': true to leave it out,
  // false to take it in, nothing when no rule matches. The last one that matches counts.
  [[nodiscard]] std::optional<bool> Decide(std::string_view path, bool is_directory) const;

 private:
  struct Rule {
    std::string pattern;
    bool leave_out = true;
    bool directories_only = false;
    bool names_only = false;  // has no '/': matches the last component, wherever it is
  };

  std::vector<Rule> rules_;
};

// Whether `pattern` matches the whole of `path`. '*', '?' and sets do not match '/'; "**" between slashes or ends does. Takes
// at most (bytes of the pattern) x (bytes of the path) steps.
[[nodiscard]] bool MatchesPathPattern(std::string_view pattern, std::string_view path);

}  // namespace runner::ctl
