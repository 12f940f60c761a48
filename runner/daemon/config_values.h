#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace runner {

// What single values of the configuration may be, for the file and for the options alike.

inline constexpr char kAddressForms[] =
    "unix:PATH or HOST:PORT, such as unix:/run/runner/runner.sock or 127.0.0.1:7070";
inline constexpr char kMetricsAddressForm[] = "IP:PORT, such as 127.0.0.1:9464 or [::1]:9464";
inline constexpr char kSocketModes[] = "an octal mode in [0600, 0777], such as 0660";
inline constexpr char kGroups[] = "the name or the number of a group of this host";
inline constexpr std::array<std::string_view, 6> kLogLevels = {"trace", "debug", "info", "warn", "error", "off"};

inline constexpr std::array<std::string_view, 3> kHugePages = {"none", "default", "all"};

inline constexpr std::uint32_t kMostRunning = 65'536;
inline constexpr std::uint32_t kMostQueued = 1'000'000;
inline constexpr std::uint32_t kMostWarm = 4096;
inline constexpr std::chrono::milliseconds kLeastWarmIdle{1000};
inline constexpr std::chrono::milliseconds kMostWarmIdle{3'600'000};
inline constexpr std::uint64_t kLeastMessage = 64ULL << 10U;
inline constexpr std::uint64_t kMostMessage = 1ULL << 30U;
// 0 is root, and below 1000 are the machine's own services: no run may be one of these. The range must not reach -1, which
// means "leave it" to the kernel's calls.
inline constexpr std::uint32_t kLeastUid = 1000;
inline constexpr std::uint32_t kMostUid = 4'294'000'000;
// The daemon's, and one for a run.
inline constexpr std::uint32_t kLeastUidCount = 2;
inline constexpr std::uint32_t kMostUidCount = 65'536;

[[nodiscard]] bool IsAddress(std::string_view address);
// No host name: nothing is looked up for it. Port 0, "any", would be found by nobody.
[[nodiscard]] bool IsMetricsAddress(std::string_view address);
[[nodiscard]] std::optional<mode_t> ParseSocketMode(std::string_view text);
[[nodiscard]] std::string FormatSocketMode(mode_t mode);
// Looks names up on this host; a number need not have a name.
[[nodiscard]] std::optional<gid_t> FindGroup(const std::string& text);
// All of them, for messages: "user_namespace, own_uid, ...".
[[nodiscard]] std::string LayerNames();

}  // namespace runner
