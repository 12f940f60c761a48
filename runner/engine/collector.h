#pragma once

#include <sys/stat.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "runner/base/error.h"
#include "runner/base/unique_fd.h"
#include "runner/engine/run_io.h"
#include "runner/engine/run_result.h"
#include "runner/engine/sandbox.h"
#include "runner/sandbox/glob.h"

namespace runner {

// Sends back the files of a workspace that match the globs of a run, once the program has ended and only init is left.
//
// Whatever was made in there is hostile: names, kinds, sizes, depths. The walk looks at what getdents and fstat say, asks
// init to open nothing but directories and regular files, and reads nothing but regular files of the workspace's own
// tmpfs, so that nothing can block. It takes other runs' turns for no longer than a few hundred names at a time, holds one
// descriptor, and the names of one directory for each of at most kMaxPathDepth levels. One thread.
class Collector {
 public:
  // All four outlive this object.
  Collector(boost::asio::io_context& io, Sandbox& sandbox, const RunSpec& spec, RunSink& sink);
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;
  ~Collector() = default;

  // Once, after kQuiet. Returns when everything is sent, nobody listens, or Stop() was called, and in any case when init
  // has not answered for kPatience altogether. `offset` is that of the events.
  [[nodiscard]] boost::asio::awaitable<Collected> Collect(std::chrono::microseconds offset);

  // At any time: sends no more, and kills the sandbox. `why` becomes Collected::incomplete.
  void Stop(const std::string& why);

 private:
  static constexpr std::chrono::seconds kPatience{10};

  // One of the globs, and what has come of it.
  struct Wanted {
    Glob glob;
    bool met = false;       // by a file that was sent or refused
    std::string hurdle{};   // a path that kept it from matching more
    std::string because{};  // and why
  };
  struct Entry {
    std::string name;
    unsigned char type = 0;  // DT_*
  };
  // One level of the walk.
  struct Level {
    std::string prefix;  // "" or "directory/"
    std::vector<Glob::State> states{};
    std::vector<Entry> entries{};
    std::size_t next = 0;
  };

  boost::asio::awaitable<void> Walk();
  boost::asio::awaitable<void> Visit(const Entry& entry);
  boost::asio::awaitable<void> Descend(const std::string& path, std::vector<Glob::State> states);
  boost::asio::awaitable<void> SendFile(const std::string& path);
  boost::asio::awaitable<void> SendContent(const std::string& path, UniqueFd file, std::uint64_t size,
                                           std::uint32_t mode);
  boost::asio::awaitable<Result<UniqueFd>> Open(const std::string& path, bool directory);
  // Both: "" or why it is none of ours to read.
  [[nodiscard]] std::string CheckRoot(const UniqueFd& root);
  [[nodiscard]] std::string CheckFile(const struct stat& status) const;
  // Marks the globs that the path so far matches as met; whether there are any.
  bool Meet(const std::vector<Glob::State>& states);
  void NoteHurdle(const std::vector<Glob::State>& states, bool at_end, const std::string& path,
                  const std::string& because);
  void Feed(std::vector<Glob::State>& states, std::string_view bytes) const;
  void Refuse(const std::string& path, const std::string& reason);
  void Conclude();

  boost::asio::io_context& io_;
  Sandbox& sandbox_;
  const RunSpec& spec_;
  RunSink& sink_;
  std::chrono::microseconds offset_{};
  std::vector<Wanted> wanted_;
  std::vector<Level> levels_;
  std::size_t seen_ = 0;
  std::uint64_t device_ = 0;  // of the workspace
  std::chrono::steady_clock::duration patience_ = kPatience;
  boost::asio::steady_timer timer_;
  bool collecting_ = false;
  bool stopped_ = false;
  Collected collected_;
};

}  // namespace runner
