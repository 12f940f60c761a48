// Records of the test harness between what a hostile program writes.
#include "runner/grading/test_records.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

namespace runner {
namespace {

const std::string kKey(TestRecords::kKeyBytes, 'k');

std::string Code(char purpose, std::uint32_t number, const std::string& payload, const std::string& key = kKey) {
  std::string text(1, purpose);
  for (unsigned shift = 0; shift < 32; shift += 8) text.push_back(static_cast<char>((number >> shift) & 0xffU));
  text += payload;
  std::string code(32, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), reinterpret_cast<unsigned char*>(code.data()), &size);
  return code;
}

// As the harness writes it.
std::string Record(std::uint32_t number, const std::string& piece, bool last = true, const std::string& key = kKey) {
  const std::string payload = (last ? '\1' : '\0') + piece;
  std::string record = Code(0, number, "", key).substr(0, 16);
  record.push_back(static_cast<char>(payload.size() & 0xffU));
  record.push_back(static_cast<char>(payload.size() >> 8U));
  return record + Code(1, number, payload, key) + payload;
}

struct Taken {
  std::string program;
  std::vector<std::string> messages;
  bool broken = false;
};

// `step`: how many bytes come at a time.
Taken Take(const std::string& stream, std::size_t step) {
  TestRecords records(kKey);
  Taken taken;
  for (std::size_t at = 0; at < stream.size(); at += step) {
    taken.program += records.Read(std::string_view(stream).substr(at, step), taken.messages);
  }
  taken.program += records.Finish();
  taken.broken = records.broken();
  return taken;
}

using Messages = std::vector<std::string>;

TEST_CASE("records are taken out of a program's output, however it is divided") {
  const std::string stream =
      "before" + Record(0, "one") + "between\n" + Record(1, "two") + Record(2, "three") + "after";
  for (const std::size_t step : {1, 2, 7, 49, 50, 51, 1000}) {
    const Taken taken = Take(stream, step);
    CHECK(taken.program == "beforebetween\nafter");
    CHECK(taken.messages == Messages{"one", "two", "three"});
    CHECK_FALSE(taken.broken);
  }
}

TEST_CASE("a message comes when its last piece has") {
  const std::string first = Record(0, std::string(4000, 'a'), false);
  CHECK(Take(first, 100).messages.empty());
  CHECK(Take(first + "x" + Record(1, "b"), 100).messages == Messages{std::string(4000, 'a') + "b"});
}

TEST_CASE("what looks like a record and has no key is output") {
  for (const std::string& forged : {Record(0, "PASS", true, std::string(32, 'x')), std::string(200, '\0'),
                                    std::string("{\"end\":1}\n"), Record(1, "early"), Record(7, "later")}) {
    const Taken taken = Take(forged + Record(0, "true"), 13);
    CHECK(taken.program == forged);
    CHECK(taken.messages == Messages{"true"});
  }
}

TEST_CASE("a record that was seen before is output the second time") {
  const Taken taken = Take(Record(0, "one") + Record(0, "one") + Record(1, "two"), 11);
  CHECK(taken.program == Record(0, "one"));
  CHECK(taken.messages == Messages{"one", "two"});
}

TEST_CASE("behind a record that is missing there is none") {
  const Taken taken = Take(Record(0, "one") + Record(2, "three") + Record(3, "end"), 17);
  CHECK(taken.messages == Messages{"one"});
  CHECK_FALSE(taken.broken);
}

TEST_CASE("a true marker with anything else behind it breaks the sequence for good") {
  const std::string record = Record(0, "outcome: failed");
  for (std::size_t at = 16; at < record.size(); ++at) {
    std::string changed = record;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    // A length that says more than is there waits for it: what follows is not taken for a record either.
    const Taken taken = Take(changed + Record(1, "end") + std::string(5000, ' '), 64);
    CHECK(taken.messages.empty());
    CHECK(taken.broken);
  }
}

TEST_CASE("a record that is cut off at the end is no message") {
  const std::string record = Record(0, "one");
  for (std::size_t size = 0; size < record.size(); ++size) {
    const Taken taken = Take(record.substr(0, size), 5);
    CHECK(taken.messages.empty());
    CHECK(taken.program == record.substr(0, size));
  }
}

TEST_CASE("random bytes with parts of records in them never make a message, and none of them is lost") {
  std::mt19937 random(1);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  const std::string record = Record(0, "x");
  for (int round = 0; round < 200; ++round) {
    std::string stream;
    for (int part = 0; part < 20; ++part) {
      stream += record.substr(0, random() % 16);
      for (std::size_t i = random() % 40; i > 0; --i) stream.push_back(static_cast<char>(random()));
    }
    const Taken taken = Take(stream, 1 + random() % 70);
    CHECK(taken.messages.empty());
    CHECK(taken.program == stream);
  }
}

TEST_CASE("a message without end is not collected") {
  std::string stream;
  for (std::uint32_t i = 0; i < 80; ++i) stream += Record(i, std::string(4000, 'a'), false);
  CHECK(Take(stream, 4096).broken);
}

}  // namespace
}  // namespace runner
