#include "runner/engine/admission.h"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace runner {

namespace asio = boost::asio;
using SteadyClock = std::chrono::steady_clock;

Admission::Admission(asio::io_context& io, std::uint32_t max_running, std::uint32_t max_queued)
    : io_(io), max_running_(max_running), max_queued_(max_queued) {}

asio::awaitable<Admission::Answer> Admission::Enter(const std::string& tenant, RunSink& sink, RunControl& control) {
  Answer answer;
  if (stopping_) {
    answer.outcome = Outcome::kStopping;
    co_return answer;
  }
  if (running_ < max_running_ && queued_ == 0) {
    ++running_;
    answer.outcome = Outcome::kAdmitted;
    answer.permit.emplace(*this);
    co_return answer;
  }
  if (queued_ >= max_queued_) co_return answer;

  const auto arrived = SteadyClock::now();
  Waiter waiter(io_);
  Line& line = lines_[tenant];
  if (line.empty()) turns_.push_back(tenant);
  line.push_back(&waiter);
  const std::uint32_t position = queued_++;
  control.on_cancel_ = [&waiter] { waiter.woken.cancel(); };
  bool heard = co_await sink.OnQueued(position);
  while (!waiter.admitted && !stopping_ && !control.cancelled() && heard) {
    boost::system::error_code woken;
    co_await waiter.woken.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  control.on_cancel_ = nullptr;
  answer.queue_time = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - arrived);
  if (waiter.admitted) {
    answer.permit.emplace(*this);  // goes back with the answer where nobody listens any more
    answer.outcome = heard && !control.cancelled() ? Outcome::kAdmitted : Outcome::kCancelled;
  } else {
    Leave(tenant, &waiter);
    answer.outcome = stopping_ && !control.cancelled() ? Outcome::kStopping : Outcome::kCancelled;
  }
  co_return answer;
}

void Admission::Stop() {
  stopping_ = true;
  for (auto& [tenant, line] : lines_) {
    for (Waiter* waiter : line) waiter->woken.cancel();
  }
}

std::chrono::milliseconds Admission::RetryAfter() const {
  const auto estimate = std::chrono::duration_cast<std::chrono::milliseconds>(release_interval_ * (queued_ + 1));
  return std::clamp(estimate, std::chrono::milliseconds(100), std::chrono::milliseconds(30'000));
}

void Admission::Release() {
  const auto now = SteadyClock::now();
  if (last_release_ != SteadyClock::time_point{}) {
    constexpr double kWeight = 0.2;
    release_interval_ =
        release_interval_ * (1 - kWeight) + std::chrono::duration<double, std::milli>(now - last_release_) * kWeight;
  }
  last_release_ = now;
  --running_;
  Serve();
}

void Admission::Serve() {
  while (running_ < max_running_ && !turns_.empty()) {
    const std::string tenant = turns_.front();
    turns_.pop_front();
    Line& line = lines_[tenant];
    Waiter* const waiter = line.front();
    line.pop_front();
    if (line.empty()) {
      lines_.erase(tenant);
    } else {
      turns_.push_back(tenant);
    }
    --queued_;
    ++running_;
    waiter->admitted = true;
    waiter->woken.cancel();
  }
}

void Admission::Leave(const std::string& tenant, Waiter* waiter) {
  const auto found = lines_.find(tenant);
  if (found == lines_.end()) return;
  std::erase(found->second, waiter);
  --queued_;
  if (found->second.empty()) {
    lines_.erase(found);
    turns_.remove(tenant);
  }
}

}  // namespace runner
