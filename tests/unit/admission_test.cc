#include "runner/engine/admission.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace asio = boost::asio;
using runner::Admission;
using runner::RunControl;

namespace {

struct SilentSink : runner::RunSink {
  std::vector<std::uint32_t> positions;
  asio::steady_timer* reads = nullptr;  // what is queued is read when this ends, and nobody listens any more by then
  asio::awaitable<bool> OnQueued(std::uint32_t position) override {
    positions.push_back(position);
    if (reads == nullptr) co_return true;
    boost::system::error_code over;
    co_await reads->async_wait(asio::redirect_error(asio::use_awaitable, over));
    co_return false;
  }
  asio::awaitable<bool> OnStarted(runner::StartedInfo /*info*/) override { co_return true; }
  asio::awaitable<bool> OnOutput(runner::OutputStream /*stream*/, std::string /*bytes*/,
                                 std::chrono::microseconds /*offset*/) override {
    co_return true;
  }
  asio::awaitable<bool> OnFile(runner::FilePiece /*piece*/, std::chrono::microseconds /*offset*/) override {
    co_return true;
  }
};

// One caller: enters, notes its name when it is answered, and keeps the permit until told to let go.
struct Caller {
  Caller(asio::io_context& io, std::string caller_name) : name(std::move(caller_name)), control(io.get_executor()) {}
  std::string name;
  SilentSink sink;
  RunControl control;
  std::optional<Admission::Answer> answer;
};

asio::awaitable<void> Enter(Admission& admission, std::string tenant, Caller& caller, std::vector<std::string>& order) {
  caller.answer.emplace(co_await admission.Enter(tenant, caller.sink, caller.control));
  if (caller.answer->outcome == Admission::Outcome::kAdmitted) order.push_back(caller.name);
}

struct Fixture {
  asio::io_context io{1};
  std::vector<std::string> order;

  void Start(Admission& admission, const std::string& tenant, Caller& caller) {
    asio::co_spawn(io, Enter(admission, tenant, caller, order), asio::detached);
    Settle();
  }
  void Settle() {
    io.restart();
    io.poll();
  }
};

}  // namespace

TEST_CASE("a run is admitted at once while there is room") {
  Fixture fixture;
  Admission admission(fixture.io, 2, 0);
  Caller first(fixture.io, "first");
  Caller second(fixture.io, "second");
  fixture.Start(admission, "", first);
  fixture.Start(admission, "", second);
  CHECK(fixture.order == std::vector<std::string>{"first", "second"});
  CHECK(admission.running() == 2);
  CHECK(first.sink.positions.empty());
}

TEST_CASE("a place that a caller was given while nobody listened to it goes to the next") {
  Fixture fixture;
  Admission admission(fixture.io, 1, 2);
  asio::steady_timer reads(fixture.io, asio::steady_timer::time_point::max());
  Caller first(fixture.io, "first");
  Caller deaf(fixture.io, "deaf");
  Caller last(fixture.io, "last");
  deaf.sink.reads = &reads;
  fixture.Start(admission, "", first);
  fixture.Start(admission, "", deaf);
  fixture.Start(admission, "", last);
  first.answer.reset();
  fixture.Settle();
  CHECK(admission.running() == 1);
  reads.cancel();
  fixture.Settle();
  REQUIRE(deaf.answer);
  CHECK(deaf.answer->outcome == Admission::Outcome::kCancelled);
  deaf.answer.reset();
  fixture.Settle();
  CHECK(fixture.order == std::vector<std::string>{"first", "last"});
  CHECK(admission.running() == 1);
}

TEST_CASE("a run beyond the queue's length is refused and told when to come back") {
  Fixture fixture;
  Admission admission(fixture.io, 1, 1);
  Caller running(fixture.io, "running");
  Caller waiting(fixture.io, "waiting");
  Caller refused(fixture.io, "refused");
  fixture.Start(admission, "", running);
  fixture.Start(admission, "", waiting);
  fixture.Start(admission, "", refused);
  REQUIRE(refused.answer);
  CHECK(refused.answer->outcome == Admission::Outcome::kQueueFull);
  CHECK(waiting.sink.positions == std::vector<std::uint32_t>{0});
  CHECK(admission.queued() == 1);
  CHECK(admission.RetryAfter() >= std::chrono::milliseconds(100));
  CHECK(admission.RetryAfter() <= std::chrono::milliseconds(30'000));
  waiting.control.Cancel();
  fixture.Settle();
}

TEST_CASE("tenants take turns, and each tenant's runs keep their order") {
  Fixture fixture;
  Admission admission(fixture.io, 1, 8);
  Caller blocker(fixture.io, "blocker");
  Caller a1(fixture.io, "a1");
  Caller a2(fixture.io, "a2");
  Caller a3(fixture.io, "a3");
  Caller b1(fixture.io, "b1");
  fixture.Start(admission, "x", blocker);
  fixture.Start(admission, "a", a1);
  fixture.Start(admission, "a", a2);
  fixture.Start(admission, "a", a3);
  fixture.Start(admission, "b", b1);
  for (Caller* caller : {&blocker, &a1, &b1, &a2, &a3}) {
    REQUIRE(caller->answer);
    caller->answer->permit.reset();
    fixture.Settle();
  }
  CHECK(fixture.order == std::vector<std::string>{"blocker", "a1", "b1", "a2", "a3"});
  CHECK(admission.running() == 0);
  CHECK(admission.queued() == 0);
}

TEST_CASE("a run cancelled in the queue leaves it and its place is free again") {
  Fixture fixture;
  Admission admission(fixture.io, 1, 1);
  Caller running(fixture.io, "running");
  Caller impatient(fixture.io, "impatient");
  Caller next(fixture.io, "next");
  fixture.Start(admission, "", running);
  fixture.Start(admission, "", impatient);
  impatient.control.Cancel();
  fixture.Settle();
  REQUIRE(impatient.answer);
  CHECK(impatient.answer->outcome == Admission::Outcome::kCancelled);
  CHECK(admission.queued() == 0);
  fixture.Start(admission, "", next);
  running.answer->permit.reset();
  fixture.Settle();
  CHECK(fixture.order == std::vector<std::string>{"running", "next"});
}

TEST_CASE("stopping refuses those who wait and those who come") {
  Fixture fixture;
  Admission admission(fixture.io, 1, 4);
  Caller running(fixture.io, "running");
  Caller waiting(fixture.io, "waiting");
  Caller late(fixture.io, "late");
  fixture.Start(admission, "", running);
  fixture.Start(admission, "", waiting);
  admission.Stop();
  fixture.Settle();
  fixture.Start(admission, "", late);
  REQUIRE(waiting.answer);
  CHECK(waiting.answer->outcome == Admission::Outcome::kStopping);
  REQUIRE(late.answer);
  CHECK(late.answer->outcome == Admission::Outcome::kStopping);
}
