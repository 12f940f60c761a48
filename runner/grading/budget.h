#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <list>
#include <set>
#include <utility>

namespace runner {

// A number of something that coroutines share: bytes of memory, or the one turn at a stream. Who asks for more than is free
// waits, first come first served; who asks for more than there ever is gets it all. One thread.
class Budget {
 public:
  // Given back when destroyed.
  class Share {
   public:
    Share() = default;
    Share(Budget& budget, std::size_t amount) : budget_(&budget), amount_(amount) {}
    Share(Share&& other) noexcept : budget_(std::exchange(other.budget_, nullptr)), amount_(other.amount_) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(amount_, other.amount_);
      return *this;
    }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    ~Share() {
      if (budget_ != nullptr) budget_->GiveBack(amount_);
    }

   private:
    Budget* budget_ = nullptr;
    std::size_t amount_ = 0;
  };

  Budget(boost::asio::io_context& io, std::size_t amount) : io_(io), all_(amount), free_(amount) {}

  // With `waits`, the timer that waits is in there meanwhile, and who cancels it makes this return at once, with nothing.
  [[nodiscard]] boost::asio::awaitable<Share> Take(std::size_t amount,
                                                   std::set<boost::asio::steady_timer*>* waits = nullptr);
  [[nodiscard]] std::size_t free() const { return free_; }

 private:
  struct Waiter {
    std::size_t amount;
    boost::asio::steady_timer woken;
    bool served = false;
  };

  void GiveBack(std::size_t amount);

  boost::asio::io_context& io_;
  std::size_t all_;
  std::size_t free_;
  std::list<Waiter*> waiters_;
};

}  // namespace runner
