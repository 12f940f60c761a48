#include "runner/launcher/workspace.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "runner/launcher/sys.h"

namespace runner::launcher {
namespace {

constexpr char kWorkspace[] = "/workspace";

Step FailWith(Step step, int error_number) {
  errno = error_number;
  return step;
}

// Makes every directory above the last component of `path`, which it changes for the time being.
int MakeDirectories(int root, char* path) {
  for (char* slash = std::strchr(path, '/'); slash != nullptr; slash = std::strchr(slash + 1, '/')) {
    *slash = '\0';
    const int result = ::mkdirat(root, path, 0755);
    *slash = '/';
    if (result != 0 && errno != EEXIST) return -1;
  }
  return 0;
}

int MakeFile(int root, char* path, std::uint32_t mode) {
  if (MakeDirectories(root, path) != 0) return -1;
  open_how how{};
  how.flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  how.mode = mode & 0777;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  return sys::Openat2(root, path, how);
}

int WriteAll(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(fd, bytes, size);
    if (written < 0) {
      if (errno == EINTR) continue;
      return -1;
    }
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return 0;
}

// Lays argv and envp out over the string block. The counts must fit the block exactly.
Step LayOut(Program& program, std::uint32_t argc, std::uint32_t envc) {
  if (argc == 0 || argc > kMaxStringCount || envc > kMaxStringCount - argc)
    return FailWith(Step::kReceiveWorkspace, EINVAL);
  char* at = program.strings;
  char* const end = program.strings + program.used;
  char** slot = program.pointers;
  program.argv = slot;
  for (std::uint32_t i = 0; i < argc + envc; ++i) {
    if (i == argc) {
      *slot++ = nullptr;
      program.envp = slot;
    }
    char* const terminator = static_cast<char*>(std::memchr(at, '\0', static_cast<std::size_t>(end - at)));
    if (terminator == nullptr) return FailWith(Step::kReceiveWorkspace, EINVAL);
    *slot++ = at;
    at = terminator + 1;
  }
  if (envc == 0) {
    *slot++ = nullptr;
    program.envp = slot;
  }
  *slot = nullptr;
  return at == end ? Step::kNone : FailWith(Step::kReceiveWorkspace, EINVAL);
}

struct Receiver {
  int root = -1;
  int file = -1;
  bool collects = false;
  Program& program;

  Step Take(const InitRequest& request, char* payload) {
    switch (request.type) {
      case InitMessage::kFile:
        if (file >= 0) ::close(file);
        payload[request.size] = '\0';
        file = MakeFile(root, payload, request.a);
        return file < 0 ? Step::kWriteWorkspace : Step::kNone;
      case InitMessage::kFileBytes:
        return WriteAll(file, payload, request.size) != 0 ? Step::kWriteWorkspace : Step::kNone;
      case InitMessage::kStrings:
        if (request.size > kMaxStrings - program.used) return FailWith(Step::kReceiveWorkspace, E2BIG);
        std::memcpy(program.strings + program.used, payload, request.size);
        program.used += request.size;
        return Step::kNone;
      case InitMessage::kCollect:
        collects = true;
        return Step::kNone;
      case InitMessage::kSignal:
        return Step::kNone;  // there is no program yet
      case InitMessage::kGo:
      case InitMessage::kOpen:
      case InitMessage::kPark:
        break;
    }
    return FailWith(Step::kReceiveWorkspace, EINVAL);
  }
};

}  // namespace

Step ReceiveWorkspace(int control, Program& program) {
  static char buffer[sizeof(InitRequest) + kMaxInitPayload + 1];
  Receiver receiver{.program = program};
  receiver.root = ::open(kWorkspace, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (receiver.root < 0) return Step::kReceiveWorkspace;
  const bool parked = program.park;
  program.used = 0;
  for (;;) {
    const ssize_t got = ::recv(control, buffer, sizeof(buffer) - 1, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) ::_exit(0);  // the daemon gave this sandbox up
    if (got < static_cast<ssize_t>(sizeof(InitRequest))) return FailWith(Step::kReceiveWorkspace, EINVAL);
    InitRequest request;
    std::memcpy(&request, buffer, sizeof(request));
    if (request.size != static_cast<std::size_t>(got) - sizeof(request))
      return FailWith(Step::kReceiveWorkspace, EINVAL);
    if (request.type == InitMessage::kGo || (request.type == InitMessage::kPark && !parked && receiver.file < 0)) {
      program.park = request.type == InitMessage::kPark;
      program.argc = request.a;
      program.envc = request.b;
      if (receiver.file >= 0) ::close(receiver.file);
      program.workspace = receiver.collects ? receiver.root : -1;
      if (!receiver.collects) ::close(receiver.root);
      return LayOut(program, request.a, request.b);
    }
    const Step failed = receiver.Take(request, buffer + sizeof(request));
    if (failed != Step::kNone) return failed;
  }
}

}  // namespace runner::launcher
