#include "runner/service/rpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_posix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

namespace runner {
namespace {

namespace asio = boost::asio;

// Requests of one method that wait for clients at the same time. More than one only so that a burst of calls need not
// take turns with the io thread.
constexpr int kAcceptors = 4;
// gRPC starts a thread a stream for reflection, its only synchronous service here.
constexpr int kMaxGrpcThreads = 16;

// One gRPC service, every method a stream of raw messages (see Call). gRPC itself serves methods of other shapes as
// bidirectional streams in the same way, in Service::MarkMethodStreamed.
class RawService final : public grpc::Service {
 public:
  // Borrows `name`, as gRPC does. Returns the method's index.
  int Add(const std::string& name) {
    AddMethod(new grpc::internal::RpcServiceMethod(name.c_str(), grpc::internal::RpcMethod::BIDI_STREAMING, nullptr));
    MarkMethodAsync(count_);
    return count_++;
  }

  void Request(int index, Call& call, grpc::ServerCompletionQueue* queue, void* tag) {
    RequestAsyncBidiStreaming(index, &call.context(), &call.stream(), queue, queue, tag);
  }

 private:
  int count_ = 0;
};

std::string ServiceOf(const std::string& method) { return method.substr(0, method.rfind('/')); }

void DrainQueue(grpc::ServerCompletionQueue* queue) {
  void* tag = nullptr;
  bool ok = false;
  while (queue->Next(&tag, &ok)) static_cast<CompletionTag*>(tag)->Complete(ok);
}

// Blocks until every call has ended, so it runs on a thread of its own.
asio::awaitable<void> ShutDown(grpc::Server* server, std::chrono::system_clock::time_point deadline) {
  server->Shutdown(deadline);
  co_return;
}

}  // namespace

class RpcServer::Impl {
 public:
  Impl(asio::io_context& io, RpcServerConfig config, Methods methods)
      : io_(io), config_(config), methods_(std::move(methods)), queue_idle_(io) {}
  ~Impl();

  Result<void> Start(std::vector<Listener> listeners);
  asio::awaitable<void> Stop(std::chrono::milliseconds grace);

 private:
  void Configure(grpc::ServerBuilder& builder);
  asio::awaitable<void> AcceptConnections(asio::posix::stream_descriptor& listener);
  asio::awaitable<void> Acceptor(RawService* service, int index, const CallHandler* handler);
  static asio::awaitable<void> Serve(std::shared_ptr<Call> call, const CallHandler* handler);
  asio::awaitable<void> UntilNoCallIsLeft();

  asio::io_context& io_;
  const RpcServerConfig config_;
  const Methods methods_;  // gRPC borrows the names
  std::map<std::string, RawService> services_;
  std::vector<std::unique_ptr<asio::posix::stream_descriptor>> sockets_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
  std::thread queue_thread_;
  std::size_t live_calls_ = 0;
  asio::steady_timer queue_idle_;
};

RpcServer::Impl::~Impl() {
  if (queue_ == nullptr || server_ != nullptr) return;
  // Start() failed: a queue has to be shut down and drained all the same.
  queue_->Shutdown();
  DrainQueue(queue_.get());
}

void RpcServer::Impl::Configure(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(static_cast<int>(config_.max_receive_bytes));
  grpc::ResourceQuota quota("runnerd");
  quota.Resize(config_.memory_quota_bytes);
  quota.SetMaxThreads(kMaxGrpcThreads);
  builder.SetResourceQuota(quota);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, config_.max_streams_per_connection);
  // A client whose machine is gone without a word is noticed, and its runs are killed, after 40 s.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
}

Result<void> RpcServer::Impl::Start(std::vector<Listener> listeners) {
  struct Method {
    RawService* service;
    int index;
    const CallHandler* handler;
  };
  std::vector<Method> methods;
  for (const auto& [name, handler] : methods_) {
    RawService& service = services_[ServiceOf(name)];
    methods.push_back({&service, service.Add(name), &handler});
  }

  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  Configure(builder);
  for (auto& [name, service] : services_) builder.RegisterService(&service);
  queue_ = builder.AddCompletionQueue();
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) return Error{.step = "cannot start the gRPC server"};

  queue_thread_ = std::thread(DrainQueue, queue_.get());
  for (const Method& method : methods) {
    for (int i = 0; i < kAcceptors; ++i) {
      asio::co_spawn(io_, Acceptor(method.service, method.index, method.handler), asio::detached);
    }
  }
  for (Listener& listener : listeners) {
    for (UniqueFd& socket : listener.sockets) {
      sockets_.push_back(std::make_unique<asio::posix::stream_descriptor>(io_, socket.release()));
      asio::co_spawn(io_, AcceptConnections(*sockets_.back()), asio::detached);
    }
  }
  return {};
}

asio::awaitable<void> RpcServer::Impl::AcceptConnections(asio::posix::stream_descriptor& listener) {
  bool told = false;
  while (listener.is_open()) {
    const auto [error] =
        co_await listener.async_wait(asio::posix::stream_descriptor::wait_read, asio::as_tuple(asio::use_awaitable));
    if (error || !listener.is_open()) co_return;
    const int connection = ::accept4(listener.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (connection >= 0) {
      told = false;
      const int on = 1;
      (void)::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));  // fails on unix sockets, harmlessly
      grpc::AddInsecureChannelFromFd(server_.get(), connection);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      // The connection stays in the backlog, and the socket readable: without a pause this would spin.
      if (!std::exchange(told, true)) spdlog::error("cannot accept connections: {}", std::strerror(errno));
      asio::steady_timer pause(io_, std::chrono::milliseconds(50));
      (void)co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    // Everything else is the fault of one connection, or a readiness that was not: accept(2), "Error handling".
  }
}

asio::awaitable<void> RpcServer::Impl::Acceptor(RawService* service, int index, const CallHandler* handler) {
  const std::function<void(Call&, void*)> request = [this, service, index](Call& call, void* tag) {
    service->Request(index, call, queue_.get(), tag);
  };
  while (true) {
    auto call = std::make_shared<Call>(io_.get_executor(), live_calls_);
    const bool accepted = co_await call->Accept(request);
    if (!accepted) co_return;
    asio::co_spawn(io_, Serve(std::move(call), handler), asio::detached);
  }
}

asio::awaitable<void> RpcServer::Impl::Serve(std::shared_ptr<Call> call, const CallHandler* handler) {
  try {
    co_await (*handler)(call);
  } catch (const std::exception& exception) {
    spdlog::error("a call failed: {}", exception.what());
  }
  // Also where a handler forgot: a call that is never finished would hold up Stop().
  if (!call->finished()) {
    const grpc::Status internal(grpc::StatusCode::INTERNAL, "the daemon failed to serve this call; see its log");
    (void)co_await call->Finish(internal);
  }
}

asio::awaitable<void> RpcServer::Impl::UntilNoCallIsLeft() {
  // Polling is good enough for the last few milliseconds of a daemon; it would need a notification in ~Call otherwise.
  while (live_calls_ > 0) {
    queue_idle_.expires_after(std::chrono::milliseconds(2));
    (void)co_await queue_idle_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

asio::awaitable<void> RpcServer::Impl::Stop(std::chrono::milliseconds grace) {
  for (const auto& socket : sockets_) socket->close();
  asio::thread_pool pool(1);
  const auto deadline = std::chrono::system_clock::now() + grace;
  co_await asio::co_spawn(pool, ShutDown(server_.get(), deadline), asio::use_awaitable);
  // An operation started on a queue that was shut down is an assertion failure inside gRPC.
  co_await UntilNoCallIsLeft();
  queue_->Shutdown();
  queue_thread_.join();
  pool.join();
}

RpcServer::RpcServer(asio::io_context& io, RpcServerConfig config, Methods methods)
    : impl_(std::make_unique<Impl>(io, config, std::move(methods))) {}

RpcServer::~RpcServer() = default;

Result<void> RpcServer::Start(std::vector<Listener> listeners) { return impl_->Start(std::move(listeners)); }

asio::awaitable<void> RpcServer::Stop(std::chrono::milliseconds grace) { return impl_->Stop(grace); }

}  // namespace runner
