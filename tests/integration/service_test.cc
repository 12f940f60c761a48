// The service around the runs: information, health, reflection.
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <set>
#include <string>

#include "grpc/health/v1/health.grpc.pb.h"
#include "tests/support/client.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;
using grpc::health::v1::Health;
using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

TEST_CASE("GetServerInfo lists images, policies with limits, layers and the pool") {
  Client client(SharedDaemon());
  grpc::ClientContext context;
  v1::ServerInfo info;
  REQUIRE(client.stub().GetServerInfo(&context, {}, &info).ok());
  INFO(info.DebugString());
  CHECK_FALSE(info.version().empty());
  CHECK(info.default_image() == "node-26");
  CHECK(info.default_policy() == "lesson");
  CHECK((info.cgroup_version() == 1 || info.cgroup_version() == 2));

  std::set<std::string> images;
  for (const v1::ImageInfo& image : info.images()) {
    images.insert(image.name());
    CHECK_THAT(image.node_version(), Catch::StartsWith("v") || Catch::Matches("[0-9]+\\..*"));
    CHECK_FALSE(image.tree_hash().empty());
  }
  CHECK(images.count("node-22") == 1);
  CHECK(images.count("node-24") == 1);
  CHECK(images.count("node-26") == 1);

  const auto lesson = std::find_if(info.policies().begin(), info.policies().end(),
                                   [](const v1::PolicyInfo& policy) { return policy.name() == "lesson"; });
  REQUIRE(lesson != info.policies().end());
  CHECK(info.policies_size() >= 3);
  CHECK(ToMicroseconds(lesson->default_limits().wall_time()) == 10s);
  CHECK(ToMicroseconds(lesson->default_limits().cpu_time()) == 5s);
  CHECK(lesson->default_limits().memory_bytes() == 256U << 20U);
  CHECK(lesson->default_limits().threads() == 64);
  CHECK(lesson->default_limits().output_bytes() == 1U << 20U);
  CHECK(lesson->default_limits().workspace_bytes() == 16U << 20U);
  CHECK(lesson->maximum_limits().memory_bytes() >= lesson->default_limits().memory_bytes());
  CHECK(lesson->network() == "loopback");
  CHECK_FALSE(lesson->may_start_node());

  CHECK(info.protections_size() == 20);
  for (const v1::Protection& protection : info.protections()) CHECK(protection.active());
  CHECK(info.pool().running_maximum() >= 1);
  CHECK(info.pool().running() == 0);
}

TEST_CASE("GetServerInfo counts the runs that go on and those there were") {
  Daemon daemon;
  Client client(daemon);
  const auto pool = [&] {
    grpc::ClientContext context;
    v1::ServerInfo info;
    REQUIRE(client.stub().GetServerInfo(&context, {}, &info).ok());
    return info.pool();
  };
  CHECK(pool().runs_total() == 0);
  InteractiveRun run(client, Snippet("console.log('ready'); process.stdin.resume()"));
  REQUIRE(run.AwaitOutput("ready"));
  CHECK(pool().running() == 1);
  run.CloseStdin();
  CHECK(run.Finish().Fate() == "EXITED 0");
  CHECK(pool().running() == 0);
  CHECK(pool().runs_total() == 1);
}

TEST_CASE("a layer that the operator accepts to be off is named as off, in the information and in every result") {
  Daemon daemon({.without = {"landlock"}});
  Client client(daemon);
  grpc::ClientContext context;
  v1::ServerInfo info;
  REQUIRE(client.stub().GetServerInfo(&context, {}, &info).ok());
  for (const v1::Protection& protection : info.protections()) {
    INFO(protection.name());
    CHECK(protection.active() == (protection.name() != "landlock"));
  }
  const Outcome outcome = client.Run(Snippet(""));
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.result.protections_size() == info.protections_size() - 1);
  for (const std::string& name : outcome.result.protections()) CHECK(name != "landlock");
}

TEST_CASE("the health service says SERVING for the server and for runner.v1.Runner") {
  const std::string service = GENERATE("", "runner.v1.Runner");
  Client client(SharedDaemon());
  const auto stub = Health::NewStub(client.channel());
  grpc::ClientContext context;
  HealthCheckRequest request;
  request.set_service(service);
  HealthCheckResponse response;
  REQUIRE(stub->Check(&context, request, &response).ok());
  CHECK(response.status() == HealthCheckResponse::SERVING);
}

TEST_CASE("the health service does not know other services") {
  Client client(SharedDaemon());
  const auto stub = Health::NewStub(client.channel());
  grpc::ClientContext context;
  HealthCheckRequest request;
  request.set_service("no.such.Service");
  HealthCheckResponse response;
  CHECK(stub->Check(&context, request, &response).error_code() == grpc::StatusCode::NOT_FOUND);
}

TEST_CASE("a health watcher is told at once, and when the daemon stops") {
  Daemon daemon;
  Client client(daemon);
  const auto stub = Health::NewStub(client.channel());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 60s * Slowness());
  const auto watch = stub->Watch(&context, HealthCheckRequest());
  HealthCheckResponse response;
  REQUIRE(watch->Read(&response));
  CHECK(response.status() == HealthCheckResponse::SERVING);
  daemon.Kill(SIGTERM);
  REQUIRE(watch->Read(&response));
  CHECK(response.status() == HealthCheckResponse::NOT_SERVING);
  while (watch->Read(&response)) {
  }
  CHECK_FALSE(watch->Finish().ok());
  CHECK(daemon.Wait(Slowed(10s)) == 0);
}

// What the server answers to these bytes as a request of `method`, which may be no valid message at all.
grpc::Status SendBytes(Client& client, const std::string& method, const std::string& bytes) {
  grpc::GenericStub stub(client.channel());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 60s * Slowness());
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(&context, method, &queue);
  grpc::Status status;
  void* tag = nullptr;
  bool ok = false;
  const auto next = [&] { REQUIRE(queue.Next(&tag, &ok)); };
  call->StartCall(nullptr);
  next();
  const grpc::Slice slice(bytes);
  if (ok) {
    call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
    next();
  }
  while (ok) {
    grpc::ByteBuffer ignored;
    call->Read(&ignored, nullptr);
    next();
  }
  call->Finish(&status, nullptr);
  next();
  return status;
}

TEST_CASE("reflection lists the service") {
  Client client(SharedDaemon());
  // ServerReflectionRequest{list_services: ""}; its generated code is not part of the project.
  const grpc::Status status =
      SendBytes(client, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", std::string("\x3a\x00", 2));
  CHECK(status.ok());
}

TEST_CASE("a method that does not exist is UNIMPLEMENTED") {
  Client client(SharedDaemon());
  CHECK(SendBytes(client, "/runner.v1.Runner/NoSuchMethod", "").error_code() == grpc::StatusCode::UNIMPLEMENTED);
}

TEST_CASE("bytes that are no message, and text that is not UTF-8, are INVALID_ARGUMENT") {
  Client client(SharedDaemon());
  const grpc::Status garbage = SendBytes(client, "/runner.v1.Runner/Run", "\xff\xff\xff\xff");
  CHECK(garbage.error_code() == grpc::StatusCode::INVALID_ARGUMENT);

  // {files: {path: "<c3 28>.js", content: "1"}}, and {files: {...}, image: "<ff>"}
  const std::string path("\x1a\x0a\x0a\x05\xc3\x28.js\x12\x01\x31", 12);
  Outcome outcome;
  outcome.status = SendBytes(client, "/runner.v1.Runner/Run", path);
  INFO(outcome.Fate());
  CHECK(outcome.Code() == "INVALID_ARGUMENT");
  CHECK_THAT(outcome.Violations(), Catch::StartsWith("files[0].path:") && Catch::Contains("UTF-8"));

  outcome.status = SendBytes(client, "/runner.v1.Runner/Run", std::string("\x0a\x01\xff", 3));
  CHECK(outcome.Code() == "INVALID_ARGUMENT");
  CHECK_THAT(outcome.Violations(), Catch::StartsWith("image:") && Catch::Contains("UTF-8"));
}

TEST_CASE("a message over the server's limit is refused and the daemon goes on") {
  Daemon daemon({.extra_config = "max_message: 1MiB\n"});
  Client client(daemon);
  v1::RunRequest request = Snippet("");
  request.set_stdin(std::string(3U << 20U, 'x'));
  CHECK(client.Run(request).Code() == "RESOURCE_EXHAUSTED");
  request.clear_stdin();
  CHECK(client.Run(request).Fate() == "EXITED 0");
}

TEST_CASE("the service can be reached over TCP") {
  Daemon daemon({.arguments = {"--listen", "127.0.0.1:0"}, .listens_elsewhere = true});
  REQUIRE_THAT(daemon.address(), Catch::StartsWith("127.0.0.1:"));
  Client client("dns:///" + daemon.address());
  CHECK(client.Run(Snippet("console.log(1)")).out == "1\n");
}

}  // namespace
}  // namespace runner::test
