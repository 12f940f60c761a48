#include "runner/grading/test_records.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <utility>

namespace runner {
namespace {

// The length of the longest end of `text` that `marker` begins with.
std::size_t OverlapWith(std::string_view text, std::string_view marker) {
  for (std::size_t size = std::min(text.size(), marker.size() - 1); size > 0; --size) {
    if (marker.starts_with(text.substr(text.size() - size))) return size;
  }
  return 0;
}

}  // namespace

TestRecords::TestRecords(std::string key) : key_(std::move(key)) {
  assert(key_.size() == kKeyBytes);
  ExpectNext(0);
}

TestRecords::Code TestRecords::Sign(unsigned char purpose, std::string_view payload) const {
  std::string text(1, static_cast<char>(purpose));
  for (unsigned shift = 0; shift < 32; shift += 8) text.push_back(static_cast<char>((number_ >> shift) & 0xffU));
  text.append(payload);
  Code code;  // NOLINT(cppcoreguidelines-pro-type-member-init): written below
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), code.data(), &size) == nullptr ||
      size != kCodeBytes) {
    throw std::runtime_error("HMAC-SHA256 is not available");
  }
  return code;
}

void TestRecords::ExpectNext(std::uint32_t number) {
  number_ = number;
  const Code code = Sign(0, {});
  marker_.assign(code.begin(), code.begin() + kMarkerBytes);
}

std::string TestRecords::Read(std::string_view bytes, std::vector<std::string>& messages) {
  if (broken_) return std::string(bytes);
  held_.append(bytes);
  std::string program;
  while (!broken_) {
    const std::size_t at = held_.find(marker_);
    const std::size_t own = at != std::string::npos ? at : held_.size() - OverlapWith(held_, marker_);
    program.append(held_, 0, own);
    held_.erase(0, own);
    if (at == std::string::npos || !TakeRecord(messages)) break;
  }
  if (broken_) program += std::exchange(held_, {});
  return program;
}

bool TestRecords::TakeRecord(std::vector<std::string>& messages) {
  if (held_.size() < kHeaderBytes) return false;
  const auto byte = [this](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(held_[at])); };
  const std::size_t size = byte(kMarkerBytes) | (byte(kMarkerBytes + 1) << 8U);
  broken_ = size < 1 || size > kMaxRecord - kHeaderBytes;
  if (broken_ || held_.size() < kHeaderBytes + size) return false;
  const std::string_view payload = std::string_view(held_).substr(kHeaderBytes, size);
  const Code code = Sign(1, payload);
  broken_ =
      CRYPTO_memcmp(code.data(), &held_[kMarkerBytes + 2], kCodeBytes) != 0 || message_.size() + size > kMaxMessage;
  if (broken_) return false;
  message_.append(payload.substr(1));
  if (payload.front() != 0) messages.push_back(std::exchange(message_, {}));
  held_.erase(0, kHeaderBytes + size);
  ExpectNext(number_ + 1);
  return true;
}

std::string TestRecords::Finish() { return std::exchange(held_, {}); }

}  // namespace runner
