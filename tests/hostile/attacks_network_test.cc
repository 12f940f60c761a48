#include "tests/hostile/hostile.h"
#include "tests/hostile/listener.h"

namespace runner::test {
namespace {

TEST_CASE_METHOD(Hostile, "the metadata service, other hosts and names are unreachable, and at once") {
  const Outcome outcome = Run(Attack("connect-outside", {std::to_string(Slowness())}));
  INFO(outcome.Describe());
  CHECK(outcome.out.find("connected") == std::string::npos);
  CHECK(outcome.out.ends_with("\nquickly\n"));
}

TEST_CASE_METHOD(Hostile, "datagrams leave no sandbox") { CHECK(Output(Attack("send-datagrams")) == "ENETUNREACH"); }

TEST_CASE_METHOD(Hostile, "the daemon's own address is not reachable from inside") {
  const Listener server = Listener::Tcp();
  REQUIRE(Reachable(server.port()));
  CHECK(Output(Attack("connect", {"127.0.0.1", std::to_string(server.port())})) == "ECONNREFUSED");
  const std::string socket = daemon().address().substr(std::string("unix:").size());
  CHECK(Output(NativeAttack("connect-unix", {socket})) == "socket EAFNOSUPPORT");
}

TEST_CASE_METHOD(Hostile, "abstract sockets of the host are out of reach, with the filter and without") {
  const std::string name = "runner-hostile-" + std::to_string(::getpid());
  const Listener server = Listener::Abstract(name);
  CHECK(Output(NativeAttack("connect-unix", {"@" + name})) == "socket EAFNOSUPPORT");
  const Daemon open(Without({"seccomp"}));
  CHECK(OutputOn(open, NativeAttack("connect-unix", {"@" + name})) == "connect ECONNREFUSED");
}

TEST_CASE_METHOD(Hostile, "a server and a fetch to it inside one program work") {
  CHECK(Output(Attack("serve-and-fetch")) == "you asked for /page");
}

TEST_CASE_METHOD(Hostile, "ten thousand listeners are EMFILE inside and nothing outside") {
  CHECK(RunBesideNeighbours(Attack("ten-thousand-listeners")).out == "EMFILE true\n");
}

}  // namespace
}  // namespace runner::test
