#pragma once

#include "runner/grading/case_kind.h"
#include "runner/grading/case_program.h"
#include "runner/grading/expectation.h"

namespace runner {

// How much of the files that a case expects is kept to be compared, altogether.
inline constexpr std::size_t kMaxComparedFileBytes = std::size_t{16} << 20;

// Runs the program and looks at what it did.
class ExpectationCase final : public CaseKind {
 public:
  ExpectationCase(CaseProgram program, Expectation expectation);

  [[nodiscard]] boost::asio::awaitable<Attempt> Try(CaseContext& context) const override;

 private:
  [[nodiscard]] Capture WhatIsCompared() const;

  CaseProgram program_;
  Expectation expectation_;
};

}  // namespace runner
