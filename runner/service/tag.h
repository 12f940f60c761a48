#pragma once

#include <boost/asio/append.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <type_traits>
#include <utility>

namespace runner {

// Where gRPC's completion queue and Asio's coroutines meet. A coroutine starts an operation of gRPC with a tag and
// awaits it; the completion queue's thread takes the tag out of the queue and posts the coroutine's continuation back to
// the coroutine's executor. No other code ever runs on the queue's thread.
class CompletionTag {
 public:
  CompletionTag() = default;
  CompletionTag(const CompletionTag&) = delete;
  CompletionTag& operator=(const CompletionTag&) = delete;
  virtual ~CompletionTag() = default;

  // Called once, on the completion queue's thread. Must only post; may destroy the tag.
  virtual void Complete(bool ok) = 0;
};

namespace internal {

// A tag that owns the continuation of one coroutine, and itself.
template <typename Handler>
class HandlerTag final : public CompletionTag {
 public:
  explicit HandlerTag(Handler handler)
      : work_(boost::asio::make_work_guard(boost::asio::get_associated_executor(handler))),
        handler_(std::move(handler)) {}

  void Complete(bool ok) override {
    const std::unique_ptr<HandlerTag> self(this);
    boost::asio::post(work_.get_executor(), boost::asio::append(std::move(handler_), ok));
  }

 private:
  // Keeps io_context::run() from returning while gRPC still holds the tag.
  boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> work_;
  Handler handler_;
};

struct StartWithTag {
  template <typename Handler, typename Start>
  void operator()(Handler&& handler, Start start) const {
    // gRPC owns the tag from here until the queue gives it back.
    CompletionTag* tag = new HandlerTag<std::decay_t<Handler>>(std::forward<Handler>(handler));
    start(static_cast<void*>(tag));
  }
};

}  // namespace internal

// Calls `start` with a tag (as the void* that gRPC wants) and returns what the completion queue said of it. `start` must
// begin exactly one operation whose tag is certain to come: not AsyncNotifyWhenDone, which gives none for a call that
// never started.
template <typename Start>
[[nodiscard]] boost::asio::awaitable<bool> AwaitTag(Start start) {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(bool)>(
      internal::StartWithTag{}, boost::asio::use_awaitable, std::move(start));
}

}  // namespace runner
