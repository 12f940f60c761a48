#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "runner/ctl/address.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

Environment Fixed(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(std::string(name));
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

TEST_CASE("an address is taken from the flag, then the environment, then the user's default", "[ctl]") {
  const Environment both = Fixed({{"RUNNER_ADDRESS", "unix:/e.sock"}, {"XDG_RUNTIME_DIR", "/run/user/7"}});
  CHECK(ResolveAddress("dns:///host:1", both, 7).target == "dns:///host:1");
  CHECK(ResolveAddress("dns:///host:1", both, 7).origin == "--address");
  CHECK(ResolveAddress("", both, 7).target == "unix:/e.sock");
  CHECK(ResolveAddress("", both, 7).origin == "RUNNER_ADDRESS");
  const Environment runtime = Fixed({{"RUNNER_ADDRESS", ""}, {"XDG_RUNTIME_DIR", "/run/user/7"}});
  const auto nothing = [](const std::string&) { return false; };
  CHECK(ResolveAddress("", runtime, 7, nothing).target == "unix:/run/user/7/runner/runner.sock");
  CHECK(ResolveAddress("", runtime, 0, nothing).target == "unix:/run/runner/runner.sock");
  CHECK(ResolveAddress("", Fixed({}), 7, nothing).target == "unix:/run/user/7/runner/runner.sock");
}

TEST_CASE("a user without a daemon of their own gets the installed one, if there is one", "[ctl]") {
  const auto only = [](std::string there) {
    return [there = std::move(there)](const std::string& path) { return path.find(there) != std::string::npos; };
  };
  CHECK(ResolveAddress("", Fixed({}), 7, only("/run/runner/")).target == "unix:/run/runner/runner.sock");
  CHECK(ResolveAddress("", Fixed({}), 7, only("runner.sock")).target == "unix:/run/user/7/runner/runner.sock");
}

TEST_CASE("a bare path is a unix socket, and HOST:PORT stays as it is", "[ctl]") {
  CHECK(ResolveAddress("/tmp/x.sock", Fixed({}), 0).target == "unix:/tmp/x.sock");
  CHECK(ResolveAddress("localhost:50051", Fixed({}), 0).target == "localhost:50051");
}

TEST_CASE("what cannot be an address is refused with its origin", "[ctl]") {
  const Environment web = Fixed({{"RUNNER_ADDRESS", "http://host:1"}});
  CHECK_THROWS_WITH(ResolveAddress("", web, 0), Catch::StartsWith("RUNNER_ADDRESS: 'http://host:1' is a web address"));
  CHECK_THROWS_AS(ResolveAddress("unix:", Fixed({}), 0), UsageError);
  CHECK_THROWS_AS(ResolveAddress("a b", Fixed({}), 0), UsageError);
  CHECK_THROWS_AS(ResolveAddress("unix:/" + std::string(107, 'x'), Fixed({}), 0), UsageError);
  CHECK_NOTHROW(ResolveAddress("unix:/" + std::string(106, 'x'), Fixed({}), 0));
}

}  // namespace
}  // namespace runner::ctl
