// What Prometheus is told, over HTTP, by a daemon that has run something.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <map>
#include <sstream>
#include <string>

#include "runner/base/unique_fd.h"
#include "tests/support/client.h"
#include "tests/support/eventually.h"
#include "tests/support/paths.h"

namespace runner::test {
namespace {

using Catch::Contains;

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::uint16_t FreePort() {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  REQUIRE(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.sin_port);
}

std::string Get(std::uint16_t port, const std::string& path) {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = Loopback(port);
  REQUIRE(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  REQUIRE(::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size()));
  std::string answer;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::recv(socket.get(), buffer, sizeof(buffer), 0)) > 0;)
    answer.append(buffer, static_cast<std::size_t>(got));
  return answer;
}

// The samples of a page in the text format, by name and labels.
std::map<std::string, double> Samples(const std::string& page) {
  std::map<std::string, double> samples;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.rfind(' ');
    if (line.starts_with("#") || space == std::string::npos) continue;
    if (line.starts_with("runner_") || line.starts_with("process_"))
      samples[line.substr(0, space)] = std::stod(line.substr(space));
  }
  return samples;
}

TEST_CASE("metrics count what ran, how it ended and what it cost, and say how busy the daemon is") {
  const std::uint16_t port = FreePort();
  Daemon daemon({.arguments = {"--metrics", "127.0.0.1:" + std::to_string(port)},
                 .extra_config = "max_running: 3\nmax_queued: 0\n"});
  Client client(daemon);
  // The daemon's own test of itself is nobody's run.
  CHECK(Samples(Get(port, "/metrics")).at("runner_run_queue_seconds_count") == 0);

  CHECK(client.Run(Snippet("console.log('12345'); console.error('123')")).Fate() == "EXITED 0");
  CHECK(client.Run(Snippet("process.exit(3)")).Fate() == "EXITED 3");
  v1::RunRequest spin = Snippet("for (;;);");
  CHECK(client.Run(WithCpuTime(spin, std::chrono::milliseconds(300))).Fate() == "CPU_TIME_LIMIT");
  InteractiveRun waiting(client, Snippet("process.stdin.resume()"));
  REQUIRE(waiting.AwaitStarted());

  auto samples = Samples(Get(port, "/metrics"));
  const auto of = [&samples](const std::string& name, const std::string& labels) {
    INFO(name << labels);
    REQUIRE(samples.contains(name + labels));
    return samples.at(name + labels);
  };
  const std::string where = "{image=\"node-26\",policy=\"lesson\"}";
  double ended = 0;
  for (const auto& [name, value] : samples) {
    if (name.starts_with("runner_runs_total") && name.find("verdict=\"EXITED\"") != std::string::npos) ended += value;
  }
  CHECK(ended == 2);
  CHECK(of("runner_run_wall_seconds_count", where) == 3);
  CHECK(of("runner_run_cpu_seconds_total", where) >= 0.3);
  CHECK(of("runner_run_memory_peak_bytes_sum", where) > 3 * 5e6);
  CHECK(of("runner_output_bytes_total", "{stream=\"stdout\"}") == 6);
  CHECK(of("runner_output_bytes_total", "{stream=\"stderr\"}") == 4);
  CHECK(of("runner_running", "") == 1);
  CHECK(of("runner_running_maximum", "") == 3);
  CHECK(of("runner_queued_maximum", "") == 0);
  CHECK(of("process_resident_memory_bytes", "") > 1e6);
  CHECK(of("process_open_fds", "") > 5);

  InteractiveRun second(client, Snippet("process.stdin.resume()"));
  InteractiveRun third(client, Snippet("process.stdin.resume()"));
  REQUIRE(second.AwaitStarted());
  REQUIRE(third.AwaitStarted());
  CHECK(client.Run(Snippet("")).Code() == "RESOURCE_EXHAUSTED");
  samples = Samples(Get(port, "/metrics"));
  CHECK(of("runner_refusals_total", "{reason=\"queue_full\"}") == 1);
  CHECK(of("runner_running", "") == 3);

  CHECK_THAT(Get(port, "/"), Contains("404"));
  CHECK(daemon.End().empty());
}

TEST_CASE("metrics of a pool count what waits, and what came warm") {
  const std::uint16_t port = FreePort();
  Daemon daemon({.arguments = {"--metrics", "127.0.0.1:" + std::to_string(port)}, .warm = "{per_image: 1, max: 2}"});
  Client client(daemon);
  const auto parked = [port] { return Samples(Get(port, "/metrics")).at("runner_warm_parked"); };
  REQUIRE(Eventually(Slowed(std::chrono::seconds(30)), [&] { return parked() >= 1; }));
  CHECK(client.Run(Snippet("console.log(1)")).Fate() == "EXITED 0");
  const auto samples = Samples(Get(port, "/metrics"));
  CHECK(samples.at("runner_runs_total{image=\"node-26\",policy=\"lesson\",start=\"warm\",verdict=\"EXITED\"}") == 1);
  CHECK(samples.at("runner_warm_parked_maximum") == 2);
  CHECK(samples.at("runner_warm_failures_total") == 0);
}

TEST_CASE("an address for metrics that is taken, or is none, keeps the daemon from starting and is named") {
  const UniqueFd taken(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  REQUIRE(::bind(taken.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(taken.get(), 1) == 0);
  REQUIRE(::getsockname(taken.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const std::string name = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  CHECK_THROWS_WITH(Daemon({.arguments = {"--metrics", name}}),
                    Contains("78") && Contains("metrics: cannot listen on " + name));
  CHECK_THROWS_WITH(Daemon({.arguments = {"--metrics", "localhost:9464"}}),
                    Contains("expected IP:PORT") && Contains("localhost:9464"));
}

}  // namespace
}  // namespace runner::test
