#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// What a person who asked for files has to know of `result` besides the files themselves: a sentence for each that was
// refused, for each glob that matched nothing, and for what else is missing.
[[nodiscard]] std::vector<std::string> CollectedSentences(const v1::RunResult& result);

// {"files":…,"bytes":…,"refused":[{"path":…,"reason":…}],"refused_count":…,"unmatched":[…],"incomplete":…|null}, or null.
[[nodiscard]] nlohmann::ordered_json CollectedJson(const v1::RunResult& result);

// {"event":"file","offset_ms":…,"path":…,"size":…,"mode":"0644"}, to which the contents or their whereabouts are added.
[[nodiscard]] nlohmann::ordered_json FileJson(const v1::FilePart& part, double offset_ms);

}  // namespace runner::ctl
