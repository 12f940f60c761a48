#pragma once

#include <string>

#include "runner/ctl/report/grade_report.h"

namespace runner::ctl {

// A report as text in the formats that others read. All are pure; the cases are in the order of the suite, and what programs
// wrote cannot break the format, whatever it is. docs/grading.md states what each says in which case.

// JUnit XML: a <testsuite> a group, a <testcase> a case, or a test of a case of test files. FAILED and FLAKY are <failure>,
// ERROR is <error>, SKIPPED <skipped>. Valid against the schemas of Ant's junit task and of Jenkins's xUnit plugin.
[[nodiscard]] std::string ToJunit(const GradeReport& report);

// TAP version 13, which every reader takes, with the subtests of version 14, which older ones leave out. An ERROR has no test
// point, and the last line is then "Bail out!".
[[nodiscard]] std::string ToTap(const GradeReport& report);

// The results.json of a Gradescope autograder. Only for a complete report: anything else would look like a grade. This one
// gets cases that are not ForSubmitter: Gradescope itself keeps back what is not to be seen yet.
[[nodiscard]] std::string ToGradescope(const GradeReport& report);

// GitHub's Markdown, for a step summary: at most about 900 KiB.
[[nodiscard]] std::string ToMarkdown(const GradeReport& report);

// JSON, one object a line: what comes first, of one case, and the last line.
[[nodiscard]] std::string StartedJsonLine(const GradeReport& report);
[[nodiscard]] std::string CaseJsonLine(const v1::CaseResult& result);
[[nodiscard]] std::string TotalJsonLine(const GradeReport& report);
[[nodiscard]] std::string ToJsonLines(const GradeReport& report);

}  // namespace runner::ctl
