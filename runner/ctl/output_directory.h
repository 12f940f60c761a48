#pragma once

#include <cstdint>
#include <string>

#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// Where `run --out DIR` puts collected files: below one directory and nowhere else, whatever the service sends and whatever
// links are there. Directories are made as needed, and not through symbolic links; a file appears whole, under its own name,
// in place of what had the name (a link is replaced, not followed). One thread.
class OutputDirectory {
 public:
  // Makes the directory, and those above it, where there is none. Throws UsageError.
  explicit OutputDirectory(const std::string& path);
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;
  // Removes what has come of a file that is not whole.
  ~OutputDirectory();

  // Takes the next part of a file. Returns "" or a sentence on why the file cannot be written; its other parts are then
  // taken and dropped without a word.
  [[nodiscard]] std::string Take(const v1::FilePart& part);

  // Where the file `path` of the workspace is, or would be.
  [[nodiscard]] std::string PathOf(const std::string& path) const { return path_ + "/" + path; }
  // Whether a file could not be written.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  // The file whose parts are coming.
  struct Pending {
    std::string path;
    int parent = -1;
    int fd = -1;
    std::string temporary;  // its name while it is not whole
    std::uint64_t written = 0;
  };

  void Begin(const v1::FilePart& part);
  [[nodiscard]] int OpenParent(const std::string& path) const;
  void Append(const v1::FilePart& part);
  void Complete();
  void Abandon();

  std::string path_;
  int fd_ = -1;
  Pending pending_;
  std::uint64_t temporaries_ = 0;
  bool dropping_ = false;  // the rest of pending_.path
  bool failed_ = false;
};

}  // namespace runner::ctl
