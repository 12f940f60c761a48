#include "tests/support/client.h"

#include <atomic>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::minutes kPatience{5};

template <typename Detail>
bool FindDetail(const grpc::Status& status, Detail& detail) {
  google::rpc::Status rich;
  if (!rich.ParseFromString(status.error_details())) return false;
  for (const auto& any : rich.details()) {
    if (any.UnpackTo(&detail)) return true;
  }
  return false;
}

void Set(google::protobuf::Duration& to, milliseconds from) {
  to.set_seconds(from.count() / 1000);
  to.set_nanos(static_cast<std::int32_t>(from.count() % 1000 * 1'000'000));
}

// What a long output shows in a message.
std::string Excerpt(const std::string& text) {
  constexpr std::size_t kMost = 2000;
  if (text.size() <= kMost) return text;
  return text.substr(0, kMost) + "... (" + std::to_string(text.size()) + " bytes)";
}

std::atomic<std::uint32_t> cold_starts{0};
std::atomic<std::uint32_t> warm_starts{0};

}  // namespace

StartCounts CountedStarts() { return {cold_starts, warm_starts}; }

std::string CodeName(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::OK:
      return "OK";
    case grpc::StatusCode::CANCELLED:
      return "CANCELLED";
    case grpc::StatusCode::INVALID_ARGUMENT:
      return "INVALID_ARGUMENT";
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return "DEADLINE_EXCEEDED";
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return "RESOURCE_EXHAUSTED";
    case grpc::StatusCode::UNIMPLEMENTED:
      return "UNIMPLEMENTED";
    case grpc::StatusCode::INTERNAL:
      return "INTERNAL";
    case grpc::StatusCode::NOT_FOUND:
      return "NOT_FOUND";
    case grpc::StatusCode::UNAVAILABLE:
      return "UNAVAILABLE";
    default:
      return "status code " + std::to_string(code);
  }
}

microseconds ToMicroseconds(const google::protobuf::Duration& duration) {
  return std::chrono::seconds(duration.seconds()) +
         duration_cast<microseconds>(std::chrono::nanoseconds(duration.nanos()));
}

milliseconds WallTime(const v1::RunResult& result) {
  return duration_cast<milliseconds>(ToMicroseconds(result.usage().wall_time()));
}

milliseconds CpuTime(const v1::RunResult& result) {
  return duration_cast<milliseconds>(ToMicroseconds(result.usage().cpu_time()));
}

std::string Outcome::Code() const { return CodeName(status.error_code()); }

std::string Outcome::Fate() const {
  if (!status.ok()) return Code() + ": " + status.error_message();
  if (!has_result) return "OK without a result";
  std::string fate = v1::Verdict_Name(result.verdict());
  if (result.has_exit_code()) fate += " " + std::to_string(result.exit_code());
  if (result.has_signal()) fate += " " + std::to_string(result.signal());
  if (!result.syscall().empty()) fate += " " + result.syscall();
  if (result.verdict() == v1::SETUP_FAILED) fate += ": " + result.message();
  return fate;
}

std::string Outcome::Violations() const {
  google::rpc::BadRequest bad;
  std::string lines;
  if (!FindDetail(status, bad)) return lines;
  for (const auto& violation : bad.field_violations())
    lines += violation.field() + ": " + violation.description() + "\n";
  return lines;
}

milliseconds Outcome::RetryDelay() const {
  google::rpc::RetryInfo retry;
  if (!FindDetail(status, retry)) return milliseconds(-1);
  return duration_cast<milliseconds>(ToMicroseconds(retry.retry_delay()));
}

std::string Outcome::Describe() const {
  std::ostringstream text;
  text << Fate() << "\n" << Violations() << "took " << took.count() << " ms\nresult: " << result.ShortDebugString();
  text << "\nstdout: " << Excerpt(out) << "\nstderr: " << Excerpt(err);
  return text.str();
}

void Outcome::Add(const v1::RunEvent& event) {
  switch (event.event_case()) {
    case v1::RunEvent::kQueued:
      order.emplace_back("queued");
      break;
    case v1::RunEvent::kStarted:
      order.emplace_back("started");
      started = event.started();
      break;
    case v1::RunEvent::kStdout:
      order.emplace_back("stdout");
      out += event.stdout();
      break;
    case v1::RunEvent::kStderr:
      order.emplace_back("stderr");
      err += event.stderr();
      break;
    case v1::RunEvent::kFile:
      order.emplace_back("file");
      AddFilePart(event.file());
      break;
    case v1::RunEvent::kResult:
      order.emplace_back("result");
      has_result = true;
      result = event.result();
      break;
    case v1::RunEvent::EVENT_NOT_SET:
      order.emplace_back("empty");
      break;
  }
}

void Outcome::AddFilePart(const v1::FilePart& part) {
  std::string& content = files[part.path()];
  const bool goes_on = unfinished == part.path() || (unfinished.empty() && part.offset() == 0 && content.empty());
  if (!goes_on || part.offset() != content.size() || part.content().size() > 65536 ||
      part.last() != (content.size() + part.content().size() == part.size())) {
    throw std::runtime_error("a part of a file that does not fit: " + part.path());
  }
  content += part.content();
  modes[part.path()] = part.mode();
  unfinished = part.last() ? "" : part.path();
}

std::string Outcome::Refused() const {
  std::string lines;
  for (const v1::RefusedFile& file : result.collected().refused()) lines += file.path() + ": " + file.reason() + "\n";
  for (const std::string& glob : result.collected().unmatched()) lines += glob + ": unmatched\n";
  return lines;
}

v1::RunRequest Snippet(const std::string& source, const std::string& name) {
  v1::RunRequest request;
  AddFile(request, name, source);
  if (Slowness() > 1) {
    // The most that every policy allows: the usual limits are for a machine that is not emulated.
    WithCpuTime(WithWallTime(request, std::chrono::seconds(30)), std::chrono::seconds(15));
  }
  return request;
}

v1::RunRequest SnippetFile(const std::string& name) {
  for (const char* suite : {"integration", "hostile"}) {
    std::ifstream file(SourceDirectory() / "tests" / suite / "snippets" / name, std::ios::binary);
    if (!file) continue;
    std::ostringstream content;
    content << file.rdbuf();
    return Snippet(content.str(), name);
  }
  throw std::runtime_error("there is no snippet " + name);
}

void AddFile(v1::RunRequest& request, const std::string& path, const std::string& content) {
  v1::File& file = *request.add_files();
  file.set_path(path);
  file.set_content(content);
}

v1::RunRequest& WithWallTime(v1::RunRequest& request, milliseconds time) {
  Set(*request.mutable_limits()->mutable_wall_time(), time);
  return request;
}

v1::RunRequest& WithCpuTime(v1::RunRequest& request, milliseconds time) {
  Set(*request.mutable_limits()->mutable_cpu_time(), time);
  return request;
}

v1::RunRequest& WithMemory(v1::RunRequest& request, std::uint64_t bytes) {
  request.mutable_limits()->set_memory_bytes(bytes);
  return request;
}

Client::Client(const std::string& address) {
  grpc::ChannelArguments arguments;
  // Otherwise channels to one address share one connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetMaxSendMessageSize(-1);
  // The address of a proxy, where one is set, is nothing to a test's own daemon.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  channel_ = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  stub_ = v1::Runner::NewStub(channel_);
}

Outcome Client::Run(const v1::RunRequest& request, const OnEvent& on_event) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience * Slowness());
  return Run(context, request, on_event);
}

Outcome Client::Run(grpc::ClientContext& context, const v1::RunRequest& request, const OnEvent& on_event) {
  AwaitWarm(request);
  const auto begin = steady_clock::now();
  Outcome outcome;
  const auto reader = stub_->Run(&context, request);
  v1::RunEvent event;
  while (reader->Read(&event)) {
    outcome.Add(event);
    if (on_event && !on_event(event)) context.TryCancel();
  }
  outcome.status = reader->Finish();
  outcome.took = duration_cast<milliseconds>(steady_clock::now() - begin);
  if (outcome.has_result) ++(outcome.result.start() == v1::START_KIND_WARM ? warm_starts : cold_starts);
  return outcome;
}

void Client::AwaitWarm(const v1::RunRequest& request) {
  if (!StartsWarm() || request.start() == v1::START_KIND_COLD) return;
  // Another image's may be the one that waits; and one that cannot be had is no reason not to run.
  (void)Eventually(std::chrono::seconds(2), [&] {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(2));
    v1::ServerInfo info;
    if (!stub_->GetServerInfo(&context, {}, &info).ok()) return true;
    return info.pool().parked_maximum() == 0 || info.pool().parked() > 0;
  });
}

}  // namespace runner::test
