// Calling Grade in tests.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "tests/support/client.h"

namespace runner::test {

// What came of one Grade call.
struct Graded {
  grpc::Status status;
  bool has_total = false;
  v1::GradeStarted started;
  std::vector<v1::CaseResult> results;  // by index
  std::vector<std::string> order;       // event names in the order of arrival
  v1::GradeTotal total;
  std::chrono::milliseconds took{};

  // "PASSED FAILED ...", by index; or "INVALID_ARGUMENT: message".
  [[nodiscard]] std::string Outcomes() const;
  [[nodiscard]] std::string Code() const { return CodeName(status.error_code()); }
  [[nodiscard]] std::string Violations() const;
  // Everything there is to know, for INFO().
  [[nodiscard]] std::string Describe() const;
};

// "what: message" of each mismatch, in lines.
[[nodiscard]] std::string Mismatches(const v1::CaseResult& result);

// A request with one file.
[[nodiscard]] v1::GradeRequest Submission(const std::string& source, const std::string& name = "main.mjs");
// Adds a case named by its place, which expects exit code 0 and nothing else yet.
v1::Case& AddCase(v1::GradeRequest& request);
v1::Case& AddCase(v1::GradeRequest& request, const std::string& argument);
// A case for a program that gets `in` and has to print `out`, as trim sees it.
v1::Case& AddCase(v1::GradeRequest& request, const std::string& in, const std::string& out);

using OnGradeEvent = std::function<bool(const v1::GradeEvent&)>;

// Grades to the end. `on_event` sees every event as it comes; returning false cancels the call.
Graded Grade(Client& client, const v1::GradeRequest& request, const OnGradeEvent& on_event = {});
Graded Grade(Client& client, grpc::ClientContext& context, const v1::GradeRequest& request,
             const OnGradeEvent& on_event = {});

}  // namespace runner::test
