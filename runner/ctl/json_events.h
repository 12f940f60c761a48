#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "runner/ctl/output_directory.h"
#include "runner/v1/runner.pb.h"

namespace runner::ctl {

// One line of JSON, ending in '\n'. Strings that are not UTF-8 get U+FFFD where they are not.
[[nodiscard]] std::string JsonLine(const nlohmann::ordered_json& json);

// A run's events as lines of JSON, in the order they come. One object for one run; not thread-safe.
//
// Output bytes are in "text" where a chunk is valid UTF-8 and in "base64" otherwise. A character that is split between
// two events of a stream is held back until its rest comes or the run ends, so that splitting alone never makes base64.
// A collected file is one line, once it is whole; files that go to a directory leave their contents out.
class JsonEvents {
 public:
  // `directory`: where collected files go; nullptr: into their events. Outlives this object.
  explicit JsonEvents(OutputDirectory* directory = nullptr) : directory_(directory) {}

  // The line or lines for `event`; empty when all of its bytes are held back.
  [[nodiscard]] std::string Encode(const v1::RunEvent& event);

  // The lines for what is still held back. Encode does it by itself before a file and a result.
  [[nodiscard]] std::string Flush();

 private:
  struct Stream {
    const char* name;
    std::string held_back;
    double offset_ms = 0;
  };

  static std::string EncodeOutput(Stream& stream, double offset_ms, const std::string& bytes);
  static std::string FlushStream(Stream& stream);
  std::string EncodeFile(const v1::FilePart& part, double offset_ms);

  Stream stdout_{.name = "stdout", .held_back = ""};
  Stream stderr_{.name = "stderr", .held_back = ""};
  OutputDirectory* directory_;
  std::string file_;        // what has come of the file that is coming
  std::string file_error_;  // why it cannot be written
};

}  // namespace runner::ctl
