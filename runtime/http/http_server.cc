// Accepting, and the threads of the loops.
// Tested by tests/runtime/http_server_test.cc and tests/e2e.
#include "runtime/http/http_server.h"

#include <Poco/Net/StreamSocketImpl.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "compiler/check.h"
#include "runtime/http/connection_counts.h"
#include "runtime/http/event_loop.h"
#include "runtime/http/listening_socket.h"
#include "runtime/log/log.h"

namespace corsac {
namespace {

// Connections that are accepted before others are served again.
constexpr int kAcceptsAtOnce = 64;

// The same in the end: as many as a queue holds. Clients that connect again and
// again would keep it from ever being empty.
constexpr int kLastAccepts = 4096;

// What came of taking a connection from the queue of a socket.
enum class Accepted : std::uint8_t {
  kOne,     // there may be more
  kNone,    // there are none
  kCannot,  // there may be some, but the system has no room for them
};

bool IsNoRoom(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS ||
         error == ENOMEM;
}

// Errors of accept(2) that are about the connection that it took, which is
// gone: Linux hands on what has happened on the network meanwhile.
bool IsOfOneConnection(int error) {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
      return true;
    default:
      return false;
  }
}

int OpenSpare() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

}  // namespace

struct HttpServer::Impl {
  explicit Impl(Options o) : options(std::move(o)), counts(options.limits) {}

  bool AcceptFrom(int fd);
  Accepted AcceptOne(int fd);
  Accepted RefuseOne(int fd);
  void AcceptRest();
  void RunLoop(std::size_t index);
  void StopLoops();

  const Options options;
  std::vector<ListenAddress> addresses;
  std::vector<ListeningSocket> sockets;  // used by the first loop only
  ConnectionCounts counts;
  int spare = OpenSpare();  // a descriptor for when there are no others
  bool said_full = false;

  std::vector<std::unique_ptr<RequestHandler>> handlers;
  std::vector<std::unique_ptr<EventLoop>> loops;
  std::vector<std::thread> threads;

  std::mutex mutex;
  std::condition_variable ended;
  std::size_t running = 0;  // loops; guarded by mutex
};

// --- Accepting, on the first loop's thread -----------------------------------

// Returns whether to be called again as soon as there are more.
bool HttpServer::Impl::AcceptFrom(int fd) {
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    const Accepted accepted = AcceptOne(fd);
    if (accepted != Accepted::kOne) return accepted == Accepted::kNone;
  }
  return true;
}

Accepted HttpServer::Impl::AcceptOne(int fd) {
  sockaddr_storage from{};
  socklen_t size = sizeof(from);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): sockets API
  const int accepted = accept4(fd, reinterpret_cast<sockaddr*>(&from), &size,
                               SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (accepted < 0) {
    if (errno == EMFILE || errno == ENFILE) return RefuseOne(fd);
    if (IsNoRoom(errno)) return Accepted::kCannot;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Accepted::kNone;
    // Anything else would wake the loop again at once.
    return IsOfOneConnection(errno) ? Accepted::kOne : Accepted::kCannot;
  }
  AcceptedConnection connection{
      Poco::Net::StreamSocket(new Poco::Net::StreamSocketImpl(accepted)),
      ClientAddress::Of(from)};
  if (const std::optional<CloseReason> reason =
          counts.Add(connection.address)) {
    loops.front()->CountRefusal(*reason);
    return Accepted::kOne;
  }
  if (from.ss_family != AF_UNIX) {
    const int on = 1;
    setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  const auto to = std::min_element(
      loops.begin(), loops.end(),
      [](const auto& a, const auto& b) { return a->open() < b->open(); });
  (*to)->Add(std::move(connection));
  return Accepted::kOne;
}

// No descriptor is left. A connection that stays in the queue would wake the
// loop for ever, so it is taken with the spare one and closed. Another thread
// may be quicker and use that one up; then the queue has to wait.
Accepted HttpServer::Impl::RefuseOne(int fd) {
  if (!said_full) {
    Log(LogLevel::kError, "decision.descriptors",
        "no file descriptors are left, so connections are refused; raise "
        "LimitNOFILE (ulimit -n) or lower max-connections");
    said_full = true;
  }
  if (spare >= 0) close(spare);
  const int refused = accept4(fd, nullptr, nullptr, SOCK_CLOEXEC);
  const int error = errno;
  if (refused >= 0) close(refused);
  spare = OpenSpare();
  if (refused < 0) {
    return IsNoRoom(error) ? Accepted::kCannot : Accepted::kNone;
  }
  loops.front()->CountRefusal(CloseReason::kMaxConnections);
  return Accepted::kOne;
}

// Accepts what has connected already, and stops listening.
void HttpServer::Impl::AcceptRest() {
  // Each is closed as soon as its queue is empty: who connects later is refused
  // by the kernel.
  while (!sockets.empty()) {
    ListeningSocket& socket = sockets.back();
    socket.RemovePath();
    for (int i = 0; i < kLastAccepts; ++i) {
      if (AcceptOne(socket.fd()) != Accepted::kOne) break;
    }
    loops.front()->Unwatch(socket.fd());
    sockets.pop_back();
  }
  for (std::size_t i = 1; i < loops.size(); ++i) loops[i]->Drain();
}

// --- Threads -----------------------------------------------------------------

void HttpServer::Impl::RunLoop(std::size_t index) {
  // Names have at most 15 bytes.
  const std::string name = "loop-" + std::to_string(index);
  pthread_setname_np(pthread_self(), name.c_str());
  const bool accepts = index == 0;
  loops[index]->Run(accepts ? [this] { AcceptRest(); }
                            : std::function<void()>());
  const std::lock_guard<std::mutex> lock(mutex);
  --running;
  ended.notify_all();
}

void HttpServer::Impl::StopLoops() {
  for (const auto& loop : loops) loop->Stop();
  for (std::thread& thread : threads) thread.join();
  threads.clear();
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
  impl_->StopLoops();
  if (impl_->spare >= 0) close(impl_->spare);
}

Result<std::unique_ptr<HttpServer>> HttpServer::Bind(Options options) {
  CORSAC_CHECK(options.loops > 0);
  auto impl = std::make_unique<Impl>(std::move(options));
  for (const ListenAddress& address : impl->options.addresses) {
    Result<ListeningSocket> socket =
        ListeningSocket::Bind(address, impl->options.socket_mode);
    if (!socket) return socket.error();
    impl->addresses.push_back(socket->address());
    impl->sockets.push_back(*std::move(socket));
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

const std::vector<ListenAddress>& HttpServer::addresses() const {
  return impl_->addresses;
}

void HttpServer::Start(const HandlerFactory& handlers) {
  Impl& impl = *impl_;
  CORSAC_CHECK(impl.loops.empty());
  for (std::size_t i = 0; i < impl.options.loops; ++i) {
    impl.handlers.push_back(handlers(i));
    impl.loops.push_back(std::make_unique<EventLoop>(
        impl.options.limits, impl.handlers.back().get(), &impl.counts));
  }
  for (const ListeningSocket& socket : impl.sockets) {
    const int fd = socket.fd();
    impl.loops.front()->Watch(fd, [&impl, fd] { return impl.AcceptFrom(fd); });
  }
  impl.running = impl.options.loops;
  for (std::size_t i = 0; i < impl.options.loops; ++i) {
    impl.threads.emplace_back([&impl, i] { impl.RunLoop(i); });
  }
}

void HttpServer::AnnounceEnd() {
  for (const auto& loop : impl_->loops) loop->AnnounceEnd();
}

bool HttpServer::Drain(std::chrono::milliseconds timeout) {
  Impl& impl = *impl_;
  if (impl.loops.empty()) return true;
  impl.loops.front()->Drain();
  std::unique_lock<std::mutex> lock(impl.mutex);
  return impl.ended.wait_for(lock, timeout,
                             [&impl] { return impl.running == 0; });
}

HttpStats HttpServer::Stats() const {
  HttpStats stats;
  for (const auto& loop : impl_->loops) {
    const LoopCounters& counters = loop->counters();
    stats.requests += counters.requests.value();
    stats.accepted += counters.accepted.value();
    for (std::size_t i = 0; i < kCloseReasons; ++i) {
      stats.closed[i] += counters.closed[i].value();
    }
    for (std::size_t i = 0; i < kHttpErrors; ++i) {
      stats.errors[i] += counters.errors[i].value();
    }
  }
  stats.open = impl_->counts.open();
  return stats;
}

}  // namespace corsac
