// Where the things under test are, and how patient to be with them.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>

namespace runner::test {

// runnerd, runnerctl: of the build this program belongs to, or of the directory RUNNER_BIN_DIR.
[[nodiscard]] std::filesystem::path Binary(const std::string& name);
// Built images: build/images of the checkout, or the directory RUNNER_IMAGES.
[[nodiscard]] std::filesystem::path ImagesDirectory();
// The checkout.
[[nodiscard]] std::filesystem::path SourceDirectory();

// How many times slower than a desktop machine this one is: RUNNER_TEST_SLOWNESS, 1 without it. Every bound on time that
// a test asserts is multiplied by it.
[[nodiscard]] int Slowness();

// What AddressSanitizer lets a daemon keep of memory that it has freed, in bytes: every bound on memory that a test asserts
// has so much added to it.
#ifdef __SANITIZE_ADDRESS__
inline constexpr std::size_t kQuarantineBytes = 320U << 20U;
#else
inline constexpr std::size_t kQuarantineBytes = 0;
#endif

[[nodiscard]] inline std::chrono::milliseconds Slowed(std::chrono::milliseconds time) { return time * Slowness(); }

}  // namespace runner::test
