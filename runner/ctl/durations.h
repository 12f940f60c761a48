#pragma once

#include <google/protobuf/duration.pb.h>

#include <chrono>

namespace runner::ctl {

// To the millisecond, rounded to the nearest.
[[nodiscard]] inline std::chrono::milliseconds ToMilliseconds(const google::protobuf::Duration& duration) {
  return std::chrono::round<std::chrono::milliseconds>(std::chrono::seconds(duration.seconds()) +
                                                       std::chrono::nanoseconds(duration.nanos()));
}

// As a JSON number of milliseconds, with microseconds as decimals.
[[nodiscard]] inline double ToJsonMilliseconds(const google::protobuf::Duration& duration) {
  const auto exact = std::chrono::seconds(duration.seconds()) + std::chrono::nanoseconds(duration.nanos());
  return static_cast<double>(std::chrono::round<std::chrono::microseconds>(exact).count()) / 1000.0;
}

[[nodiscard]] inline google::protobuf::Duration ToProto(std::chrono::milliseconds duration) {
  google::protobuf::Duration proto;
  proto.set_seconds(duration.count() / 1000);
  proto.set_nanos(static_cast<std::int32_t>(duration.count() % 1000 * 1'000'000));
  return proto;
}

}  // namespace runner::ctl
