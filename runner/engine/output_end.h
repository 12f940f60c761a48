#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace runner {

// The last few kilobytes of a stream, however long the stream is.
class OutputEnd {
 public:
  static constexpr std::size_t kSize = 8 * 1024;

  void Append(std::string_view bytes) {
    bytes.remove_prefix(bytes.size() - std::min(bytes.size(), kSize));
    const std::size_t kept = std::min(end_.size(), kSize - bytes.size());
    end_.erase(0, end_.size() - kept);
    end_.append(bytes);
  }
  [[nodiscard]] std::string_view text() const { return end_; }

 private:
  std::string end_;
};

}  // namespace runner
