#include "runner/ctl/grade/change_watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "runner/ctl/grade/report_place.h"

namespace runner::ctl {
namespace {

namespace fs = std::filesystem;

// An editor's save is several changes; a checkout is many.
constexpr int kQuietMs = 80;
constexpr std::uint32_t kChanges =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ONLYDIR | IN_EXCL_UNLINK;
// A suite for people: more is the root of a disk.
constexpr std::size_t kMostDirectories = 4096;

bool IsHidden(const std::string& name) { return name.starts_with('.') || name == "node_modules"; }

}  // namespace

ChangeWatch::ChangeWatch() : fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (fd_ < 0) throw std::system_error(errno, std::system_category(), "cannot watch files: inotify");
}

ChangeWatch::~ChangeWatch() { ::close(fd_); }

void ChangeWatch::Add(const fs::path& path) {
  std::error_code ignored;
  const fs::path whole = fs::absolute(path, ignored);
  if (!fs::is_directory(whole, ignored)) {
    AddDirectory(whole.parent_path());
    AddDirectory(fs::weakly_canonical(whole, ignored).parent_path());
    return;
  }
  AddDirectory(whole);
  for (auto entry = fs::recursive_directory_iterator(whole, fs::directory_options::skip_permission_denied, ignored);
       entry != fs::recursive_directory_iterator(); entry.increment(ignored)) {
    if (!entry->is_directory(ignored)) continue;
    if (IsHidden(entry->path().filename().string())) {
      entry.disable_recursion_pending();
    } else {
      AddDirectory(entry->path());
    }
  }
}

void ChangeWatch::AddDirectory(const fs::path& directory) {
  if (directories_.size() >= kMostDirectories) return;
  const int watch = ::inotify_add_watch(fd_, directory.c_str(), kChanges);
  std::error_code ignored;
  if (watch >= 0) directories_[watch] = fs::weakly_canonical(directory, ignored);
}

void ChangeWatch::Ignore(const fs::path& path) {
  std::error_code ignored;
  ignored_.push_back(PlaceOf(path));
  // Some links are written through.
  ignored_.push_back(fs::weakly_canonical(fs::absolute(path, ignored), ignored));
}

bool ChangeWatch::Counts(int directory, const std::string& name) const {
  if (name.empty() || IsHidden(name) || name.ends_with('~')) return false;
  const auto found = directories_.find(directory);
  if (found == directories_.end()) return false;
  return std::ranges::find(ignored_, found->second / name) == ignored_.end();
}

bool ChangeWatch::Drain() {
  alignas(inotify_event) std::array<char, 16384> buffer{};
  bool counts = false;
  while (true) {
    const ssize_t size = ::read(fd_, buffer.data(), buffer.size());
    if (size <= 0) return counts;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      // The kernel pads the name with NULs.
      const std::string name = event.len == 0 ? "" : std::string(buffer.data() + at + sizeof event);
      counts = Counts(event.wd, name) || (event.mask & IN_Q_OVERFLOW) != 0 || counts;
      at += sizeof event + event.len;
    }
  }
}

ChangeWatch::Woken ChangeWatch::Wait(int stop_fd, int output_fd) {
  bool changed = false;
  while (true) {
    // Without events: the end of a reader is told all the same.
    std::array<pollfd, 3> ready = {{{.fd = stop_fd, .events = POLLIN, .revents = 0},
                                    {.fd = output_fd, .events = 0, .revents = 0},
                                    {.fd = fd_, .events = POLLIN, .revents = 0}}};
    const int count = ::poll(ready.data(), ready.size(), changed ? kQuietMs : -1);
    if (count < 0 && errno != EINTR) return Woken::kStopped;
    if (count == 0 && changed) return Woken::kChanged;
    if (count <= 0) continue;
    if (ready[0].revents != 0) return Woken::kStopped;
    if (ready[1].revents != 0) return Woken::kNobodyReads;
    changed = Drain() || changed;
  }
}

}  // namespace runner::ctl
