#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runner/grading/case_kind.h"
#include "runner/grading/grade_result.h"

namespace runner {

struct GradeCase {
  std::string name;
  std::string group;
  Visibility visibility = Visibility::kVisible;
  double points = 1;
  std::uint32_t repeat = 1;
  std::unique_ptr<const CaseKind> kind;
};

// One grade, as plain values: what the service made of a request and the grader carries out.
struct GradePlan {
  std::string grade_id;
  std::string tenant;
  std::string image;
  std::string policy;
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<GradeCase> cases;
  std::uint32_t max_parallel = 0;  // 0: as many as the engine runs
  bool fail_fast = false;
};

inline constexpr std::uint32_t kMaxCases = 2000;
inline constexpr std::uint32_t kMaxRepeat = 100;

}  // namespace runner
