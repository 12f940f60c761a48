#include "runner/daemon/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "runner/daemon/metric_families.h"

namespace runner {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

std::vector<prometheus::MetricFamily> ProcessMetrics() {
  std::vector<prometheus::MetricFamily> families;
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) {
    families.push_back(CounterFamily("process_cpu_seconds_total", "CPU time of runnerd itself, without its runs.",
                                     Seconds(usage.ru_utime) + Seconds(usage.ru_stime)));
  }
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  if (statm >> total >> resident) {
    families.push_back(GaugeFamily("process_resident_memory_bytes", "Resident memory of runnerd itself.",
                                   resident * static_cast<double>(::sysconf(_SC_PAGESIZE))));
  }
  std::error_code error;
  const std::filesystem::directory_iterator descriptors("/proc/self/fd", error);
  if (!error) {
    families.push_back(GaugeFamily("process_open_fds", "Open file descriptors of runnerd.",
                                   static_cast<double>(std::distance(begin(descriptors), end(descriptors)))));
  }
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    families.push_back(
        GaugeFamily("process_max_fds", "How many file descriptors it may have.", static_cast<double>(limit.rlim_cur)));
  }
  return families;
}

}  // namespace runner
