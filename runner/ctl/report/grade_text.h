#pragma once

#include <string>

#include "runner/ctl/report/grade_report.h"

namespace runner::ctl {

// How a report looks to a person.
struct TextStyle {
  bool colors = false;
  // Lines come out where a CI looks for commands of its own (GitHub's "##[...]"): none is let through.
  bool hides_commands = false;
};

// What there is to say about one case as it becomes known: empty if it passed. What the program wrote is behind a bar, so
// that no line of it can be taken for one of ours.
[[nodiscard]] std::string FailureText(const v1::CaseResult& result, const TextStyle& style);

// A line a case by groups, and the total.
[[nodiscard]] std::string TableText(const GradeReport& report, const TextStyle& style);

}  // namespace runner::ctl
