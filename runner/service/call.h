#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "runner/service/tag.h"

namespace google::protobuf {
class MessageLite;
}

namespace runner {

// One call of one method, whatever its shape. Every method is served as a stream of raw messages in both directions; on
// the wire that is the same as any other shape, and it leaves three things to us: when a request is read (nothing is
// buffered for calls that are refused), what is answered to bytes that do not parse, and one class instead of four.
//
// Shared by the coroutines that serve it and by the tags gRPC holds; it is gone when the last of them is. Everything
// happens on the thread of `executor`. At most one Read and one write-side operation at a time.
class Call : public std::enable_shared_from_this<Call> {
 public:
  // `live` counts the calls there are, for as long as they are; it must outlive them.
  Call(boost::asio::any_io_executor executor, std::size_t& live);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call();

  // Waits for a client. `request` starts the server's RequestXxx operation with the tag it is given. False: the server is
  // shutting down and this call will never be one.
  [[nodiscard]] boost::asio::awaitable<bool> Accept(std::function<void(Call&, void* tag)> request);

  // The next message; false when there is none: the client has closed its side, or the call is over.
  [[nodiscard]] boost::asio::awaitable<bool> Read(grpc::ByteBuffer& message);
  // Returns when flow control has admitted the message (this is the backpressure); false when the call is over.
  // `message` is serialized before this returns its awaitable.
  [[nodiscard]] boost::asio::awaitable<bool> Write(const google::protobuf::MessageLite& message);
  // Ends the call. Exactly one of the two, once; a call that is over already takes no harm.
  [[nodiscard]] boost::asio::awaitable<bool> Finish(grpc::Status status);
  [[nodiscard]] boost::asio::awaitable<bool> WriteAndFinish(const google::protobuf::MessageLite& message);

  // Whether the client is gone: it cancelled, disconnected, or its deadline has passed.
  [[nodiscard]] bool cancelled() const { return cancelled_; }
  // Whether the deadline had passed when this was called, cancelled or not.
  [[nodiscard]] bool DeadlinePassed() const;
  // Whether Finish or WriteAndFinish was called.
  [[nodiscard]] bool finished() const { return finished_; }
  // Called once when the client goes away before the call is finished, at once if it is gone. Replaces the previous one.
  void OnCancelled(std::function<void()> callback);

  // Cancels the call after `time`, unless it is over by then; replaces the previous time. nullopt: no such limit.
  void CancelAfter(std::optional<std::chrono::milliseconds> time);

  [[nodiscard]] grpc::ServerContext& context() { return context_; }
  [[nodiscard]] grpc::ServerAsyncReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>& stream() { return stream_; }

 private:
  // The tag of AsyncNotifyWhenDone. It keeps the call alive from the request until gRPC is done with the call.
  class DoneTag final : public CompletionTag {
   public:
    explicit DoneTag(Call& call) : call_(call) {}
    void Complete(bool ok) override;
    void Hold() { self_ = call_.shared_from_this(); }
    std::shared_ptr<Call> Release() { return std::move(self_); }

   private:
    Call& call_;
    std::shared_ptr<Call> self_;
  };

  void OnDone();

  boost::asio::any_io_executor executor_;
  std::size_t& live_;
  grpc::ServerContext context_;
  grpc::ServerAsyncReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer> stream_;
  DoneTag done_tag_;
  bool done_ = false;
  bool cancelled_ = false;
  bool finished_ = false;
  std::function<void()> on_cancelled_;
  boost::asio::steady_timer time_limit_;
};

}  // namespace runner
