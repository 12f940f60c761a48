#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/map.h>
#include <google/protobuf/repeated_field.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/engine/run_result.h"
#include "runner/sandbox/run_spec.h"
#include "runner/service/convert.h"
#include "runner/v1/runner.pb.h"

namespace runner {

// What the conversions of runs and of grades have in common. Only these include it.

[[nodiscard]] v1::Verdict ToProto(Verdict verdict);
[[nodiscard]] v1::StartKind ToProto(StartKind start);
void Set(google::protobuf::Duration& to, std::chrono::microseconds from);
void Set(v1::Limits& to, const Limits& from);
void Set(v1::RunResult& to, const RunResult& result, const RunNames& names);

[[nodiscard]] LimitOverrides ToOverrides(const v1::Limits& limits, std::vector<FieldViolation>& violations);
// Sorted, so that the same request is the same run.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> ToPairs(
    const google::protobuf::Map<std::string, std::string>& from);
[[nodiscard]] std::vector<std::string> ToStrings(google::protobuf::RepeatedPtrField<std::string>&& from);
[[nodiscard]] std::vector<WorkspaceFile> ToFiles(google::protobuf::RepeatedPtrField<v1::File>&& from);
void CheckStart(v1::StartKind start, std::vector<FieldViolation>& violations);

// nullopt where it is not enabled.
[[nodiscard]] std::optional<DeterminismSpec> ToDeterminism(const v1::Determinism& from);

// Fills in the limits and the entry of a spec that is complete otherwise, and says all that is wrong with it, the names of
// image and policy included.
void Complete(RunSpec& spec, const LimitOverrides& overrides, const Offer& offer,
              std::vector<FieldViolation>& violations);

}  // namespace runner
