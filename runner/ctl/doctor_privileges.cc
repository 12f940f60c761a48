#include <linux/capability.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <string>

#include "runner/ctl/doctor_checks.h"

namespace runner::ctl {
namespace {

struct Capability {
  unsigned number;
  const char* name;
};

// What the launcher uses, once, before and while it makes sandboxes.
constexpr std::array<Capability, 8> kNeeded = {{{CAP_SYS_ADMIN, "CAP_SYS_ADMIN"},
                                                {CAP_SETUID, "CAP_SETUID"},
                                                {CAP_SETGID, "CAP_SETGID"},
                                                {CAP_SETPCAP, "CAP_SETPCAP"},
                                                {CAP_CHOWN, "CAP_CHOWN"},
                                                {CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE"},
                                                {CAP_FOWNER, "CAP_FOWNER"},
                                                {CAP_KILL, "CAP_KILL"}}};

std::uint64_t EffectiveCapabilities() {
  std::ifstream status("/proc/self/status");
  constexpr std::string_view kPrefix = "CapEff:\t";
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with(kPrefix)) continue;
    std::uint64_t bits = 0;
    std::from_chars(line.data() + kPrefix.size(), line.data() + line.size(), bits, 16);
    return bits;
  }
  return 0;
}

}  // namespace

std::vector<Check> CheckPrivileges() {
  if (::geteuid() != 0) {
    return {{.name = "root",
             .status = CheckStatus::kMissing,
             .sentence = "You are uid " + std::to_string(::geteuid()) +
                         "; runnerd has to be started by root (it gives that up at once). Start it with sudo or as a "
                         "system service; runnerctl itself needs no root."}};
  }
  const std::uint64_t held = EffectiveCapabilities();
  std::string lacking;
  for (const Capability& capability : kNeeded) {
    if ((held >> capability.number & 1U) == 0) lacking += (lacking.empty() ? "" : ", ") + std::string(capability.name);
  }
  if (lacking.empty()) {
    return {
        {.name = "root", .status = CheckStatus::kOk, .sentence = "Root, with every capability runnerd starts with."}};
  }
  return {{.name = "root",
           .status = CheckStatus::kMissing,
           .sentence = "Root, but without " + lacking +
                       ". In a container, add these capabilities (or run it privileged); runnerd drops them itself."}};
}

}  // namespace runner::ctl
