#include "tests/support/grade.h"

#include <algorithm>

namespace runner::test {

using std::chrono::steady_clock;

std::string Graded::Outcomes() const {
  if (!status.ok()) return Code() + ": " + status.error_message();
  std::string line;
  for (const v1::CaseResult& result : results) line += (line.empty() ? "" : " ") + v1::Outcome_Name(result.outcome());
  return line;
}

std::string Graded::Violations() const {
  Outcome outcome;
  outcome.status = status;
  return outcome.Violations();
}

std::string Graded::Describe() const {
  std::string text = Code() + " " + status.error_message() + "\n";
  for (const v1::CaseResult& result : results) text += result.ShortDebugString().substr(0, 1500) + "\n";
  return text + total.ShortDebugString();
}

std::string Mismatches(const v1::CaseResult& result) {
  std::string lines;
  for (const v1::Mismatch& mismatch : result.mismatches()) lines += mismatch.what() + ": " + mismatch.message() + "\n";
  return lines;
}

v1::GradeRequest Submission(const std::string& source, const std::string& name) {
  v1::GradeRequest request;
  v1::File& file = *request.add_submission();
  file.set_path(name);
  file.set_content(source);
  return request;
}

v1::Case& AddCase(v1::GradeRequest& request) {
  v1::Case& added = *request.add_cases();
  added.set_name("case " + std::to_string(request.cases_size() - 1));
  added.mutable_expect();
  return added;
}

v1::Case& AddCase(v1::GradeRequest& request, const std::string& argument) {
  v1::Case& added = AddCase(request);
  added.add_args(argument);
  return added;
}

v1::Case& AddCase(v1::GradeRequest& request, const std::string& in, const std::string& out) {
  v1::Case& added = AddCase(request);
  added.set_stdin(in);
  added.mutable_expect()->mutable_stdout()->set_trim(out);
  return added;
}

Graded Grade(Client& client, const v1::GradeRequest& request, const OnGradeEvent& on_event) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(5));
  return Grade(client, context, request, on_event);
}

Graded Grade(Client& client, grpc::ClientContext& context, const v1::GradeRequest& request,
             const OnGradeEvent& on_event) {
  const auto begin = steady_clock::now();
  Graded graded;
  const auto reader = client.stub().Grade(&context, request);
  v1::GradeEvent event;
  while (reader->Read(&event)) {
    switch (event.event_case()) {
      case v1::GradeEvent::kStarted:
        graded.order.emplace_back("started");
        graded.started = event.started();
        break;
      case v1::GradeEvent::kTest:
        graded.order.emplace_back("test");
        break;
      case v1::GradeEvent::kResult:
        graded.order.emplace_back("result");
        graded.results.push_back(event.result());
        break;
      case v1::GradeEvent::kTotal:
        graded.order.emplace_back("total");
        graded.has_total = true;
        graded.total = event.total();
        break;
      case v1::GradeEvent::EVENT_NOT_SET:
        graded.order.emplace_back("?");
    }
    if (on_event && !on_event(event)) context.TryCancel();
  }
  graded.status = reader->Finish();
  std::ranges::sort(graded.results, {}, &v1::CaseResult::index);
  graded.took = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
  return graded;
}

}  // namespace runner::test
