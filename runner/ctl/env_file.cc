#include "runner/ctl/env_file.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

using std::string_view;

constexpr std::size_t kMaxFile = std::size_t{1} << 20U;
constexpr string_view kBlanks = " \t\n";

string_view Trim(string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// What is before the next `end`, which is taken too; all of `rest` where there is none.
string_view TakeUntil(string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const string_view taken = rest.substr(0, at);
  rest = at == string_view::npos ? string_view() : rest.substr(at + 1);
  return taken;
}

std::string WithNewlines(string_view text) {
  std::string expanded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool escape = text.substr(at, 2) == "\\n";
    expanded += escape ? '\n' : text[at];
    if (escape) ++at;
  }
  return expanded;
}

// The value at the start of `rest`, which is behind it afterwards.
std::string TakeValue(string_view& rest) {
  string_view ahead = rest;
  const std::size_t first = ahead.find_first_not_of(" \t");
  ahead = first == string_view::npos ? string_view() : ahead.substr(first);
  const char quote = ahead.empty() ? '\0' : ahead.front();
  const bool quoted = quote == '"' || quote == '\'' || quote == '`';
  if (quoted && ahead.find(quote, 1) != string_view::npos) {
    rest = ahead.substr(1);
    const string_view value = TakeUntil(rest, quote);
    (void)TakeUntil(rest, '\n');
    return quote == '"' ? WithNewlines(value) : std::string(value);
  }
  string_view line = TakeUntil(rest, '\n');
  if (!quoted) line = line.substr(0, line.find('#'));
  return std::string(Trim(line));
}

}  // namespace

Variables ParseEnvFile(string_view text) {
  std::string plain(text);
  std::erase(plain, '\r');
  string_view rest = plain;
  Variables variables;
  for (;;) {
    rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
    if (rest.empty()) return variables;
    const std::size_t equals = rest.find('=');
    if (rest.front() == '#' || equals == string_view::npos || rest.find('\n') < equals) {
      (void)TakeUntil(rest, '\n');
      continue;
    }
    string_view name = Trim(TakeUntil(rest, '='));
    constexpr string_view kExport = "export ";
    if (name.starts_with(kExport)) name = Trim(name.substr(kExport.size()));
    const std::string value = TakeValue(rest);
    if (!name.empty()) variables[std::string(name)] = value;
  }
}

Variables ReadEnvFile(const std::string& option, const std::string& path) {
  std::string text(kMaxFile + 1, '\0');
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.eof()) {
    if (file.good()) throw UsageError(option + ": '" + path + "' is larger than 1 MiB");
    throw UsageError(option + ": cannot read '" + path +
                     "': " + std::system_category().message(errno == 0 ? EIO : errno));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return ParseEnvFile(text);
}

}  // namespace runner::ctl
