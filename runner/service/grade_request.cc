// A request for a grade, as a plan.
#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "runner/grading/expectation_case.h"
#include "runner/sandbox/text.h"
#include "runner/service/convert_parts.h"
#include "runner/service/grade_convert.h"
#include "runner/service/grade_expectation.h"
#include "runner/service/grade_program.h"
#include "runner/service/grade_tests.h"

namespace runner {
namespace {

using Violations = std::vector<FieldViolation>;

constexpr std::size_t kMaxNameBytes = 256;
constexpr std::size_t kMostViolations = 100;

bool IsOneLine(const std::string& text) {
  if (text.size() > kMaxNameBytes) return false;
  for (std::size_t position = 0; position < text.size();) {
    const auto character = DecodeUtf8(text, position);
    if (!character || IsControlCharacter(*character)) return false;
  }
  return true;
}

std::string Outside(std::uint64_t value, std::uint64_t least, std::uint64_t most) {
  return std::to_string(value) + " is outside [" + std::to_string(least) + ", " + std::to_string(most) + "]";
}

class Converter {
 public:
  Converter(v1::GradeRequest&& request, const Offer& offer)
      : request_(std::move(request)), programs_(request_, offer, violations_) {}

  std::variant<GradePlan, Violations> Convert() {
    plan_.image = programs_.image();
    plan_.policy = programs_.policy();
    plan_.tenant = request_.tenant();
    plan_.grade_id = request_.grade_id();
    plan_.labels = ToPairs(request_.labels());
    plan_.max_parallel = request_.max_parallel();
    plan_.fail_fast = request_.fail_fast();
    if (request_.repeat() > kMaxRepeat) violations_.push_back({"repeat", Outside(request_.repeat(), 0, kMaxRepeat)});
    const auto count = static_cast<std::size_t>(request_.cases_size());
    if (count == 0 || count > kMaxCases) {
      violations_.push_back(
          {"cases", std::to_string(count) + " cases, allowed are [1, " + std::to_string(kMaxCases) + "]"});
    } else {
      programs_.CheckCommon();
      plan_.cases.reserve(count);
      // Whoever mends a hundred mistakes will ask again.
      for (int i = 0; i < request_.cases_size() && violations_.size() < kMostViolations; ++i)
        AddCase(*request_.mutable_cases(i), i);
    }
    if (!violations_.empty()) return std::move(violations_);
    return std::move(plan_);
  }

 private:
  void AddCase(v1::Case& from, int index) {
    const std::string field = "cases[" + std::to_string(index) + "]";
    GradeCase to;
    to.name = from.name();
    to.group = from.group();
    if (to.name.empty() || !IsOneLine(to.name)) {
      violations_.push_back(
          {field + ".name", Quote(to.name) + " is not a name, expected 1 to 256 bytes of UTF-8 on one line"});
    } else if (const auto [other, fresh] = names_.emplace(to.name, index); !fresh) {
      violations_.push_back({field + ".name", Quote(to.name) + " is also the name of cases[" +
                                                  std::to_string(other->second) + "]; every name is allowed once"});
    }
    if (!IsOneLine(to.group)) {
      violations_.push_back(
          {field + ".group", Quote(to.group) + " is not a group, expected at most 256 bytes of UTF-8 on one line"});
    }
    if (from.has_points()) to.points = from.points();
    if (!std::isfinite(to.points) || to.points < 0) {
      violations_.push_back({field + ".points", std::to_string(to.points) + " is not a finite number of at least 0"});
    }
    SetVisibility(from, field, to);
    if (from.repeat() > kMaxRepeat) violations_.push_back({field + ".repeat", Outside(from.repeat(), 0, kMaxRepeat)});
    to.repeat = std::max({1U, from.repeat() != 0 ? from.repeat() : request_.repeat()});
    to.kind = ToKind(from, field, index);
    plan_.cases.push_back(std::move(to));
  }

  void SetVisibility(const v1::Case& from, const std::string& field, GradeCase& to) {
    switch (from.visibility()) {
      case v1::VISIBILITY_UNSPECIFIED:
      case v1::VISIBLE:
        to.visibility = Visibility::kVisible;
        return;
      case v1::HIDDEN:
        to.visibility = Visibility::kHidden;
        return;
      case v1::AFTER_DUE_DATE:
        to.visibility = Visibility::kAfterDueDate;
        return;
      case v1::AFTER_PUBLISHED:
        to.visibility = Visibility::kAfterPublished;
        return;
      default:
        violations_.push_back({field + ".visibility", std::to_string(from.visibility()) +
                                                          " is none of VISIBLE (1), HIDDEN "
                                                          "(2), AFTER_DUE_DATE (3) and AFTER_PUBLISHED (4)"});
    }
  }

  // One line for each member of Case.kind.
  std::unique_ptr<const CaseKind> ToKind(v1::Case& from, const std::string& field, int index) {
    switch (from.kind_case()) {
      case v1::Case::kExpect: {
        CaseProgram program = programs_.OfCase(from, field);
        std::optional<Checker> checker;
        if (from.expect().has_checker()) {
          checker =
              programs_.ToChecker(std::move(*from.mutable_expect()->mutable_checker()), field + ".expect.checker");
        }
        Expectation expectation =
            ToExpectation(std::move(*from.mutable_expect()), field + ".expect", program.spec.limits, violations_);
        return std::make_unique<ExpectationCase>(std::move(program), std::move(expectation), std::move(checker));
      }
      case v1::Case::kTests: {
        TestFilesPlan plan = ToTestFilesPlan(from, field, violations_);
        return std::make_unique<TestFilesCase>(programs_.OfCase(from, field), std::move(plan));
      }
      case v1::Case::KIND_NOT_SET:
        break;
    }
    violations_.push_back({field, "case " + std::to_string(index) + " expects nothing: it needs expect or tests"});
    return nullptr;
  }

  v1::GradeRequest request_;
  Violations violations_;
  CasePrograms programs_;
  std::map<std::string, int> names_;
  GradePlan plan_;
};

}  // namespace

std::variant<GradePlan, Violations> ToGradePlan(v1::GradeRequest&& request, const Offer& offer) {
  return Converter(std::move(request), offer).Convert();
}

}  // namespace runner
