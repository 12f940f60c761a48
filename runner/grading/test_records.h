#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

// Takes the test harness's messages out of the standard output of the program that it runs in.
//
// The program is hostile, and writes to the same stream. A record is known by a marker that only who has the key can
// foretell, each record's another one, and carries a code of what it says; sandbox-images/runtime/tests/channel.cjs has the
// layout. What is not a record is the program's output, whatever it looks like. Messages come in the order in which they
// were sent, none twice; where one is missing, none of those behind it comes.
//
// The work is proportional to the bytes: there is one code to check for each marker, and no marker but a true one.
class TestRecords {
 public:
  static constexpr std::size_t kKeyBytes = 32;
  // A longer message breaks the sequence. The harness cuts what it says far below it.
  static constexpr std::size_t kMaxMessage = std::size_t{256} << 10;

  // `key`: of kKeyBytes, unpredictable, used for one run.
  explicit TestRecords(std::string key);

  // Takes the next bytes of standard output. Returns those of them (and of what was held back before) that are the program's, and
  // appends to `messages` those that are complete.
  [[nodiscard]] std::string Read(std::string_view bytes, std::vector<std::string>& messages);
  // At the end of the output: what was held back, because it could have become a record.
  [[nodiscard]] std::string Finish();

  // Something followed a true marker that is no true record: it was changed on the way, which takes intent. No message
  // comes any more.
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  static constexpr std::size_t kMarkerBytes = 16;
  static constexpr std::size_t kCodeBytes = 32;
  static constexpr std::size_t kHeaderBytes = kMarkerBytes + 2 + kCodeBytes;
  static constexpr std::size_t kMaxRecord = 4096;

  using Code = std::array<unsigned char, kCodeBytes>;

  [[nodiscard]] Code Sign(unsigned char purpose, std::string_view payload) const;
  void ExpectNext(std::uint32_t number);
  // Takes one record from the front of held_; false: it is not all there, or broken.
  bool TakeRecord(std::vector<std::string>& messages);

  std::string key_;
  std::uint32_t number_ = 0;
  std::string marker_;  // of the next record
  std::string held_;
  std::string message_;  // begun and not complete
  bool broken_ = false;
};

}  // namespace runner
