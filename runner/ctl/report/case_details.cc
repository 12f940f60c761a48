#include "runner/ctl/report/case_details.h"

#include <algorithm>

#include "runner/ctl/report/grade_report.h"
#include "runner/ctl/report/safe_text.h"

namespace runner::ctl {
namespace {

constexpr std::size_t kLongestTail = 4096;

std::string Indented(const std::string& text) {
  std::string out = "  ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "  ";
  }
  return out;
}

std::string WithoutLineEnd(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

void Append(std::string& text, const std::string& more) {
  if (more.empty()) return;
  if (!text.empty()) text += "\n";
  text += more;
}

// The error message of a program is at the end of what it says.
std::string Tail(const std::string& bytes) {
  std::string text = SafeText(bytes);
  if (text.size() <= kLongestTail) return text;
  const std::size_t line = text.find('\n', text.size() - kLongestTail);
  return "...\n" + text.substr(line == std::string::npos ? text.size() - kLongestTail : line + 1);
}

bool EndedOtherwise(const v1::CaseResult& result) {
  return std::ranges::any_of(result.mismatches(), [](const v1::Mismatch& mismatch) {
    return mismatch.what() == "verdict" || mismatch.what() == "exit code" || mismatch.what() == "signal";
  });
}

std::string TestLines(const v1::TestResult& test) {
  std::string text = NameOf(test.outcome()) + " " + TitleOf(test);
  Append(text, Indented(WithoutLineEnd(SafeText(test.message()))));
  if (!test.diff().empty()) Append(text, Indented(WithoutLineEnd(SafeText(test.diff()))));
  return text;
}

}  // namespace

std::string DetailsOf(const v1::CaseResult& result) {
  if (result.outcome() == v1::PASSED || result.outcome() == v1::SKIPPED) return "";
  std::string text;
  const std::string reason = SafeLine(result.message());
  for (const v1::Mismatch& mismatch : result.mismatches()) {
    const std::string message = SafeText(mismatch.message());
    const std::string line = SafeLine(mismatch.what()) + ": " + message;
    if (message != reason && line != reason) Append(text, line);
    if (!mismatch.diff().empty()) Append(text, WithoutLineEnd(SafeText(mismatch.diff())));
  }
  for (const v1::TestResult& test : result.tests()) {
    if (test.outcome() != v1::PASSED && test.outcome() != v1::SKIPPED) Append(text, TestLines(test));
  }
  const bool shows_stderr = EndedOtherwise(result) || (result.tests_size() == 0 && result.mismatches_size() == 0);
  if (shows_stderr && !result.stderr().empty()) {
    Append(text, "stderr:\n" + Indented(WithoutLineEnd(Tail(result.stderr()))));
  }
  return text;
}

bool TestsTellAll(const v1::CaseResult& result) {
  if (result.outcome() == v1::PASSED) return true;
  return std::ranges::any_of(result.tests(), [&](const v1::TestResult& test) {
    return test.outcome() == result.outcome() || (result.outcome() == v1::FLAKY && test.outcome() == v1::FAILED);
  });
}

}  // namespace runner::ctl
