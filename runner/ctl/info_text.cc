#include <algorithm>
#include <sstream>

#include "runner/ctl/durations.h"
#include "runner/ctl/info_command.h"
#include "runner/ctl/units.h"

namespace runner::ctl {
namespace {

std::string Padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string Uptime(std::chrono::milliseconds uptime) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(uptime).count();
  if (minutes < 2) return std::to_string(std::chrono::floor<std::chrono::seconds>(uptime).count()) + " s";
  if (minutes < 120) return std::to_string(minutes) + " min";
  if (minutes < 48 * 60) return std::to_string(minutes / 60) + " h";
  return std::to_string(minutes / (24 * 60)) + " days";
}

void WriteImages(std::ostream& out, const v1::ServerInfo& info) {
  out << "\nImages (default: " << info.default_image() << ")\n";
  std::size_t width = 0;
  for (const v1::ImageInfo& image : info.images()) width = std::max(width, image.name().size());
  for (const v1::ImageInfo& image : info.images()) {
    out << "  " << Padded(image.name(), width) << "  Node " << image.node_version();
    const char* separator = ", with ";
    for (const std::string& package : image.packages()) {
      out << separator << package;
      separator = ", ";
    }
    out << "\n";
  }
}

void WriteLimit(std::ostream& out, const char* name, const std::string& standard, const std::string& maximum) {
  out << "    " << Padded(name, 24) << Padded(standard, 12) << "at most " << maximum << "\n";
}

void WritePolicy(std::ostream& out, const v1::PolicyInfo& policy) {
  out << "  " << policy.name();
  if (!policy.description().empty()) out << ": " << policy.description();
  out << "\n    network " << policy.network() << "; "
      << (policy.may_start_node() ? "may start Node again" : "may start no process") << "\n";
  const v1::Limits& standard = policy.default_limits();
  const v1::Limits& maximum = policy.maximum_limits();
  const auto duration = [](const google::protobuf::Duration& value) { return FormatDuration(ToMilliseconds(value)); };
  WriteLimit(out, "wall time", duration(standard.wall_time()), duration(maximum.wall_time()));
  WriteLimit(out, "CPU time", duration(standard.cpu_time()), duration(maximum.cpu_time()));
  WriteLimit(out, "memory", FormatSize(standard.memory_bytes()), FormatSize(maximum.memory_bytes()));
  WriteLimit(out, "output, each stream", FormatSize(standard.output_bytes()), FormatSize(maximum.output_bytes()));
  WriteLimit(out, "threads and processes", std::to_string(standard.threads()), std::to_string(maximum.threads()));
  WriteLimit(out, "workspace", FormatSize(standard.workspace_bytes()), FormatSize(maximum.workspace_bytes()));
}

void WriteProtections(std::ostream& out, const v1::ServerInfo& info) {
  out << "\nLayers around every run\n";
  std::size_t width = 0;
  for (const v1::Protection& protection : info.protections()) width = std::max(width, protection.name().size());
  for (const v1::Protection& protection : info.protections()) {
    out << "  " << Padded(protection.name(), width) << "  " << (protection.active() ? "on   " : "OFF  ")
        << protection.description() << "\n";
  }
}

void WriteWarm(std::ostream& out, const v1::PoolInfo& pool) {
  out << "\nWarm sandboxes\n";
  if (pool.parked_maximum() == 0) {
    out << "  none (warm.max is 0)\n";
    return;
  }
  out << "  " << pool.parked() << " of at most " << pool.parked_maximum() << " ready, " << pool.prepared()
      << " more without Node, " << pool.starting() << " being made\n  " << pool.warm_total() << " runs started warm, "
      << pool.cold_total() << " cold\n";
  if (pool.failures_total() > 0) {
    out << "  " << pool.failures_total() << " failures, the last: " << pool.last_failure() << "\n";
  }
}

}  // namespace

std::string ToText(const v1::ServerInfo& info, const std::string& address) {
  std::ostringstream out;
  out << "runnerd " << info.version() << " at " << address << ", up " << Uptime(ToMilliseconds(info.uptime()))
      << ", cgroup v" << info.cgroup_version() << "\n";
  WriteImages(out, info);
  out << "\nPolicies (default: " << info.default_policy() << ")\n";
  for (const v1::PolicyInfo& policy : info.policies()) WritePolicy(out, policy);
  WriteProtections(out, info);
  const v1::PoolInfo& pool = info.pool();
  out << "\nRuns\n  " << pool.running() << " of at most " << pool.running_maximum() << " going on, " << pool.queued()
      << " of at most " << pool.queued_maximum() << " waiting, " << pool.runs_total() << " since the daemon started\n";
  WriteWarm(out, pool);
  return out.str();
}

}  // namespace runner::ctl
