#include "runner/ctl/grade/report_place.h"

#include <system_error>

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

// As the kernel.
constexpr int kMostLinks = 40;

}  // namespace

fs::path PlaceOf(const fs::path& path) {
  std::error_code ignored;
  const fs::path whole = fs::absolute(path, ignored);
  return fs::weakly_canonical(whole.parent_path(), ignored) / whole.filename();
}

bool LeadsToDescriptor(const fs::path& path) {
  std::error_code error;
  fs::path place = PlaceOf(path);
  for (int links = 0; links < kMostLinks; ++links) {
    if (place.native().starts_with("/proc/")) return true;
    if (!fs::is_symlink(fs::symlink_status(place, error))) return false;
    const fs::path target = fs::read_symlink(place, error);
    if (error) return false;
    place = PlaceOf(target.is_absolute() ? target : place.parent_path() / target);
  }
  return false;
}

}  // namespace runner::ctl
