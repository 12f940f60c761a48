#include "runner/ctl/run_output.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "runner/ctl/collected.h"
#include "runner/ctl/durations.h"
#include "runner/ctl/json_events.h"
#include "runner/ctl/verdict_sentence.h"

namespace runner::ctl {
namespace {

// Whether both lead to the same place, such as one terminal.
bool SameFile(int a, int b) {
  struct stat first {};
  struct stat second {};
  return ::fstat(a, &first) == 0 && ::fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

// "phases: leased 0.1 ms, sent 0.2 ms, ...": when each was reached.
std::string PhasesOf(const v1::RunResult& result) {
  std::string text;
  for (const v1::Phase& phase : result.phases()) {
    std::array<char, 32> at{};
    (void)std::snprintf(at.data(), at.size(), " %.2f ms", ToJsonMilliseconds(phase.at()));
    text += (text.empty() ? "phases: " : ", ") + phase.name() + at.data();
  }
  return text;
}

class PlainOutput final : public RunOutput {
 public:
  PlainOutput(bool quiet, OutputDirectory* directory)
      : quiet_(quiet), directory_(directory), shared_(SameFile(STDOUT_FILENO, STDERR_FILENO)) {}

  int OnEvent(const v1::RunEvent& event) override {
    switch (event.event_case()) {
      case v1::RunEvent::kStdout:
        if (shared_) Note(event.stdout());
        return WriteAll(STDOUT_FILENO, event.stdout());
      case v1::RunEvent::kStderr:
        Note(event.stderr());
        return WriteAll(STDERR_FILENO, event.stderr());
      case v1::RunEvent::kFile:
        if (directory_ != nullptr) SayOnOwnLine(directory_->Take(event.file()));
        return 0;
      case v1::RunEvent::kResult:
        // A terminal has echoed ^C where its cursor was.
        if (event.result().verdict() == v1::CANCELLED && ::isatty(STDERR_FILENO) == 1) mid_line_ = true;
        SayOnOwnLine(SentenceFor(event.result()));
        SayOnOwnLine(event.result().hint());
        if (directory_ != nullptr) {
          for (const std::string& sentence : CollectedSentences(event.result())) SayOnOwnLine(sentence);
        }
        if (event.result().phases_size() > 0) SayOnOwnLine(PhasesOf(event.result()));
        return 0;
      default:
        return 0;
    }
  }

  int OnError(const ServiceError& error, const std::string& hint) override {
    SayOnOwnLine(ToText(error) + (hint.empty() ? "" : "\n" + hint));
    return 0;
  }

 private:
  void Note(const std::string& bytes) {
    if (!bytes.empty()) mid_line_ = bytes.back() != '\n';
  }

  void SayOnOwnLine(const std::string& text) {
    if (quiet_ || text.empty()) return;
    if (mid_line_) (void)WriteAll(STDERR_FILENO, "\n");
    mid_line_ = false;
    Say(text);
  }

  const bool quiet_;
  OutputDirectory* const directory_;
  const bool shared_;      // stdout and stderr are one file: a line begun on one is a line begun on the other.
  bool mid_line_ = false;  // What was last written to stderr did not end its line.
};

class JsonOutput final : public RunOutput {
 public:
  explicit JsonOutput(OutputDirectory* directory) : events_(directory) {}

  int OnEvent(const v1::RunEvent& event) override { return WriteAll(STDOUT_FILENO, events_.Encode(event)); }

  int OnError(const ServiceError& error, const std::string& hint) override {
    nlohmann::ordered_json json = ToJson(error);
    if (!hint.empty()) json["hint"] = hint;
    return WriteAll(STDOUT_FILENO, events_.Flush() + JsonLine(json));
  }

 private:
  JsonEvents events_;
};

}  // namespace

std::unique_ptr<RunOutput> MakePlainOutput(bool quiet, OutputDirectory* directory) {
  return std::make_unique<PlainOutput>(quiet, directory);
}

std::unique_ptr<RunOutput> MakeJsonOutput(OutputDirectory* directory) {
  return std::make_unique<JsonOutput>(directory);
}

int WriteAll(int fd, const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t count = ::write(fd, bytes.data() + at, bytes.size() - at);
    if (count >= 0) {
      at += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN) {  // Whoever shares the file has made it non-blocking.
      pollfd writable = {.fd = fd, .events = POLLOUT, .revents = 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

void Say(const std::string& text) { (void)WriteAll(STDERR_FILENO, "runnerctl: " + text + "\n"); }

}  // namespace runner::ctl
