#include <algorithm>
#include <nlohmann/json.hpp>

#include "runner/ctl/report/case_details.h"
#include "runner/ctl/report/reports.h"
#include "runner/ctl/report/safe_text.h"

namespace runner::ctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestOutput = 16384;

const char* VisibilityOf(v1::Visibility visibility) {
  switch (visibility) {
    case v1::HIDDEN:
      return "hidden";
    case v1::AFTER_DUE_DATE:
      return "after_due_date";
    case v1::AFTER_PUBLISHED:
      return "after_published";
    default:
      return "visible";
  }
}

std::string OutputOf(const v1::CaseResult& result) {
  std::string text = ReasonOf(result);
  const std::string details = DetailsOf(result);
  if (!details.empty()) text += (text.empty() ? "" : "\n") + details;
  return Shortened(text, kLongestOutput);
}

}  // namespace

std::string ToGradescope(const GradeReport& report) {
  Json tests = Json::array();
  for (const v1::CaseResult& result : report.cases) {
    Json test = {{"name", SafeLine(result.name())},
                 {"number", std::to_string(tests.size() + 1)},
                 {"score", result.points()},
                 {"max_score", result.points_possible()},
                 {"status", result.outcome() == v1::PASSED ? "passed" : "failed"},
                 {"output_format", "text"},
                 {"output", OutputOf(result)},
                 {"visibility", VisibilityOf(result.visibility())}};
    if (!result.group().empty()) test["tags"] = Json::array({SafeLine(result.group())});
    tests.push_back(std::move(test));
  }
  // No score of its own: it is the sum of those of the tests, so that the two cannot contradict each other.
  // Students see this text from the beginning: it is not to count what they are not to see yet.
  const bool all_visible =
      std::ranges::all_of(report.cases, [](const v1::CaseResult& result) { return IsVisible(result.visibility()); });
  const Json json = {{"output", SafeLine(report.suite) + (all_visible ? ": " + Summary(report) : "")},
                     {"output_format", "text"},
                     {"stdout_visibility", "hidden"},
                     {"tests", std::move(tests)}};
  return json.dump(2, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

}  // namespace runner::ctl
