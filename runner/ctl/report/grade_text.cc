#include "runner/ctl/report/grade_text.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "runner/ctl/report/case_details.h"
#include "runner/ctl/report/safe_text.h"

namespace runner::ctl {
namespace {

constexpr std::size_t kLongestDetails = 8192;
constexpr std::size_t kLongestReason = 100;
constexpr std::size_t kWidestName = 48;

constexpr const char* kGreen = "32";
constexpr const char* kRed = "31";
constexpr const char* kYellow = "33";
constexpr const char* kBold = "1";

std::string Colored(const std::string& text, const char* color, const TextStyle& style) {
  return style.colors ? "\x1b[" + std::string(color) + "m" + text + "\x1b[0m" : text;
}

const char* ColorOf(v1::Outcome outcome) {
  if (outcome == v1::PASSED) return kGreen;
  return outcome == v1::FAILED || outcome == v1::FLAKY ? kRed : kYellow;
}

std::string Word(v1::Outcome outcome) {
  switch (outcome) {
    case v1::PASSED:
      return "ok";
    case v1::FAILED:
      return "FAILED";
    case v1::FLAKY:
      return "FLAKY";
    case v1::SKIPPED:
      return "skipped";
    default:
      return "ERROR";
  }
}

// Columns: continuation bytes take no room.
std::size_t Width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string Padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, Width(text)), ' ');
}

std::string WithoutCommands(std::string text, const TextStyle& style) {
  return style.hides_commands ? ctl::WithoutCommands(std::move(text), "# #[") : text;
}

std::string ColoredLine(const std::string& line, const TextStyle& style) {
  if (line.starts_with("+")) return Colored(line, kGreen, style);
  return line.starts_with("-") ? Colored(line, kRed, style) : line;
}

std::string Barred(const std::string& text, const TextStyle& style) {
  std::string out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    out += "  | " + ColoredLine(WithoutCommands(text.substr(at, end - at), style), style) + "\n";
    at = end + 1;
  }
  return out;
}

std::string PointsOf(const v1::CaseResult& result) {
  return FormatPoints(result.points()) + " of " + FormatPoints(result.points_possible());
}

std::string ShortReason(const v1::CaseResult& result) {
  std::string reason = ReasonOf(result);
  if (reason.size() <= kLongestReason) return reason;
  reason = Shortened(reason, kLongestReason);
  return reason.substr(0, reason.find('\n')) + "...";
}

struct Group {
  std::string heading;
  std::vector<const v1::CaseResult*> cases;
};

// In the order in which they begin.
std::vector<Group> GroupsOf(const GradeReport& report) {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> places;
  for (const v1::CaseResult& result : report.cases) {
    const auto [place, is_new] = places.emplace(result.group(), groups.size());
    if (is_new) groups.push_back({.heading = SafeLine(result.group()), .cases = {}});
    groups[place->second].cases.push_back(&result);
  }
  return groups;
}

}  // namespace

std::string FailureText(const v1::CaseResult& result, const TextStyle& style) {
  if (result.outcome() == v1::PASSED || result.outcome() == v1::SKIPPED) return "";
  const std::string reason = WithoutCommands(ReasonOf(result), style);
  std::string text = Colored(Word(result.outcome()), ColorOf(result.outcome()), style) + "  " +
                     WithoutCommands(SafeLine(result.name()), style) + (reason.empty() ? "" : ": " + reason) + "\n";
  const std::string details = DetailsOf(result);
  if (!details.empty()) text += Barred(Shortened(details, kLongestDetails), style);
  return text;
}

std::string TableText(const GradeReport& report, const TextStyle& style) {
  std::size_t name_width = 0;
  std::size_t points_width = 0;
  for (const v1::CaseResult& result : report.cases) {
    name_width = std::max(name_width, std::min(kWidestName, Width(SafeLine(result.name()))));
    points_width = std::max(points_width, Width(PointsOf(result)));
  }
  std::string text;
  for (const Group& group : GroupsOf(report)) {
    if (!group.heading.empty()) text += Colored(WithoutCommands(group.heading, style), kBold, style) + "\n";
    for (const v1::CaseResult* const result : group.cases) {
      const std::string reason = WithoutCommands(ShortReason(*result), style);
      text += "  " + Colored(Padded(Word(result->outcome()), 7), ColorOf(result->outcome()), style) + "  " +
              Padded(WithoutCommands(SafeLine(result->name()), style), name_width) + "  " +
              (reason.empty() ? PointsOf(*result) : Padded(PointsOf(*result), points_width) + "  " + reason) + "\n";
    }
  }
  const bool passed = report.total.passed() == report.cases.size();
  text += "\n" + Colored(Summary(report), report.total.errors() > 0 ? kYellow : passed ? kGreen : kRed, style) + "\n";
  return text;
}

}  // namespace runner::ctl
