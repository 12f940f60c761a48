#include "runner/ctl/address.h"

#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

constexpr const char* kSystemSocket = "/run/runner/runner.sock";
constexpr std::size_t kLongestSocketPath = sizeof(sockaddr_un::sun_path) - 1;

std::string Normalize(const std::string& given, const std::string& origin) {
  const auto refuse = [&](const std::string& why) { throw UsageError(origin + ": '" + given + "' " + why); };
  if (std::any_of(given.begin(), given.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; })) {
    refuse("has a space or a control character; write unix:PATH or dns:///HOST:PORT");
  }
  if (given.rfind("http://", 0) == 0 || given.rfind("https://", 0) == 0) {
    refuse("is a web address; write dns:///HOST:PORT");
  }
  std::string target = given.front() == '/' ? "unix:" + given : given;
  if (target.rfind("unix:", 0) == 0) {
    std::string path = target.substr(5);
    if (path.rfind("//", 0) == 0) path.erase(0, 2);  // unix:///absolute/path
    if (path.empty()) refuse("has no path; write unix:PATH");
    if (path.size() > kLongestSocketPath) {
      refuse("is longer than a unix socket's path can be (" + std::to_string(kLongestSocketPath) + " bytes)");
    }
  }
  return target;
}

}  // namespace

Environment ProcessEnvironment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

bool PathExists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Address ResolveAddress(const std::string& flag, const Environment& environment, uid_t uid, const PathTest& exists) {
  const auto from = [](const std::string& given, const std::string& origin) {
    return Address{.target = Normalize(given, origin), .origin = origin};
  };
  if (!flag.empty()) return from(flag, "--address");
  if (const auto value = environment("RUNNER_ADDRESS"); value && !value->empty()) return from(*value, "RUNNER_ADDRESS");
  const auto directory = environment("XDG_RUNTIME_DIR");
  const std::string base = directory && !directory->empty() ? *directory : "/run/user/" + std::to_string(uid);
  const std::string own_socket = base + "/runner/runner.sock";
  const bool system = uid == 0 || (!exists(own_socket) && exists(kSystemSocket));
  return from(system ? kSystemSocket : own_socket, "the default");
}

}  // namespace runner::ctl
