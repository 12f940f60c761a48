#include "tests/support/paths.h"

#include <algorithm>
#include <cstdlib>

namespace runner::test {
namespace {

std::filesystem::path FromEnvironment(const char* name, const char* otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

}  // namespace

std::filesystem::path Binary(const std::string& name) {
  return FromEnvironment("RUNNER_BIN_DIR", RUNNER_BIN_DIR) / name;
}

std::filesystem::path ImagesDirectory() { return FromEnvironment("RUNNER_IMAGES", RUNNER_IMAGES); }

std::filesystem::path SourceDirectory() { return RUNNER_SOURCE_DIR; }

int Slowness() {
  const char* const value = std::getenv("RUNNER_TEST_SLOWNESS");
  return value == nullptr ? 1 : static_cast<int>(std::clamp(std::strtol(value, nullptr, 10), 1L, 1000L));
}

}  // namespace runner::test
