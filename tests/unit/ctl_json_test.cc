#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "runner/ctl/json_events.h"
#include "runner/ctl/service_error.h"
#include "runner/ctl/utf8.h"

namespace runner::ctl {
namespace {

using Json = nlohmann::json;

v1::RunEvent Stdout(const std::string& bytes) {
  v1::RunEvent event;
  event.set_stdout(bytes);
  event.mutable_offset()->set_nanos(12'345'000);
  return event;
}

std::vector<Json> Lines(const std::string& text) {
  std::vector<Json> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    REQUIRE(end != std::string::npos);
    lines.push_back(Json::parse(text.substr(at, end - at)));
    at = end + 1;
  }
  return lines;
}

TEST_CASE("UTF-8 is told from bytes that only look like it", "[ctl]") {
  CHECK(IsValidUtf8(""));
  CHECK(IsValidUtf8("plain"));
  CHECK(IsValidUtf8("h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"));
  CHECK(IsValidUtf8(std::string("\0", 1)));
  CHECK_FALSE(IsValidUtf8("\xff"));
  CHECK_FALSE(IsValidUtf8("\x80"));
  CHECK_FALSE(IsValidUtf8("\xc0\xaf"));          // overlong '/'
  CHECK_FALSE(IsValidUtf8("\xe0\x80\xaf"));      // overlong '/'
  CHECK_FALSE(IsValidUtf8("\xed\xa0\x80"));      // a surrogate
  CHECK_FALSE(IsValidUtf8("\xf4\x90\x80\x80"));  // beyond U+10FFFF
  CHECK_FALSE(IsValidUtf8("\xe2\x82"));          // cut short
  CHECK_FALSE(
      IsValidUtf8("\xe2\x82"
                  "x"));
}

TEST_CASE("only the beginning of a character counts as an incomplete tail", "[ctl]") {
  CHECK(IncompleteTailLength("") == 0);
  CHECK(IncompleteTailLength("abc") == 0);
  CHECK(IncompleteTailLength("h\xc3") == 1);
  CHECK(IncompleteTailLength("\xe2\x82") == 2);
  CHECK(IncompleteTailLength("\xf0\x9f\x98") == 3);
  CHECK(IncompleteTailLength("\xf0\x9f\x98\x80") == 0);
  CHECK(IncompleteTailLength("\xff") == 0);
  CHECK(IncompleteTailLength("\x80\x80\x80\x80") == 0);
  CHECK(IncompleteTailLength("\xed\xa0") == 0);  // no character begins so
}

TEST_CASE("base64 is padded", "[ctl]") {
  CHECK(Base64("").empty());
  CHECK(Base64("f") == "Zg==");
  CHECK(Base64("fo") == "Zm8=");
  CHECK(Base64("foo") == "Zm9v");
  CHECK(Base64("\xff\xfe\xfd") == "//79");
}

TEST_CASE("output that is UTF-8 is text, with its offset in milliseconds", "[ctl]") {
  JsonEvents events;
  CHECK(events.Encode(Stdout("h\xc3\xa9\n")) ==
        "{\"event\":\"stdout\",\"offset_ms\":12.345,\"text\":\"h\xc3\xa9\\n\"}\n");
}

TEST_CASE("output that is not UTF-8 is base64", "[ctl]") {
  JsonEvents events;
  const auto lines =
      Lines(events.Encode(Stdout("a\xff"
                                 "b")));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0]["base64"] == "Yf9i");
  CHECK_FALSE(lines[0].contains("text"));
}

TEST_CASE("a character split between two events stays text", "[ctl]") {
  JsonEvents events;
  std::string text;
  for (const char* chunk : {"\xf0", "\x9f", "\x98", "\x80", "h\xc3", "\xa9!"}) {
    for (const Json& line : Lines(events.Encode(Stdout(chunk)))) {
      REQUIRE(line.contains("text"));
      text += line["text"].get<std::string>();
    }
  }
  CHECK(text == "\xf0\x9f\x98\x80h\xc3\xa9!");
}

TEST_CASE("the streams' split characters are kept apart, and what never completes comes before the result", "[ctl]") {
  JsonEvents events;
  CHECK(events.Encode(Stdout("\xe2\x82")).empty());
  v1::RunEvent error;
  error.set_stderr("\xac");
  CHECK(Lines(events.Encode(error))[0]["base64"] == "rA==");
  v1::RunEvent result;
  result.mutable_result()->set_verdict(v1::EXITED);
  const auto lines = Lines(events.Encode(result));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0]["event"] == "stdout");
  CHECK(lines[0]["base64"] == "4oI=");
  CHECK(lines[1]["event"] == "result");
}

TEST_CASE("a result has every key, with null for what does not apply", "[ctl]") {
  v1::RunEvent event;
  v1::RunResult& result = *event.mutable_result();
  result.set_verdict(v1::WALL_TIME_LIMIT);
  result.mutable_limit()->set_name("wall_time");
  result.mutable_limit()->set_unit("ms");
  result.mutable_limit()->set_allowed(1000);
  result.mutable_limit()->set_observed(1002);
  result.mutable_usage()->mutable_wall_time()->set_seconds(1);
  result.mutable_usage()->mutable_wall_time()->set_nanos(2'500'000);
  result.mutable_usage()->set_memory_peak_bytes(9'000'000'000);
  result.set_stdout_truncated(true);
  result.set_start(v1::START_KIND_WARM);
  result.set_run_id("r1");
  result.set_image("node-26");
  result.set_policy("lesson");
  result.add_protections("seccomp");
  JsonEvents events;
  const Json expected = Json::parse(R"({"event":"result","verdict":"WALL_TIME_LIMIT","exit_code":null,"signal":null,
    "limit":{"name":"wall_time","unit":"ms","allowed":1000,"observed":1002},"syscall":null,"message":"","hint":null,
    "usage":{"wall_time_ms":1002.5,"cpu_time_ms":0.0,"memory_peak_bytes":9000000000,"processes_peak":0,
    "stdout_bytes":0,"stderr_bytes":0},"truncated":{"stdout":true,"stderr":false},"start":"warm","queue_time_ms":0.0,
    "run_id":"r1","image":"node-26","policy":"lesson","protections":["seccomp"],"collected":null})");
  CHECK(Lines(events.Encode(event)).at(0) == expected);
}

TEST_CASE("an exit code of 0 is a number, not null", "[ctl]") {
  v1::RunEvent event;
  event.mutable_result()->set_verdict(v1::EXITED);
  event.mutable_result()->set_exit_code(0);
  JsonEvents events;
  const Json line = Lines(events.Encode(event)).at(0);
  CHECK(line["exit_code"] == 0);
  CHECK(line["limit"].is_null());
}

TEST_CASE("a refused request lists every violation", "[ctl]") {
  google::rpc::BadRequest bad_request;
  for (const char* field : {"limits.wall_time", "image"}) {
    auto* violation = bad_request.add_field_violations();
    violation->set_field(field);
    violation->set_description("is wrong");
  }
  google::rpc::Status details;
  details.add_details()->PackFrom(bad_request);
  const ServiceError error = ToServiceError(
      grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "two fields are wrong", details.SerializeAsString()));
  CHECK(error.exit_code == 64);
  CHECK(ToText(error) == "two fields are wrong\n  limits.wall_time: is wrong\n  image: is wrong");
  CHECK(Json(ToJson(error)) ==
        Json::parse(R"({"event":"error","code":"INVALID_ARGUMENT","message":"two fields are wrong",
    "violations":[{"field":"limits.wall_time","description":"is wrong"},{"field":"image","description":"is wrong"}],
    "retry_delay_ms":null,"exit_code":64})"));
}

TEST_CASE("a full queue says when to try again", "[ctl]") {
  google::rpc::RetryInfo retry_info;
  retry_info.mutable_retry_delay()->set_nanos(500'000'000);
  google::rpc::Status details;
  details.add_details()->PackFrom(retry_info);
  const ServiceError error = ToServiceError(
      grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "the queue is full", details.SerializeAsString()));
  CHECK(ToText(error) == "the queue is full (try again in 500 ms)");
  CHECK(ToJson(error)["retry_delay_ms"] == 500);
}

TEST_CASE("details that are not details are left out", "[ctl]") {
  const ServiceError error = ToServiceError(grpc::Status(grpc::StatusCode::INTERNAL, "broken", "\xff\xff garbage"));
  CHECK(ToText(error) == "broken");
  CHECK(error.violations.empty());
}

TEST_CASE("a collected file is one line once it is whole, after output that was held back", "[ctl]") {
  JsonEvents events;
  CHECK(events.Encode(Stdout("\xc3")).empty());
  v1::RunEvent event;
  v1::FilePart& part = *event.mutable_file();
  part.set_path("a.txt");
  part.set_size(3);
  part.set_mode(0640);
  part.set_content("\xc3");
  const std::vector<Json> held_back = Lines(events.Encode(event));
  REQUIRE(held_back.size() == 1);
  CHECK(held_back[0]["event"] == "stdout");
  part.set_offset(1);
  part.set_content("\xa9!");
  part.set_last(true);
  const std::vector<Json> lines = Lines(events.Encode(event));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] ==
        Json::parse(R"({"event":"file","offset_ms":0.0,"path":"a.txt","size":3,"mode":"0640","text":"\u00e9!"})"));
}

}  // namespace
}  // namespace runner::ctl
