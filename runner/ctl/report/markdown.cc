#include <algorithm>
#include <string>

#include "runner/ctl/report/case_details.h"
#include "runner/ctl/report/reports.h"
#include "runner/ctl/report/safe_text.h"

namespace runner::ctl {
namespace {

// A step summary has at most 1 MiB.
constexpr std::size_t kMost = 900U << 10U;
constexpr std::size_t kLongestDetails = 16384;
constexpr std::size_t kLongestName = 300;

// Text of others' in which no character means anything to Markdown.
std::string Escaped(const std::string& text) {
  std::string out;
  for (const char c : SafeLine(text.substr(0, kLongestName))) {
    if (std::string_view("\\`*_{}[]<&|~:#$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// The same inside of HTML.
std::string HtmlEscaped(const std::string& text) {
  std::string out;
  for (const char c : SafeLine(text.substr(0, kLongestName))) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

// A fence that nothing in `text` can close.
std::string Fenced(const std::string& text) {
  std::size_t longest = 2;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fence + "diff\n" + text + "\n" + fence + "\n";
}

std::string Icon(v1::Outcome outcome) {
  switch (outcome) {
    case v1::PASSED:
      return "✅";
    case v1::FAILED:
      return "❌";
    case v1::FLAKY:
      return "❌ flaky";
    case v1::SKIPPED:
      return "⏭️ skipped";
    default:
      return "⚠️ not graded";
  }
}

std::string Row(const v1::CaseResult& result) {
  return "| " + Icon(result.outcome()) + " | " + Escaped(result.group()) + " | " + Escaped(result.name()) + " | " +
         FormatPoints(result.points()) + " of " + FormatPoints(result.points_possible()) + " | " +
         Escaped(ReasonOf(result)) + " |\n";
}

}  // namespace

std::string ToMarkdown(const GradeReport& report) {
  std::string out = "### " + Escaped(report.suite) + "\n\n" + Escaped(Summary(report)) + "\n\n";
  if (!report.trouble.empty()) out += "⚠️ " + Escaped(report.trouble) + "\n\n";
  out += "| | group | case | points | |\n|---|---|---|---|---|\n";
  std::size_t left_out = 0;
  for (const v1::CaseResult& result : report.cases) {
    const std::string row = Row(result);
    if (out.size() + row.size() > kMost / 2) {
      ++left_out;
    } else {
      out += row;
    }
  }
  if (left_out > 0) out += "\n" + std::to_string(left_out) + " more cases.\n";
  std::size_t without_details = 0;
  for (const v1::CaseResult& result : report.cases) {
    const std::string details = DetailsOf(result);
    if (details.empty()) continue;
    const std::string section = "\n<details><summary>" + HtmlEscaped(result.name()) + "</summary>\n\n" +
                                Fenced(Shortened(details, kLongestDetails)) + "\n</details>\n";
    if (out.size() + section.size() > kMost) {
      ++without_details;
    } else {
      out += section;
    }
  }
  if (without_details > 0) out += "\nNo room for the details of " + std::to_string(without_details) + " more.\n";
  return out;
}

}  // namespace runner::ctl
