#include "runner/grading/test_files_case.h"

#include <sys/random.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "runner/grading/test_records.h"
#include "runner/grading/test_report.h"
#include "runner/sandbox/text.h"

namespace runner {
namespace {

namespace asio = boost::asio;

std::string NewKey() {
  std::string key(TestRecords::kKeyBytes, '\0');
  // Fewer bytes, or an error, is not possible for so few once the kernel has started (getrandom(2)).
  if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
    throw std::runtime_error("the kernel gives no random bytes");
  }
  return key;
}

void AppendText(std::string& to, std::string_view text) {
  for (unsigned shift = 0; shift < 32; shift += 8) to.push_back(static_cast<char>((text.size() >> shift) & 0xffU));
  to.append(text);
}

// Reads what the harness says while the program runs.
class Listener final : public OutputFilter {
 public:
  Listener(CaseContext& context, std::string key, std::string file)
      : context_(context), key_(std::move(key)), file_(std::move(file)), records_(key_), report_(file_) {}

  void Begin() override {
    records_ = TestRecords(key_);
    report_ = TestReport(file_);
  }

  asio::awaitable<std::string> Pass(std::string bytes) override {
    std::vector<std::string> messages;
    std::string program = records_.Read(bytes, messages);
    for (const std::string& message : messages) {
      std::optional<TestResult> ended = report_.Add(message);
      if (ended) co_await context_.Report(std::move(*ended));
    }
    co_return program;
  }

  std::string Finish() override { return records_.Finish(); }

  [[nodiscard]] const TestReport& report() const { return report_; }
  [[nodiscard]] bool broken() const { return records_.broken(); }

 private:
  CaseContext& context_;
  std::string key_;
  std::string file_;
  TestRecords records_;
  TestReport report_;
};

}  // namespace

std::vector<std::string> DefaultEntries(const std::vector<WorkspaceFile>& files) {
  std::vector<std::string> all;
  std::vector<std::string> named;
  for (const WorkspaceFile& file : files) {
    const std::string name = file.path.substr(file.path.rfind('/') + 1);
    all.push_back(file.path);
    if (name.find(".test.") != std::string::npos || name.find(".spec.") != std::string::npos)
      named.push_back(file.path);
  }
  return named.empty() ? all : named;
}

TestFilesCase::TestFilesCase(CaseProgram program, TestFilesPlan plan)
    : program_(std::move(program)), plan_(std::move(plan)) {
  program_.spec.test_harness = true;
}

std::string TestFilesCase::HandOver(const std::string& key, const std::string& entry) const {
  std::string text = key;
  AppendText(text, entry);
  for (const WorkspaceFile& file : plan_.files) {
    AppendText(text, file.path);
    AppendText(text, file.content.view());
  }
  return text;
}

asio::awaitable<Attempt> TestFilesCase::Try(CaseContext& context) const {
  Capture capture;
  co_await context.Reserve(capture.out_bytes + capture.err_bytes);
  Attempt attempt;
  std::vector<std::string> missing = plan_.required;
  for (const std::string& entry : plan_.entries) {
    const std::string key = NewKey();
    Listener listener(context, key, entry);
    capture.filter = &listener;
    RunSpec spec = program_.Build();
    spec.stdin_bytes = HandOver(key, entry);
    std::variant<Ran, Trouble> came = co_await context.Run(std::move(spec), capture);
    if (auto* trouble = std::get_if<Trouble>(&came)) {
      attempt.outcome = Outcome::kError;
      attempt.message = std::move(trouble->message);
      co_return attempt;
    }
    Ran& ran = std::get<Ran>(came);
    const TestReport& report = listener.report();
    const std::string why = report.Judge(ran.observation.result, listener.broken());
    attempt.tests.insert(attempt.tests.end(), report.tests().begin(), report.tests().end());
    std::erase_if(missing, [&](const std::string& name) { return report.HasPassed(name); });
    const bool decides = !attempt.run || (attempt.message.empty() && !why.empty());
    if (attempt.message.empty()) attempt.message = why;
    if (!decides) continue;
    attempt.run = NamedResult{std::move(ran.observation.result), std::move(ran.names)};
    attempt.out = std::move(ran.observation.out);
    attempt.err = std::move(ran.observation.err);
  }
  if (attempt.message.empty() && !missing.empty()) {
    attempt.message = "a test that is required has not passed: " + Quote(missing.front());
  }
  attempt.outcome = attempt.message.empty() ? Outcome::kPassed : Outcome::kFailed;
  co_return attempt;
}

}  // namespace runner
