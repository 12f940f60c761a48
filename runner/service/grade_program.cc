#include "runner/service/grade_program.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "runner/sandbox/text.h"
#include "runner/service/convert_parts.h"

namespace runner {
namespace {

// Overlay, and where each of its files comes from.
std::vector<std::string> OverlayFields(const std::vector<WorkspaceFile>& first, const std::vector<std::string>& fields,
                                       const std::vector<WorkspaceFile>& second, const std::string& second_field) {
  std::set<std::string_view> replaced;
  for (const WorkspaceFile& file : second) replaced.insert(file.path);
  std::vector<std::string> result;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (!replaced.contains(first[i].path)) result.push_back(fields[i]);
  }
  for (std::size_t i = 0; i < second.size(); ++i) result.push_back(second_field + "[" + std::to_string(i) + "]");
  return result;
}

// "files[12]" at `at` in `text`, as another field.
void ReplaceFileField(std::string& text, std::size_t at, const std::vector<std::string>& fields) {
  constexpr std::string_view kPrefix = "files[";
  if (at == std::string::npos) return;
  const std::size_t end = text.find(']', at);
  if (end == std::string::npos) return;
  const std::string digits = text.substr(at + kPrefix.size(), end - at - kPrefix.size());
  if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string::npos) return;
  const std::size_t index = std::stoul(digits);
  if (index < fields.size()) text.replace(at, end + 1 - at, fields[index]);
}

}  // namespace

CasePrograms::CasePrograms(v1::GradeRequest& request, const Offer& offer, std::vector<FieldViolation>& violations)
    : request_(request), offer_(offer), violations_(violations) {
  std::vector<WorkspaceFile> submission = ToFiles(std::move(*request.mutable_submission()));
  std::vector<WorkspaceFile> shared = ToFiles(std::move(*request.mutable_shared()));
  if (submission.empty()) Report({"submission", "0 files, expected at least one"});
  const std::vector<std::string> fields = OverlayFields({}, {}, submission, "submission");
  common_fields_ = OverlayFields(submission, fields, shared, "shared");
  common_ = std::make_shared<const std::vector<WorkspaceFile>>(Overlay(submission, shared));
  base_.tenant = request.tenant();
  base_.image = request.image().empty() ? offer.default_image : request.image();
  base_.policy = request.policy().empty() ? offer.default_policy : request.policy();
  base_.labels = ToPairs(request.labels());
  base_.cold_start = request.start() == v1::START_KIND_COLD;
  base_.determinism = ToDeterminism(request.determinism());
}

void CasePrograms::CheckCommon() {
  std::vector<FieldViolation> violations;
  CheckStart(request_.start(), violations);
  for (FieldViolation& violation : violations) Report(std::move(violation));
  RunSpec spec = base_;
  spec.run_id = request_.grade_id();
  spec.files = *common_;
  spec.env = ToPairs(request_.env());
  // An entry may be the file of a case. So that there is one here:
  if (!spec.files.empty()) spec.entry = spec.files.front().path;
  const std::size_t before = violations_.size();
  Check(spec, request_.limits(), {.field = "", .files = common_fields_});
  common_is_valid_ = violations_.size() == before && !common_->empty();
}

CaseProgram CasePrograms::OfCase(v1::Case& from, const std::string& field) {
  CaseProgram program{.spec = base_, .common = common_, .own = ToFiles(std::move(*from.mutable_files()))};
  RunSpec& spec = program.spec;
  spec.test_harness = from.has_tests();
  spec.entry = from.entry().empty() ? request_.entry() : from.entry();
  spec.args = ToStrings(std::move(*from.mutable_args()));
  google::protobuf::Map<std::string, std::string> env = request_.env();
  for (const auto& [name, value] : from.env()) env[name] = value;
  spec.env = ToPairs(env);
  spec.stdin_bytes = std::move(*from.mutable_stdin());
  // Everything that is wrong with those has been told, and would be again.
  if (!common_is_valid_) return program;
  Origin origin{.own = &from, .field = field};
  origin.files = OverlayFields(*common_, common_fields_, program.own, field + ".files");
  spec.files = Overlay(*common_, program.own);
  // For what it says of files: it must not find those moved away.
  Check(spec, LimitsOf(from), origin);
  spec.files.clear();
  spec.files.shrink_to_fit();
  return program;
}

Checker CasePrograms::ToChecker(v1::Checker&& from, const std::string& field) {
  Checker checker{base_};
  RunSpec& spec = checker.spec;
  spec.files = ToFiles(std::move(*from.mutable_files()));
  spec.entry = from.entry();
  spec.args = ToStrings(std::move(*from.mutable_args()));
  for (std::size_t i = 0; i < spec.files.size(); ++i) {
    if (!spec.files[i].path.starts_with(kCheckerDirectory) && spec.files[i].path + "/" != kCheckerDirectory) continue;
    Report({field + ".files[" + std::to_string(i) + "].path",
            Quote(spec.files[i].path) + " is where the checker finds what it is to look at"});
  }
  std::vector<FieldViolation> violations;
  Complete(spec, ToOverrides(from.limits(), violations), offer_, violations);
  for (FieldViolation& violation : violations) {
    // What is wrong with the rest is told of the cases.
    const bool own = violation.field.starts_with("files") || violation.field.starts_with("entry") ||
                     violation.field.starts_with("args") || violation.field.starts_with("limits");
    if (own) Report({field + "." + violation.field, std::move(violation.description)});
  }
  return checker;
}

v1::Limits CasePrograms::LimitsOf(const v1::Case& from) const {
  v1::Limits limits = request_.limits();
  // Of durations MergeFrom would take the seconds of one and the nanoseconds of the other.
  if (from.limits().has_wall_time()) limits.clear_wall_time();
  if (from.limits().has_cpu_time()) limits.clear_cpu_time();
  limits.MergeFrom(from.limits());
  return limits;
}

void CasePrograms::Check(RunSpec& spec, const v1::Limits& limits, const Origin& origin) {
  std::vector<FieldViolation> violations;
  Complete(spec, ToOverrides(limits, violations), offer_, violations);
  for (FieldViolation& violation : violations) {
    if (violation.field.starts_with("files[")) {
      ReplaceFileField(violation.description, violation.description.rfind("files["), origin.files);
    }
    violation.field = FieldOf(violation.field, origin);
    Report(std::move(violation));
  }
}

std::string CasePrograms::FieldOf(const std::string& field, const Origin& origin) const {
  if (field == "run_id") return "grade_id";
  if (field.starts_with("files[")) {
    std::string own = field;
    ReplaceFileField(own, 0, origin.files);
    return own;
  }
  const v1::Case* const from = origin.own;
  const std::string prefix = from == nullptr ? "" : origin.field + ".";
  const bool has_files =
      std::ranges::any_of(origin.files, [&](const std::string& file) { return file.starts_with("cases"); });
  if (field == "files") return has_files ? prefix + "files" : "submission";
  if (from == nullptr) return field;
  if (field == "entry") {
    const bool own = !from->entry().empty() || (request_.entry().empty() && has_files);
    return own ? prefix + field : field;
  }
  if (field == "args" || field.starts_with("args[")) return prefix + field;
  if (field == "env") return from->env().empty() ? field : prefix + field;
  if (field.starts_with("env[")) {
    const bool own = std::ranges::any_of(
        from->env(), [&](const auto& variable) { return field == "env[" + Quote(variable.first, 64) + "]"; });
    return own ? prefix + field : field;
  }
  if (field.starts_with("limits.")) {
    const auto* named = v1::Limits::descriptor()->FindFieldByName(field.substr(field.find('.') + 1));
    const bool own = named != nullptr && v1::Limits::GetReflection()->HasField(from->limits(), named);
    return own ? prefix + field : field;
  }
  return field;
}

void CasePrograms::Report(FieldViolation violation) {
  if (told_.emplace(violation.field, violation.description).second) violations_.push_back(std::move(violation));
}

}  // namespace runner
