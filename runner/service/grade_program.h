#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runner/grading/case_program.h"
#include "runner/grading/checker.h"
#include "runner/service/convert.h"

namespace runner {

// The programs of the cases of one grade: what a request has for all of them, and what each has of its own. They are checked
// as the requests of single runs are, and what is wrong is told by the field of the GradeRequest it comes from, once.
class CasePrograms {
 public:
  // Moves the files out of `request`, which must live as long as this.
  CasePrograms(v1::GradeRequest& request, const Offer& offer, std::vector<FieldViolation>& violations);

  [[nodiscard]] const std::string& image() const { return base_.image; }
  [[nodiscard]] const std::string& policy() const { return base_.policy; }

  // Checks what all cases have in common.
  void CheckCommon();
  // The program of a case, whose files it moves away; `field` is "cases[3]".
  [[nodiscard]] CaseProgram OfCase(v1::Case& from, const std::string& field);
  // A checker, whose files it moves away; `field` is "cases[3].expect.checker".
  [[nodiscard]] Checker ToChecker(v1::Checker&& from, const std::string& field);

 private:
  // Where a file of a spec comes from.
  struct Origin {
    const v1::Case* own = nullptr;  // none: all cases
    std::string field;              // "cases[3]"
    std::vector<std::string> files{};
  };

  void Check(RunSpec& spec, const v1::Limits& limits, const Origin& origin);
  [[nodiscard]] std::string FieldOf(const std::string& field, const Origin& origin) const;
  [[nodiscard]] v1::Limits LimitsOf(const v1::Case& from) const;
  void Report(FieldViolation violation);

  const v1::GradeRequest& request_;
  const Offer& offer_;
  std::vector<FieldViolation>& violations_;
  std::set<std::pair<std::string, std::string>> told_;
  RunSpec base_;  // without files
  SharedFiles common_;
  std::vector<std::string> common_fields_;  // of each of them: "submission[0]"
  bool common_is_valid_ = true;
};

}  // namespace runner
