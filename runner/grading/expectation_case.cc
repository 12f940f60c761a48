#include "runner/grading/expectation_case.h"

#include <algorithm>
#include <utility>

namespace runner {
namespace {

namespace asio = boost::asio;

std::string Sentence(const Mismatch& mismatch) {
  // What the program's fate was is a sentence of its own.
  if (mismatch.what == "verdict") return mismatch.difference.message;
  return mismatch.what + ": " + mismatch.difference.message;
}

std::string Beginning(std::string text) {
  text.resize(std::min(text.size(), Attempt::kMaxShownOutput));
  text.shrink_to_fit();
  return text;
}

}  // namespace

ExpectationCase::ExpectationCase(CaseProgram program, Expectation expectation, std::optional<Checker> checker)
    : program_(std::move(program)), expectation_(std::move(expectation)), checker_(std::move(checker)) {
  for (const FileExpectation& file : expectation_.files) program_.spec.collect.push_back(LiteralGlob(file.path));
}

Capture ExpectationCase::WhatIsCompared() const {
  const std::size_t all = program_.spec.limits.output_bytes;
  Capture capture;
  if (expectation_.out != nullptr || checker_) capture.out_bytes = std::max(capture.out_bytes, all);
  if (expectation_.err != nullptr || checker_) capture.err_bytes = std::max(capture.err_bytes, all);
  if (!expectation_.files.empty()) capture.file_bytes = kMaxComparedFileBytes;
  return capture;
}

asio::awaitable<Attempt> ExpectationCase::Try(CaseContext& context) const {
  const Capture capture = WhatIsCompared();
  co_await context.Reserve(capture.out_bytes + capture.err_bytes + capture.file_bytes);
  std::variant<Ran, Trouble> came = co_await context.Run(program_.Build(), capture);
  Attempt attempt;
  if (auto* trouble = std::get_if<Trouble>(&came)) {
    attempt.message = std::move(trouble->message);
    co_return attempt;
  }
  Ran& ran = std::get<Ran>(came);
  Observation& seen = ran.observation;
  const std::function<void()> judge = [&] { attempt.mismatches = Judge(expectation_, seen); };
  co_await context.Elsewhere(judge);
  attempt.outcome = attempt.mismatches.empty() ? Outcome::kPassed : Outcome::kFailed;
  if (!attempt.mismatches.empty()) attempt.message = Sentence(attempt.mismatches.front());
  if (attempt.mismatches.empty() && checker_) {
    co_await Check(*checker_, program_.spec.stdin_bytes, seen, context, attempt);
  }
  attempt.run = NamedResult{std::move(seen.result), std::move(ran.names)};
  attempt.out = Beginning(std::move(seen.out));
  attempt.err = Beginning(std::move(seen.err));
  co_return attempt;
}

}  // namespace runner
