#include "runner/service/call.h"

#include <google/protobuf/message_lite.h>
#include <grpc/support/time.h>
#include <grpcpp/support/proto_buffer_writer.h>

#include <utility>

namespace runner {
namespace {

grpc::ByteBuffer Serialize(const google::protobuf::MessageLite& message) {
  grpc::ByteBuffer buffer;
  const int size = static_cast<int>(message.ByteSizeLong());
  grpc::ProtoBufferWriter writer(&buffer, grpc::kProtoBufferWriterMaxBufferLength, size);
  // Fails only for messages above 2 GiB, and ours are bounded by the size of one read from a pipe.
  (void)message.SerializeToZeroCopyStream(&writer);
  return buffer;
}

}  // namespace

Call::Call(boost::asio::any_io_executor executor, std::size_t& live)
    : executor_(std::move(executor)), live_(live), stream_(&context_), done_tag_(*this), time_limit_(executor_) {
  ++live_;
}

Call::~Call() { --live_; }

boost::asio::awaitable<bool> Call::Accept(std::function<void(Call&, void* tag)> request) {
  const std::shared_ptr<Call> self = shared_from_this();
  done_tag_.Hold();
  context_.AsyncNotifyWhenDone(static_cast<CompletionTag*>(&done_tag_));
  auto start = [this, &request](void* tag) { request(*this, tag); };
  const bool accepted = co_await AwaitTag(start);
  // The done tag of a call that never started does not come.
  if (!accepted) done_tag_.Release().reset();
  co_return accepted;
}

boost::asio::awaitable<bool> Call::Read(grpc::ByteBuffer& message) {
  return AwaitTag([this, &message](void* tag) { stream_.Read(&message, tag); });
}

boost::asio::awaitable<bool> Call::Write(const google::protobuf::MessageLite& message) {
  // No write options: a buffer hint would complete the write before flow control has admitted it.
  return AwaitTag([this, buffer = Serialize(message)](void* tag) { stream_.Write(buffer, tag); });
}

boost::asio::awaitable<bool> Call::Finish(grpc::Status status) {
  finished_ = true;
  on_cancelled_ = nullptr;
  return AwaitTag([this, status = std::move(status)](void* tag) { stream_.Finish(status, tag); });
}

boost::asio::awaitable<bool> Call::WriteAndFinish(const google::protobuf::MessageLite& message) {
  finished_ = true;
  on_cancelled_ = nullptr;
  return AwaitTag([this, buffer = Serialize(message)](void* tag) {
    stream_.WriteAndFinish(buffer, grpc::WriteOptions(), grpc::Status::OK, tag);
  });
}

bool Call::DeadlinePassed() const {
  const gpr_timespec deadline = context_.raw_deadline();
  return gpr_time_cmp(deadline, gpr_now(deadline.clock_type)) <= 0;
}

void Call::CancelAfter(std::optional<std::chrono::milliseconds> time) {
  if (!time.has_value() || done_) {
    time_limit_.cancel();
    return;
  }
  time_limit_.expires_after(*time);
  time_limit_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
    const std::shared_ptr<Call> call = weak.lock();
    if (!cancelled && call != nullptr && !call->done_) call->context_.TryCancel();
  });
}

void Call::OnCancelled(std::function<void()> callback) {
  if (cancelled_) {
    callback();
  } else {
    on_cancelled_ = std::move(callback);
  }
}

void Call::DoneTag::Complete(bool /*ok*/) {
  // A plain pointer: the reference in self_ belongs to the executor's thread, which alone drops it.
  boost::asio::post(call_.executor_, [call = &call_] { call->OnDone(); });
}

void Call::OnDone() {
  const std::shared_ptr<Call> self = done_tag_.Release();
  done_ = true;
  time_limit_.cancel();
  cancelled_ = context_.IsCancelled();
  if (cancelled_ && on_cancelled_) std::exchange(on_cancelled_, nullptr)();
}

}  // namespace runner
