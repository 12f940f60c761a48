#include "runner/grading/budget.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <optional>
#include <set>

namespace runner {
namespace {

namespace asio = boost::asio;

struct Taker {
  std::set<asio::steady_timer*> waits;
  std::optional<Budget::Share> share;
};

asio::awaitable<void> Take(Budget& budget, std::size_t amount, Taker& taker) {
  taker.share.emplace(co_await budget.Take(amount, &taker.waits));
}

TEST_CASE("shares of a budget go to who asked first, and who is cancelled holds up nobody") {
  asio::io_context io{1};
  Budget budget(io, 10);
  const auto start = [&](std::size_t amount, Taker& taker) {
    asio::co_spawn(io, Take(budget, amount, taker), asio::detached);
    io.restart();
    io.poll();
  };
  Taker first;
  Taker large;
  Taker small;
  start(6, first);
  start(100, large);  // all there is
  start(4, small);
  CHECK(first.share.has_value());
  CHECK_FALSE(large.share.has_value());
  CHECK_FALSE(small.share.has_value());
  REQUIRE(large.waits.size() == 1);
  (*large.waits.begin())->cancel();
  io.restart();
  io.poll();
  // The one comes back with nothing, and the other fits.
  CHECK(large.share.has_value());
  CHECK(large.waits.empty());
  CHECK(small.share.has_value());
  CHECK(budget.free() == 0);
  large.share.reset();
  CHECK(budget.free() == 0);
  small.share.reset();
  first.share.reset();
  CHECK(budget.free() == 10);
}

}  // namespace
}  // namespace runner
