#include "runner/ctl/output_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "runner/ctl/directory_walk.h"
#include "runner/ctl/run_output.h"
#include "runner/ctl/usage_error.h"

namespace runner::ctl {
namespace {

// What Take turns into its sentence.
struct CannotWrite {
  std::string why;
};

[[noreturn]] void Refuse(int error_number) { throw CannotWrite{std::system_category().message(error_number)}; }

constexpr int kDirectory = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

}  // namespace

OutputDirectory::OutputDirectory(const std::string& path) : path_(path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  // The directory itself may be reached through links: the person who named it meant them.
  fd_ = ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd_ < 0 || ::faccessat(fd_, ".", W_OK | X_OK, AT_EACCESS) != 0) {
    const int error_number = errno;
    if (fd_ >= 0) ::close(fd_);
    throw UsageError("--out: cannot write into " + Quoted(path) + ": " +
                     (error ? error.message() : std::system_category().message(error_number)));
  }
  while (path_.size() > 1 && path_.back() == '/') path_.pop_back();
}

OutputDirectory::~OutputDirectory() {
  Abandon();
  ::close(fd_);
}

std::string OutputDirectory::Take(const v1::FilePart& part) {
  if (dropping_ && part.path() == pending_.path) {
    if (part.last()) dropping_ = false;
    return "";
  }
  try {
    if (part.path() != pending_.path || pending_.fd < 0) Begin(part);
    Append(part);
    if (part.last()) Complete();
    return "";
  } catch (const CannotWrite& error) {
    Abandon();
    pending_.path = part.path();
    dropping_ = !part.last();
    failed_ = true;
    return "cannot write " + Quoted(PathOf(part.path())) + ": " + error.why;
  }
}

void OutputDirectory::Begin(const v1::FilePart& part) {
  Abandon();
  dropping_ = false;
  try {
    CheckWorkspacePath(part.path());
  } catch (const UsageError&) {
    throw CannotWrite{"the service sent a path that no file of a workspace has"};
  }
  pending_.path = part.path();
  pending_.parent = OpenParent(part.path());
  const mode_t mode = (part.mode() & 0100U) != 0 ? 0777 : 0666;  // the umask takes from it
  do {
    pending_.temporary = ".runnerctl-" + std::to_string(::getpid()) + "-" + std::to_string(temporaries_++);
    pending_.fd = ::openat(pending_.parent, pending_.temporary.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  } while (pending_.fd < 0 && errno == EEXIST);
  if (pending_.fd < 0) Refuse(errno);
}

int OutputDirectory::OpenParent(const std::string& path) const {
  int parent = ::openat(fd_, ".", kDirectory);
  std::size_t begin = 0;
  for (std::size_t slash = path.find('/'); parent >= 0 && slash != std::string::npos; slash = path.find('/', begin)) {
    const std::string name = path.substr(begin, slash - begin);
    begin = slash + 1;
    if (::mkdirat(parent, name.c_str(), 0777) != 0 && errno != EEXIST) {
      const int error_number = errno;
      ::close(parent);
      Refuse(error_number);
    }
    const int child = ::openat(parent, name.c_str(), kDirectory);
    const int error_number = errno;
    ::close(parent);
    if (child < 0 && (error_number == ENOTDIR || error_number == ELOOP)) {
      throw CannotWrite{Quoted(path.substr(0, slash)) + " is there and is not a directory"};
    }
    if (child < 0) Refuse(error_number);
    parent = child;
  }
  if (parent < 0) Refuse(errno);
  return parent;
}

void OutputDirectory::Append(const v1::FilePart& part) {
  const std::uint64_t after = pending_.written + part.content().size();
  if (part.offset() != pending_.written || after > part.size() || part.last() != (after == part.size())) {
    throw CannotWrite{"the service sent parts that do not fit together"};
  }
  if (const int error_number = WriteAll(pending_.fd, part.content()); error_number != 0) Refuse(error_number);
  pending_.written = after;
}

void OutputDirectory::Complete() {
  const int closed = ::close(std::exchange(pending_.fd, -1));
  if (closed != 0) Refuse(errno);
  const std::string name = pending_.path.substr(pending_.path.rfind('/') + 1);
  if (::renameat(pending_.parent, pending_.temporary.c_str(), pending_.parent, name.c_str()) != 0) Refuse(errno);
  ::close(pending_.parent);
  pending_ = {};
}

void OutputDirectory::Abandon() {
  if (pending_.fd >= 0) ::close(pending_.fd);
  if (pending_.parent >= 0) {
    if (!pending_.temporary.empty()) ::unlinkat(pending_.parent, pending_.temporary.c_str(), 0);
    ::close(pending_.parent);
  }
  pending_ = {};
}

}  // namespace runner::ctl
