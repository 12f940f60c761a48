#include "runner/ctl/grade/grade_session.h"

#include <grpcpp/client_context.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "runner/ctl/cancel_signals.h"
#include "runner/ctl/channel.h"
#include "runner/ctl/directory_walk.h"
#include "runner/ctl/exit_code.h"
#include "runner/ctl/grade/grade_call.h"
#include "runner/ctl/grade/grade_output.h"
#include "runner/ctl/grade/report_files.h"
#include "runner/ctl/report/grade_report.h"
#include "runner/ctl/run_output.h"
#include "runner/ctl/units.h"
#include "runner/ctl/usage_error.h"
#include "runner/ctl/workspace_files.h"

namespace runner::ctl {
namespace {

// protobuf's own bound on a message.
constexpr std::size_t kLargestRequest = 2147483647;

// Everything of the request that is large, by names a person knows.
std::vector<NamedSize> Sizes(const v1::GradeRequest& request) {
  std::vector<NamedSize> sizes = SizesOf({request.submission().begin(), request.submission().end()});
  for (const v1::File& file : request.shared()) sizes.emplace_back(file.path(), file.content().size());
  for (const v1::Case& graded : request.cases()) sizes.emplace_back("case " + graded.name(), graded.ByteSizeLong());
  return sizes;
}

std::string TooLarge(const v1::GradeRequest& request) {
  return "the suite and the submission come to " + FormatSize(request.ByteSizeLong()) +
         ", which is more than a message may be. The largest: " + LargestFiles(Sizes(request));
}

// What the server says of cases[N], with the name and the place of that case.
std::string WithPlaces(const std::string& text, const Suite& suite, const std::vector<std::uint32_t>& sent) {
  std::string places;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const std::string field = "cases[" + std::to_string(i) + "]";
    if (text.find(field) == std::string::npos) continue;
    const std::uint32_t index = sent[i];
    places += "\n  " + field + " is " + Quoted(suite.request.cases(static_cast<int>(index)).name()) + " at " +
              suite.places[index];
  }
  return text + places;
}

struct Trouble {
  std::string text;  // empty: none
  std::string hint;
  int exit_code = 0;
};

Trouble TroubleOf(const GradeCallEnd& end, int signal, bool has_total, int write_error, const Address& address,
                  const v1::GradeRequest& request) {
  if (write_error != 0) {
    const std::string why = std::system_category().message(write_error);
    return {.text = "cannot write the results: " + why,
            .hint = "",
            .exit_code = write_error == EPIPE ? kExitBrokenPipe : kExitService};
  }
  if (end.status.ok() && has_total) return {};
  if (signal != 0) return {.text = "interrupted", .hint = "", .exit_code = 128 + signal};
  if (end.status.ok()) {
    return {.text = "the service ended the call without a total", .hint = "", .exit_code = kExitService};
  }
  const Explanation explanation = Explain(end.status, address, end.answered);
  Trouble trouble{
      .text = ToText(explanation.error), .hint = explanation.hint, .exit_code = explanation.error.exit_code};
  if (end.status.error_message().find("message larger than max") != std::string::npos) {
    trouble.text += "\n" + TooLarge(request);
  }
  return trouble;
}

// Those that are not sent, as results.
void AddThoseThatLack(const v1::GradeRequest& all, const std::vector<LeftOut>& left_out, GradeGatherer& gatherer) {
  for (int i = 0; i < all.cases_size(); ++i) {
    const Lack lack = LackOf(all, all.cases(i));
    if (lack.sentence.empty()) continue;
    const bool is_ignored = IgnoredAs(left_out, lack.entry) != nullptr;
    v1::GradeEvent event;
    v1::CaseResult& result = *event.mutable_result();
    result = gatherer.report().cases[static_cast<std::size_t>(i)];
    result.set_outcome(v1::FAILED);
    result.set_message(lack.sentence + (is_ignored ? " (.gitignore leaves it out; --no-gitignore sends it)" : ""));
    gatherer.OnEvent(event);
  }
}

struct Task {
  Suite suite;  // with the submission
  std::vector<LeftOut> left_out;
};

Task ReadTask(const GradeOptions& options) {
  const CancelSignals signals([](int signal) { ::_exit(128 + signal); }, [] {});
  Suite suite = LoadSuite(options);
  Program submission = GatherSubmission(options, suite);
  for (v1::File& file : submission.files) *suite.request.add_submission() = std::move(file);
  if (suite.request.ByteSizeLong() > kLargestRequest) throw UsageError(TooLarge(suite.request));
  return {.suite = std::move(suite), .left_out = std::move(submission.left_out)};
}

std::string FirstLine(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

Graded Grade(const GradeOptions& options, const std::shared_ptr<grpc::Channel>& channel, const Address& address) {
  ReportFiles::RemoveEarlier(options);
  auto [suite, left_out] = ReadTask(options);
  ReportFiles reports(options);
  GradeOutput output(options);
  GradeGatherer gatherer(suite.name, suite.request);
  AddThoseThatLack(suite.request, left_out, gatherer);
  v1::GradeRequest request = suite.request;
  const std::vector<std::uint32_t> sent = TakeOutCasesThatLack(request);

  grpc::ClientContext context;
  const CancelSignals signals([&](int /*signal*/) { context.TryCancel(); }, [] {});
  Trouble trouble;
  if (!sent.empty()) {
    int write_error = 0;
    const GradeCallEnd end = CallGrade(channel, context, request, [&](v1::GradeEvent event) {
      if (event.has_result() && event.result().index() < sent.size()) {
        event.mutable_result()->set_index(sent[event.result().index()]);
      }
      gatherer.OnEvent(event);
      if (write_error == 0) write_error = output.OnProgress(gatherer);
      return write_error == 0;
    });
    trouble = TroubleOf(end, signals.received(), gatherer.has_total(), write_error, address, request);
    trouble.text = WithPlaces(trouble.text, suite, sent);
  }
  const GradeReport report = gatherer.Finish(FirstLine(trouble.text));
  const int write_error = trouble.exit_code == kExitBrokenPipe ? 0 : output.OnEnd(report);
  if (!trouble.text.empty() && trouble.exit_code != kExitBrokenPipe) {
    Say(trouble.text + (trouble.hint.empty() ? "" : "\n" + trouble.hint));
  }
  const bool written = reports.Write(report);
  int exit_code = trouble.exit_code != 0 ? trouble.exit_code : ExitCodeOf(report);
  if (write_error == EPIPE) exit_code = kExitBrokenPipe;
  if (!written || (write_error != 0 && write_error != EPIPE)) exit_code = kExitService;
  return {.exit_code = exit_code, .signal = signals.received(), .files = std::move(suite.files)};
}

}  // namespace runner::ctl
