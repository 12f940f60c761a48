#include "runner/engine/collector.h"

#include <dirent.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <memory>
#include <set>
#include <utility>

#include "runner/sandbox/text.h"
#include "runner/sandbox/units.h"
#include "runner/sandbox/workspace_check.h"

namespace runner {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::size_t kMaxSeen = 65'536;
constexpr std::size_t kMaxShownPath = 256;
// How many names are looked at before another run gets its turn.
constexpr std::size_t kNamesAtATime = 256;

// `path` as C would write it, without the quotes.
std::string Shown(const std::string& path) {
  const std::string quoted = Quote(std::string_view(path).substr(0, kMaxShownPath), kMaxShownPath);
  return quoted.substr(1, quoted.size() - 2) + (path.size() > kMaxShownPath ? "..." : "");
}

const char* KindName(unsigned char type) {
  switch (type) {
    case DT_LNK:
      return "is a symbolic link";
    case DT_FIFO:
      return "is a FIFO";
    case DT_SOCK:
      return "is a socket";
    case DT_CHR:
    case DT_BLK:
      return "is a device";
    default:
      return "is not a regular file";
  }
}

std::string WhyNotOpened(int error_number, const char* what) {
  if (error_number == EACCES) return std::string("cannot be ") + what + ": its mode does not let the program do so";
  return Error{.step = std::string("cannot be ") + what, .error_number = error_number}.ToString();
}

// The names in a directory but "." and "..", sorted. Closes it.
template <typename Entry>
std::vector<Entry> ReadDirectory(UniqueFd directory, std::size_t most) {
  std::vector<Entry> entries;
  DIR* const opened = ::fdopendir(directory.get());
  if (opened == nullptr) return entries;
  (void)directory.release();
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(opened, ::closedir);
  while (entries.size() < most) {
    const dirent* const entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name != "." && name != "..") entries.push_back({std::move(name), entry->d_type});
  }
  std::ranges::sort(entries, {}, &Entry::name);
  return entries;
}

}  // namespace

Collector::Collector(asio::io_context& io, Sandbox& sandbox, const RunSpec& spec, RunSink& sink)
    : io_(io), sandbox_(sandbox), spec_(spec), sink_(sink), timer_(io) {}

void Collector::Stop(const std::string& why) {
  if (stopped_) return;
  stopped_ = true;
  collected_.incomplete = why;
  sandbox_.Kill();
  if (collecting_) sandbox_.StopWaiting();
}

asio::awaitable<Collected> Collector::Collect(std::chrono::microseconds offset) {
  offset_ = offset;
  for (const std::string& text : spec_.collect) {
    auto glob = Glob::Parse(text);
    if (glob) wanted_.push_back({.glob = std::move(*glob)});  // ValidateRunSpec has refused what is none
  }
  if (!stopped_) {
    collecting_ = true;
    co_await Walk();
    collecting_ = false;
  }
  Conclude();
  co_return std::move(collected_);
}

asio::awaitable<void> Collector::Walk() {
  auto root = co_await Open(".", true);
  if (!root) co_return;
  if (const std::string wrong = CheckRoot(*root); !wrong.empty()) co_return Stop(wrong);
  Level top{.prefix = ""};
  for (const Wanted& wanted : wanted_) top.states.push_back(wanted.glob.Start());
  top.entries = ReadDirectory<Entry>(std::move(*root), kMaxSeen + 1);
  levels_.push_back(std::move(top));
  while (!levels_.empty() && !stopped_) {
    Level& level = levels_.back();
    if (level.next == level.entries.size()) {
      levels_.pop_back();
      continue;
    }
    if (++seen_ > kMaxSeen) {
      co_return Stop("there are more than " + std::to_string(kMaxSeen) + " files and directories in the workspace");
    }
    if (seen_ % kNamesAtATime == 0) co_await asio::post(io_, asio::use_awaitable);
    // By value: a level that is added moves the others.
    const Entry entry = level.entries[level.next++];
    co_await Visit(entry);
  }
}

asio::awaitable<void> Collector::Visit(const Entry& entry) {
  const Level& level = levels_.back();
  const std::string path = level.prefix + entry.name;
  std::vector<Glob::State> states = level.states;
  Feed(states, entry.name);
  if (entry.type == DT_DIR) {
    NoteHurdle(states, true, path, "is a directory; \"" + Shown(path) + "/**\" is what is below it");
    Feed(states, "/");
    if (!std::ranges::all_of(states, Glob::IsDead)) co_await Descend(path, std::move(states));
    co_return;
  }
  const bool wanted = Meet(states);
  if (entry.type == DT_LNK && !wanted) {
    Feed(states, "/");
    NoteHurdle(states, false, path, "is a symbolic link, and those are not followed");
  }
  if (!wanted) co_return;
  if (entry.type != DT_REG) {
    Refuse(path, KindName(entry.type));
  } else if (const std::string wrong = CheckPath(path); !wrong.empty()) {
    Refuse(path, wrong);
  } else {
    co_await SendFile(path);
  }
}

asio::awaitable<void> Collector::Descend(const std::string& path, std::vector<Glob::State> states) {
  // What is in a directory that has no name for the API has none either.
  if (const std::string wrong = CheckPath(path); !wrong.empty()) co_return Refuse(path, wrong);
  auto directory = co_await Open(path, true);
  if (stopped_) co_return;
  if (!directory) co_return Refuse(path, WhyNotOpened(directory.error().error_number, "entered"));
  struct stat status {};
  if (::fstat(directory->get(), &status) != 0 || !S_ISDIR(status.st_mode) || status.st_dev != device_) {
    co_return Refuse(path, "is not a directory of the workspace");
  }
  Level level{.prefix = path + "/", .states = std::move(states)};
  level.entries = ReadDirectory<Entry>(std::move(*directory), kMaxSeen + 1);
  levels_.push_back(std::move(level));
}

asio::awaitable<void> Collector::SendFile(const std::string& path) {
  auto file = co_await Open(path, false);
  if (stopped_) co_return;
  if (!file) co_return Refuse(path, WhyNotOpened(file.error().error_number, "read"));
  struct stat status {};
  if (::fstat(file->get(), &status) != 0) co_return Refuse(path, WhyNotOpened(errno, "read"));
  if (const std::string wrong = CheckFile(status); !wrong.empty()) co_return Refuse(path, wrong);
  co_await SendContent(path, std::move(*file), static_cast<std::uint64_t>(status.st_size), status.st_mode & 0777U);
}

asio::awaitable<void> Collector::SendContent(const std::string& path, UniqueFd file, std::uint64_t size,
                                             std::uint32_t mode) {
  std::uint64_t offset = 0;
  do {
    FilePiece piece{.path = path, .size = size, .mode = mode, .offset = offset, .content = "", .last = false};
    piece.content.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, size - offset)));
    for (std::size_t filled = 0; filled < piece.content.size();) {
      const ssize_t got = ::pread(file.get(), piece.content.data() + filled, piece.content.size() - filled,
                                  static_cast<off_t>(offset + filled));
      if (got <= 0) co_return Stop(Quote(path, kMaxShownPath) + " could not be read to its end");
      filled += static_cast<std::size_t>(got);
    }
    offset += piece.content.size();
    piece.last = offset == size;
    const bool heard = co_await sink_.OnFile(std::move(piece), offset_);
    if (!heard) Stop("nobody listened any more");
    if (stopped_) co_return;
  } while (offset < size);
  collected_.bytes += size;
  ++collected_.files;
}

asio::awaitable<Result<UniqueFd>> Collector::Open(const std::string& path, bool directory) {
  const auto begin = Clock::now();
  // Gone when the answer is there: a timer that has run out can be late with the news.
  const auto waiting = std::make_shared<bool>(true);
  const auto give_up = [this, still = std::weak_ptr<bool>(waiting)](const boost::system::error_code& cancelled) {
    if (!cancelled && !still.expired()) Stop("the sandbox did not hand out its files in time");
  };
  timer_.expires_after(patience_);
  timer_.async_wait(give_up);
  auto opened = co_await sandbox_.Open(path, directory);
  timer_.cancel();
  patience_ = std::max<Clock::duration>(patience_ - (Clock::now() - begin), std::chrono::milliseconds(1));
  if (!opened && opened.error().error_number == 0) Stop("the sandbox ended before all of its files were read");
  co_return std::move(opened);
}

std::string Collector::CheckRoot(const UniqueFd& root) {
  struct stat status {};
  struct statfs mount {};
  if (::fstat(root.get(), &status) != 0 || ::fstatfs(root.get(), &mount) != 0 || !S_ISDIR(status.st_mode) ||
      mount.f_type != TMPFS_MAGIC) {
    return "the workspace is not what it was made as";
  }
  device_ = status.st_dev;
  return "";
}

std::string Collector::CheckFile(const struct stat& status) const {
  if (!S_ISREG(status.st_mode) || status.st_dev != device_) return "is not a regular file of the workspace";
  if (status.st_nlink != 1) return "has " + std::to_string(status.st_nlink) + " names (hard links)";
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const std::uint64_t limit = spec_.limits.workspace_bytes;
  if (size > limit - std::min(limit, collected_.bytes)) {
    return "has " + FormatSize(size) + "; all files together may have " + FormatSize(limit) +
           (collected_.bytes == 0 ? "" : ", of which " + FormatSize(collected_.bytes) + " are taken");
  }
  return "";
}

void Collector::Feed(std::vector<Glob::State>& states, std::string_view bytes) const {
  for (std::size_t i = 0; i < states.size(); ++i) wanted_[i].glob.Feed(states[i], bytes);
}

bool Collector::Meet(const std::vector<Glob::State>& states) {
  bool any = false;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (!wanted_[i].glob.Accepts(states[i])) continue;
    wanted_[i].met = any = true;
  }
  return any;
}

// For the globs that match the path so far (`at_end`), or that could match something below it.
void Collector::NoteHurdle(const std::vector<Glob::State>& states, bool at_end, const std::string& path,
                           const std::string& because) {
  for (std::size_t i = 0; i < states.size(); ++i) {
    Wanted& wanted = wanted_[i];
    if (!wanted.hurdle.empty()) continue;
    if (at_end ? !wanted.glob.Accepts(states[i]) : Glob::IsDead(states[i])) continue;
    wanted.hurdle = path;
    wanted.because = because;
  }
}

void Collector::Refuse(const std::string& path, const std::string& reason) {
  ++collected_.refused_count;
  if (collected_.refused.size() < Collected::kMaxRefused) collected_.refused.push_back({Shown(path), reason});
}

// Globs that met nothing, and what was in their way.
void Collector::Conclude() {
  if (!collected_.incomplete.empty()) return;
  std::set<std::string> told;
  for (const Wanted& wanted : wanted_) {
    if (wanted.met) continue;
    collected_.unmatched.push_back(wanted.glob.text());
    if (!wanted.hurdle.empty() && told.insert(wanted.hurdle).second) Refuse(wanted.hurdle, wanted.because);
  }
}

}  // namespace runner
