#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runner/grading/grade_plan.h"
#include "runner/grading/grade_result.h"
#include "runner/service/convert.h"

namespace runner {

// The messages of grading and the values of the grader, in both directions. Pure functions.

// A valid plan, or everything that is wrong with the request (never empty). Moves the content out of `request`. An omitted
// grade_id stays empty.
[[nodiscard]] std::variant<GradePlan, std::vector<FieldViolation>> ToGradePlan(v1::GradeRequest&& request,
                                                                               const Offer& offer);

[[nodiscard]] v1::GradeEvent GradeStartedEvent(const GradePlan& plan, std::uint32_t parallel);
// Both leave out what a hidden case keeps back.
[[nodiscard]] v1::GradeEvent TestEvent(std::uint32_t case_index, std::uint32_t attempt, TestResult test,
                                       Visibility visibility);
[[nodiscard]] v1::GradeEvent CaseEvent(CaseResult result);
[[nodiscard]] v1::GradeEvent GradeTotalEvent(const GradeTotal& total, const std::string& grade_id);

[[nodiscard]] const std::string& OutcomeName(Outcome outcome);

}  // namespace runner
