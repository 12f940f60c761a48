#pragma once

#include <string>

#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// One sentence for a person on how the run ended, without a full stop; empty for a program that exited by itself, which
// has said what it had to say. A limit's sentence names the limit, the observed value and the option that raises it.
[[nodiscard]] std::string SentenceFor(const v1::RunResult& result);

// "EXITED". A verdict this build does not know is "VERDICT_<number>".
[[nodiscard]] std::string NameOf(v1::Verdict verdict);

// "cold" or "warm"; "unknown" where the server did not say.
[[nodiscard]] std::string NameOf(v1::StartKind start);

}  // namespace runner::ctl
