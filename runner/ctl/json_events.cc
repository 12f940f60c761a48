#include "runner/ctl/json_events.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "runner/ctl/collected.h"
#include "runner/ctl/durations.h"
#include "runner/ctl/utf8.h"
#include "runner/ctl/verdict_sentence.h"

namespace runner::ctl {
namespace {

using Json = nlohmann::ordered_json;

Json StartedJson(const v1::Started& started) {
  return {{"event", "started"},
          {"run_id", started.run_id()},
          {"image", started.image()},
          {"policy", started.policy()},
          {"start", NameOf(started.start())},
          {"queue_time_ms", ToJsonMilliseconds(started.queue_time())}};
}

Json LimitJson(const v1::RunResult& result) {
  if (!result.has_limit()) return nullptr;
  return {{"name", result.limit().name()},
          {"unit", result.limit().unit()},
          {"allowed", result.limit().allowed()},
          {"observed", result.limit().observed()}};
}

Json UsageJson(const v1::Usage& usage) {
  return {{"wall_time_ms", ToJsonMilliseconds(usage.wall_time())},
          {"cpu_time_ms", ToJsonMilliseconds(usage.cpu_time())},
          {"memory_peak_bytes", usage.memory_peak_bytes()},
          {"processes_peak", usage.processes_peak()},
          {"stdout_bytes", usage.stdout_bytes()},
          {"stderr_bytes", usage.stderr_bytes()}};
}

Json ResultJson(const v1::RunResult& result) {
  Json json = {{"event", "result"}, {"verdict", NameOf(result.verdict())}};
  json["exit_code"] = result.has_exit_code() ? Json(result.exit_code()) : Json(nullptr);
  json["signal"] = result.has_signal() ? Json(result.signal()) : Json(nullptr);
  json["limit"] = LimitJson(result);
  json["syscall"] = result.syscall().empty() ? Json(nullptr) : Json(result.syscall());
  json["message"] = result.message();
  json["hint"] = result.hint().empty() ? Json(nullptr) : Json(result.hint());
  json["usage"] = UsageJson(result.usage());
  json["truncated"] = {{"stdout", result.stdout_truncated()}, {"stderr", result.stderr_truncated()}};
  json["start"] = NameOf(result.start());
  json["queue_time_ms"] = ToJsonMilliseconds(result.queue_time());
  json["run_id"] = result.run_id();
  json["image"] = result.image();
  json["policy"] = result.policy();
  json["protections"] = Json::array();
  for (const std::string& protection : result.protections()) json["protections"].push_back(protection);
  json["collected"] = CollectedJson(result);
  for (const v1::Phase& phase : result.phases()) json["phases_ms"][phase.name()] = ToJsonMilliseconds(phase.at());
  return json;
}

void AddBytes(Json& json, const std::string& bytes) {
  if (IsValidUtf8(bytes)) {
    json["text"] = bytes;
  } else {
    json["base64"] = Base64(bytes);
  }
}

std::string OutputLine(const char* name, double offset_ms, const std::string& bytes) {
  Json json = {{"event", name}, {"offset_ms", offset_ms}};
  AddBytes(json, bytes);
  return JsonLine(json);
}

}  // namespace

std::string JsonLine(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n";
}

std::string JsonEvents::Encode(const v1::RunEvent& event) {
  const double offset_ms = ToJsonMilliseconds(event.offset());
  switch (event.event_case()) {
    case v1::RunEvent::kQueued:
      return JsonLine({{"event", "queued"}, {"position", event.queued().position()}});
    case v1::RunEvent::kStarted:
      return JsonLine(StartedJson(event.started()));
    case v1::RunEvent::kStdout:
      return EncodeOutput(stdout_, offset_ms, event.stdout());
    case v1::RunEvent::kStderr:
      return EncodeOutput(stderr_, offset_ms, event.stderr());
    case v1::RunEvent::kFile:
      return Flush() + EncodeFile(event.file(), offset_ms);
    case v1::RunEvent::kResult:
      return Flush() + JsonLine(ResultJson(event.result()));
    default:
      return "";  // An event of a newer server.
  }
}

std::string JsonEvents::Flush() { return FlushStream(stdout_) + FlushStream(stderr_); }

std::string JsonEvents::EncodeOutput(Stream& stream, double offset_ms, const std::string& bytes) {
  std::string chunk = std::exchange(stream.held_back, "") + bytes;
  const std::size_t tail = IncompleteTailLength(chunk);
  stream.held_back = chunk.substr(chunk.size() - tail);
  stream.offset_ms = offset_ms;
  chunk.erase(chunk.size() - tail);
  return chunk.empty() ? "" : OutputLine(stream.name, offset_ms, chunk);
}

std::string JsonEvents::EncodeFile(const v1::FilePart& part, double offset_ms) {
  if (part.offset() == 0) {
    file_.clear();
    file_error_.clear();
  }
  if (directory_ == nullptr) {
    file_ += part.content();
  } else if (std::string error = directory_->Take(part); !error.empty()) {
    file_error_ = std::move(error);
  }
  if (!part.last()) return "";
  Json json = FileJson(part, offset_ms);
  if (directory_ == nullptr) {
    AddBytes(json, std::exchange(file_, ""));
  } else {
    json["saved"] = file_error_.empty() ? Json(directory_->PathOf(part.path())) : Json(nullptr);
    if (!file_error_.empty()) json["error"] = file_error_;
  }
  return JsonLine(json);
}

std::string JsonEvents::FlushStream(Stream& stream) {
  if (stream.held_back.empty()) return "";
  return OutputLine(stream.name, stream.offset_ms, std::exchange(stream.held_back, ""));
}

}  // namespace runner::ctl
