#pragma once

#include <string>
#include <vector>

namespace runner::ctl {

struct StarterFile {
  std::string path;  // below the directory
  std::string content;
};

// A suite with every kind of case, and a submission that passes it.
[[nodiscard]] const std::vector<StarterFile>& Starter();

// Writes the starter into `directory`, which is made if it is not there. Throws UsageError when one of its files exists:
// nothing is written then, and nothing is ever overwritten.
void WriteStarter(const std::string& directory);

}  // namespace runner::ctl
