#pragma once

#include <optional>

#include "runner/grading/case_kind.h"
#include "runner/grading/case_program.h"
#include "runner/grading/checker.h"
#include "runner/grading/expectation.h"

namespace runner {

// How much of the files that a case expects is kept to be compared, altogether.
inline constexpr std::size_t kMaxComparedFileBytes = std::size_t{16} << 20;

// Runs the program and looks at what it did.
class ExpectationCase final : public CaseKind {
 public:
  // `checker`, if there is one, decides after all else has held.
  ExpectationCase(CaseProgram program, Expectation expectation, std::optional<Checker> checker);

  [[nodiscard]] boost::asio::awaitable<Attempt> Try(CaseContext& context) const override;

 private:
  [[nodiscard]] Capture WhatIsCompared() const;

  CaseProgram program_;
  Expectation expectation_;
  std::optional<Checker> checker_;
};

}  // namespace runner
