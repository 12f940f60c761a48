#include "runner/grading/budget.h"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace runner {

namespace asio = boost::asio;

asio::awaitable<Budget::Share> Budget::Take(std::size_t amount, std::set<asio::steady_timer*>* waits) {
  amount = std::min(amount, all_);
  if (waiters_.empty() && amount <= free_) {
    free_ -= amount;
    co_return Share(*this, amount);
  }
  Waiter waiter{amount, asio::steady_timer(io_, asio::steady_timer::time_point::max())};
  waiters_.push_back(&waiter);
  if (waits != nullptr) waits->insert(&waiter.woken);
  boost::system::error_code woken;  // by GiveBack, or by who cancels
  co_await waiter.woken.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  if (waits != nullptr) waits->erase(&waiter.woken);
  if (!waiter.served) {
    waiters_.remove(&waiter);
    GiveBack(0);  // who waits behind it may fit
    co_return Share();
  }
  co_return Share(*this, amount);
}

void Budget::GiveBack(std::size_t amount) {
  free_ += amount;
  while (!waiters_.empty() && waiters_.front()->amount <= free_) {
    Waiter* const next = waiters_.front();
    waiters_.pop_front();
    free_ -= next->amount;
    next->served = true;
    next->woken.cancel();
  }
}

}  // namespace runner
