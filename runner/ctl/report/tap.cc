#include <string>

#include "runner/ctl/report/case_details.h"
#include "runner/ctl/report/reports.h"
#include "runner/ctl/report/safe_text.h"

namespace runner::ctl {
namespace {

constexpr std::size_t kLongestDetails = 16384;

// A description in which no character begins a directive, a comment or an escape.
std::string Description(const std::string& name) {
  std::string text;
  for (const char c : SafeLine(name)) {
    if (c == '\\' || c == '#') text += '\\';
    text += c;
  }
  return text;
}

// What comes after a directive, to the end of the line.
std::string Reason(const std::string& text) { return text.empty() ? "" : " " + text; }

// In the quotes of YAML and of JSON: no line of a program's becomes a line of the report.
std::string InQuotes(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c == '\t' ? ' ' : c;
    }
  }
  return out + "\"";
}

// The YAML that says more about the test point before it, as plain as the readers of Perl need it.
void AddDiagnostic(const std::string& indent, const std::string& outcome, const std::string& message,
                   const std::string& details, std::string& out) {
  out += indent + "---\n" + indent + "outcome: " + outcome + "\n";
  if (!message.empty()) out += indent + "message: " + InQuotes(message) + "\n";
  if (!details.empty()) out += indent + "details: " + InQuotes(Shortened(details, kLongestDetails)) + "\n";
  out += indent + "...\n";
}

void AddPoint(const std::string& indent, std::size_t number, const std::string& name, v1::Outcome outcome,
              const std::string& reason, const std::string& details, std::string& out) {
  const bool ok = outcome == v1::PASSED || outcome == v1::SKIPPED;
  out += indent + (ok ? "ok " : "not ok ") + std::to_string(number) + " - " + Description(name);
  if (outcome == v1::SKIPPED) out += " # SKIP" + Reason(reason);
  out += "\n";
  if (!ok) AddDiagnostic(indent + "  ", NameOf(outcome), reason, details, out);
}

void AddTests(const v1::CaseResult& result, std::string& out) {
  out += "# Subtest: " + SafeLine(result.name()) + "\n";
  std::size_t number = 0;
  for (const v1::TestResult& test : result.tests()) {
    AddPoint("    ", ++number, TitleOf(test), test.outcome(), "", SafeText(test.message()), out);
  }
  if (!TestsTellAll(result)) AddPoint("    ", ++number, result.name(), result.outcome(), ReasonOf(result), "", out);
  out += "    1.." + std::to_string(number) + "\n";
}

}  // namespace

std::string ToTap(const GradeReport& report) {
  std::string out = "TAP version 13\n1.." + std::to_string(report.cases.size()) + "\n";
  std::size_t number = 0;
  for (const v1::CaseResult& result : report.cases) {
    ++number;
    if (result.outcome() != v1::PASSED && result.outcome() != v1::FAILED && result.outcome() != v1::FLAKY &&
        result.outcome() != v1::SKIPPED) {
      out += "# " + std::to_string(number) + " " + SafeLine(result.name()) + ": " + ReasonOf(result) + "\n";
      continue;
    }
    const bool has_tests = ShowsTests(result);
    if (has_tests) AddTests(result, out);
    AddPoint("", number, result.name(), result.outcome(), ReasonOf(result), has_tests ? "" : DetailsOf(result), out);
  }
  out += "# " + Summary(report) + "\n";
  if (report.total.errors() > 0) {
    out += "Bail out! " + std::to_string(report.total.errors()) + " of " + std::to_string(report.cases.size()) +
           " cases were not graded" + (report.trouble.empty() ? "" : ": " + SafeLine(report.trouble)) + "\n";
  }
  return out;
}

}  // namespace runner::ctl
