#include "runner/daemon/config_values.h"

#include <arpa/inet.h>
#include <grp.h>

#include <charconv>
#include <limits>

#include "runner/sandbox/protections.h"

namespace runner {
namespace {

// All of `text`, as a number of this base.
std::optional<std::uint32_t> ParseWhole(std::string_view text, int base) {
  std::uint32_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, base);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return number;
}

bool IsPort(std::string_view text) { return ParseWhole(text, 10).value_or(65'536) <= 65'535; }

}  // namespace

bool IsAddress(std::string_view address) {
  constexpr std::string_view kUnix = "unix:";
  constexpr std::size_t kLongestSocketPath = 107;  // sockaddr_un, less the NUL
  if (address.starts_with(kUnix)) {
    const std::size_t length = address.size() - kUnix.size();
    return length > 0 && length <= kLongestSocketPath;
  }
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || !IsPort(address.substr(colon + 1))) return false;
  const std::string_view host = address.substr(0, colon);
  // A colon in the host is IPv6, which takes brackets. "http://HOST" and "unix-abstract:NAME" do not get past this.
  return host.find_first_of("/ ") == std::string_view::npos &&
         (host.find(':') == std::string_view::npos || (host.starts_with('[') && host.ends_with(']')));
}

bool IsMetricsAddress(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::uint32_t port = ParseWhole(address.substr(colon + 1), 10).value_or(0);
  if (port == 0 || port > 65'535) return false;
  const bool brackets = address.starts_with('[') && address[colon - 1] == ']';
  const std::string host(brackets ? address.substr(1, colon - 2) : address.substr(0, colon));
  in6_addr parsed{};  // the larger of both
  return ::inet_pton(brackets ? AF_INET6 : AF_INET, host.c_str(), &parsed) == 1;
}

std::optional<mode_t> ParseSocketMode(std::string_view text) {
  const std::optional<std::uint32_t> mode = text.size() <= 4 ? ParseWhole(text, 8) : std::nullopt;
  // The daemon's own rights stay; set-uid and its relatives mean nothing on a socket.
  if (!mode || *mode < 0600 || *mode > 0777) return std::nullopt;
  return *mode;
}

std::string FormatSocketMode(mode_t mode) {
  std::string text = "0";
  for (const unsigned shift : {6U, 3U, 0U}) text += static_cast<char>('0' + (mode >> shift & 7U));
  return text;
}

std::optional<gid_t> FindGroup(const std::string& text) {
  if (const std::optional<std::uint32_t> number = ParseWhole(text, 10)) {
    // -1 means "leave it" to chown.
    return *number < std::numeric_limits<gid_t>::max() ? number : std::nullopt;
  }
  const group* const found = ::getgrnam(text.c_str());
  if (found == nullptr) return std::nullopt;
  return found->gr_gid;
}

std::string LayerNames() {
  std::string names;
  for (const Protection& protection : AllProtections())
    names += (names.empty() ? "" : ", ") + std::string(protection.name);
  return names;
}

}  // namespace runner
