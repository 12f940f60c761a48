// The words of a suite file, in one place: the readers know these and no others, and docs/suite.schema.json is tested
// against them.
#pragma once

#include <array>
#include <string_view>

namespace runner::ctl {

using KeyName = std::string_view;

inline constexpr std::array<KeyName, 10> kSuiteKeys = {"name",          "image",  "policy", "shared",    "defaults",
                                                       "deterministic", "repeat", "jobs",   "fail_fast", "cases"};

// What cases have in common: also of a group.
inline constexpr std::array<KeyName, 17> kDefaultKeys = {
    "entry",  "args",        "stdin",  "stdin_file",  "env",     "limits",    "points", "visibility", "compare",
    "stdout", "stdout_file", "stderr", "stderr_file", "verdict", "exit_code", "signal", "checker"};

inline constexpr std::array<KeyName, 25> kCaseKeys = {
    "name",        "group",  "from",        "tests",   "cases",     "files",  "expect_files", "repeat",  "entry",
    "args",        "stdin",  "stdin_file",  "env",     "limits",    "points", "visibility",   "compare", "stdout",
    "stdout_file", "stderr", "stderr_file", "verdict", "exit_code", "signal", "checker"};

inline constexpr std::array<KeyName, 6> kLimitKeys = {"wall_time", "cpu_time", "memory",
                                                      "output",    "threads",  "workspace"};
inline constexpr std::array<KeyName, 8> kComparers = {"exact",   "trim",     "lines", "tokens",
                                                      "numbers", "contains", "regex", "json"};
// Those that a whole file can be compared by.
inline constexpr std::array<KeyName, 6> kDefaultComparers = {"exact", "trim", "lines", "tokens", "numbers", "json"};
inline constexpr std::array<KeyName, 4> kComparerKeys = {"how", "absolute", "relative", "unordered"};
inline constexpr std::array<KeyName, 3> kComparisonOptions = {"absolute", "relative", "unordered"};
inline constexpr std::array<KeyName, 18> kComparisonKeys = {
    "exact",        "trim",          "lines",      "tokens",    "numbers",    "contains",
    "regex",        "json",          "exact_file", "trim_file", "lines_file", "tokens_file",
    "numbers_file", "contains_file", "json_file",  "absolute",  "relative",   "unordered"};
inline constexpr std::array<KeyName, 1> kAbsentKeys = {"absent"};
inline constexpr std::array<KeyName, 4> kCheckerKeys = {"files", "entry", "args", "limits"};
inline constexpr std::array<KeyName, 3> kTestKeys = {"files", "entries", "required"};
inline constexpr std::array<KeyName, 2> kDeterministicKeys = {"seed", "start_time"};
inline constexpr std::array<KeyName, 4> kVisibilities = {"visible", "hidden", "after_due_date", "after_published"};
inline constexpr std::array<KeyName, 7> kVerdicts = {
    "EXITED", "SIGNALED", "WALL_TIME_LIMIT", "CPU_TIME_LIMIT", "MEMORY_LIMIT", "OUTPUT_LIMIT", "POLICY_VIOLATION"};

}  // namespace runner::ctl
