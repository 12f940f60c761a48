// What each policy lets a program do, and that every image runs.
#include <netinet/in.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <string>

#include "runner/base/unique_fd.h"
#include "tests/support/client.h"

namespace runner::test {
namespace {

using namespace std::chrono_literals;

v1::RunRequest WithPolicy(v1::RunRequest request, const std::string& policy) {
  request.set_policy(policy);
  return request;
}

v1::ServerInfo Info(Client& client) {
  grpc::ClientContext context;
  v1::ServerInfo info;
  REQUIRE(client.stub().GetServerInfo(&context, {}, &info).ok());
  return info;
}

TEST_CASE("every image runs its own Node under every policy") {
  Client client(SharedDaemon());
  const v1::ServerInfo info = Info(client);
  REQUIRE(info.images_size() >= 3);
  for (const v1::ImageInfo& image : info.images()) {
    for (const v1::PolicyInfo& policy : info.policies()) {
      INFO(image.name() << " under " << policy.name());
      v1::RunRequest request =
          Snippet("const version: string = process.version;\nconsole.log(version, require('os').cpus().length >= 0)",
                  "main.ts");
      request.set_image(image.name());
      request.set_policy(policy.name());
      const Outcome outcome = client.Run(request);
      INFO(outcome.Describe());
      CHECK(outcome.Fate() == "EXITED 0");
      CHECK_THAT(outcome.out, Catch::Contains(image.node_version() + " true"));
      CHECK(outcome.result.image() == image.name());
      CHECK(outcome.result.policy() == policy.name());
    }
  }
}

TEST_CASE("every image ends its runs at their limits") {
  Client client(SharedDaemon());
  const std::string image = GENERATE("node-22", "node-24", "node-26");
  INFO(image);
  const auto fate = [&](v1::RunRequest request) {
    request.set_image(image);
    return client.Run(request).Fate();
  };
  v1::RunRequest loop = Snippet("for(;;);");
  CHECK(fate(WithCpuTime(loop, 500ms)) == "CPU_TIME_LIMIT");
  v1::RunRequest hoard = Snippet("const a=[];for(;;)a.push(new Array(1e5).fill(1))");
  CHECK(fate(WithCpuTime(WithMemory(hoard, 128U << 20U), 15s)) == "MEMORY_LIMIT");
  CHECK(fate(Snippet("process.abort()")) == "SIGNALED 6");
}

TEST_CASE("child_process under lesson and grader is a normal Node error") {
  const std::string policy = GENERATE("lesson", "grader");
  const std::string call = GENERATE("execSync('id')", "execFileSync(process.execPath, ['-v'])", "fork('main.js')");
  INFO(policy << ": " << call);
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(WithPolicy(Snippet("try { require('child_process')." + call +
                                                            ".on('error', e => console.log(e.code)) }"
                                                            "catch (e) { console.log(e.code) }",
                                                        "main.js"),
                                                policy));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "EPERM\n");
}

TEST_CASE("under cluster there is no shell") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(WithPolicy(
      Snippet("try { require('child_process').execSync('id') } catch (e) { console.log(e.code) }", "main.js"),
      "cluster"));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "ENOENT\n");
}

TEST_CASE("child_process.fork works under cluster") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(WithPolicy(SnippetFile("fork-a-child.mjs"), "cluster"));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "the child says 42\nthe child ended with 3\n");
}

TEST_CASE("the cluster module serves from two workers under cluster") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(WithPolicy(SnippetFile("cluster-of-two.mjs"), "cluster"));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "answers from 2 workers\n");
}

TEST_CASE("processes that outlive the program die with the run", "[cold]") {
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(WithPolicy(SnippetFile("leave-a-child.mjs"), "cluster"));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(SharedDaemon().sandbox_processes().empty());
}

TEST_CASE("a server and a fetch to it work inside one snippet") {
  const std::string policy = GENERATE("lesson", "grader", "cluster");
  Client client(SharedDaemon());
  const Outcome outcome = client.Run(WithPolicy(SnippetFile("serve-and-fetch-locally.mjs"), policy));
  INFO(outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK(outcome.out == "200 hello from /path\n");
}

TEST_CASE("a listener on the host's loopback cannot be reached from inside") {
  const UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), length) == 0);
  REQUIRE(::listen(listener.get(), 1) == 0);
  REQUIRE(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
  Client client(SharedDaemon());
  v1::RunRequest request = Snippet(
      "require('net').connect(Number(process.argv[2]), '127.0.0.1').on('connect', () => { console.log('connected'); "
      "process.exit() })"
      ".on('error', e => console.log(e.code))",
      "main.js");
  request.add_args(std::to_string(ntohs(address.sin_port)));
  const Outcome outcome = client.Run(request);
  INFO(outcome.Describe());
  CHECK(outcome.out == "ECONNREFUSED\n");
}

TEST_CASE("nothing outside the sandbox can be reached, and a program learns so at once") {
  const std::string url =
      GENERATE("http://1.1.1.1/", "http://169.254.169.254/", "http://[2606:4700::1111]/", "http://example.com/");
  Client client(SharedDaemon());
  v1::RunRequest request =
      Snippet("await fetch('" + url + "').then(() => console.log('reached'), e => console.log(e.cause.code))");
  const Outcome outcome = client.Run(request);
  INFO(url << "\n" << outcome.Describe());
  CHECK(outcome.Fate() == "EXITED 0");
  CHECK_THAT(outcome.out, Catch::Matches("(ENETUNREACH|EAI_AGAIN|ENOTFOUND|EADDRNOTAVAIL)\n"));
}

}  // namespace
}  // namespace runner::test
