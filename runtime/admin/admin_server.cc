// AdminServer: socket, threads, start and end. What happens to a request is in
// runtime/admin/dispatch.cc.
// Tested by tests/e2e.
#include "runtime/admin/admin_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/ThreadPool.h>
#include <Poco/Timespan.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "compiler/check.h"
#include "runtime/admin/dispatch.h"
#include "runtime/admin/limits.h"

namespace corsac {
namespace {

Poco::Timespan ToTimespan(std::chrono::seconds time) {
  // Poco's type of seconds.
  return {static_cast<long>(time.count()), 0};  // NOLINT(google-runtime-int)
}

// Counts the requests that are being answered.
class InFlight {
 public:
  void Enter() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++count_;
  }
  void Leave() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (--count_ == 0) none_.notify_all();
  }
  bool WaitForNone(std::chrono::milliseconds timeout) {
    std::unique_lock<std::mutex> lock(mutex_);
    return none_.wait_for(lock, timeout, [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  int count_ = 0;
};

class Handler : public Poco::Net::HTTPRequestHandler {
 public:
  Handler(AdminContext& context, InFlight& in_flight, std::uint16_t port)
      : context_(context), in_flight_(in_flight), port_(port) {}

  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override {
    in_flight_.Enter();
    ServeAdminRequest(request, response, port_, context_);
    in_flight_.Leave();
  }

 private:
  AdminContext& context_;
  InFlight& in_flight_;
  const std::uint16_t port_;
};

class HandlerFactory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  HandlerFactory(AdminContext context, InFlight& in_flight, std::uint16_t port)
      : context_(std::move(context)), in_flight_(in_flight), port_(port) {}

  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest& /*request*/) override {
    return new Handler(context_, in_flight_, port_);  // Poco deletes it
  }

 private:
  AdminContext context_;
  InFlight& in_flight_;
  const std::uint16_t port_;
};

}  // namespace

class AdminServer::Impl {
 public:
  Impl(const Poco::Net::ServerSocket& socket, AdminAddress address)
      : socket_(socket),
        address_(std::move(address)),
        threads_("admin", 4, kAdminThreads) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ~Impl() {
    try {
      if (server_) server_->stopAll(/*abortCurrent=*/true);
      threads_.joinAll();
      server_.reset();
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
      // Nothing is left to do about it.
    }
  }

  const AdminAddress& address() const { return address_; }

  void Start(AdminContext context) {
    CORSAC_CHECK(!server_);
    Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
    params->setMaxThreads(kAdminThreads);
    params->setMaxQueued(kAdminQueue);
    params->setTimeout(ToTimespan(kAdminIoTimeout));
    params->setKeepAlive(true);
    // A thread without work looks so often whether the server has ended: Poco
    // wakes only one of them up for it.
    params->setThreadIdleTime(Poco::Timespan(0, 200'000));
    params->setKeepAliveTimeout(ToTimespan(kAdminKeepAlive));
    Poco::Net::HTTPRequestHandlerFactory::Ptr factory =
        new HandlerFactory(std::move(context), in_flight_, address_.port);
    server_ = std::make_unique<Poco::Net::HTTPServer>(factory, threads_,
                                                      socket_, params);
    server_->start();
  }

  bool Drain(std::chrono::milliseconds timeout) {
    const auto end = std::chrono::steady_clock::now() + timeout;
    if (server_) server_->stop();
    // A request may lie between its last byte and its handler: look twice.
    // (Connections that wait for a thread have been dropped by stop().)
    constexpr std::chrono::milliseconds kGrace{50};
    for (int looks = 0; looks < 2; ++looks) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          end - std::chrono::steady_clock::now());
      if (!in_flight_.WaitForNone(std::max(left, kGrace))) return false;
      if (looks == 0) std::this_thread::sleep_for(kGrace);
    }
    return true;
  }

 private:
  Poco::Net::ServerSocket socket_;
  AdminAddress address_;
  InFlight in_flight_;
  Poco::ThreadPool threads_;
  std::unique_ptr<Poco::Net::HTTPServer> server_;
};

AdminServer::AdminServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

AdminServer::~AdminServer() = default;

Result<std::unique_ptr<AdminServer>> AdminServer::Bind(
    const AdminAddress& address) {
  try {
    Poco::Net::ServerSocket socket;
    // Not with a ServerSocket made from the address: that would share the port
    // with any other process that asks for it, and each would get some of the
    // connections.
    socket.bind(Poco::Net::SocketAddress(address.host, address.port),
                /*reuseAddress=*/true, /*reusePort=*/false);
    socket.listen(kAdminQueue);
    // Poco sets no such timeout, so that a client which does not read would
    // hold a thread for ever. Linux passes it on to each connection.
    socket.setSendTimeout(ToTimespan(kAdminIoTimeout));
    AdminAddress bound = address;
    bound.port = socket.address().port();
    return std::unique_ptr<AdminServer>(new AdminServer(
        std::make_unique<Impl>(std::move(socket), std::move(bound))));
  } catch (const Poco::Exception& error) {
    return Error{"cannot listen on " + address.Authority() + ": " +
                 error.displayText()};
  } catch (const std::exception& error) {
    return Error{"cannot listen on " + address.Authority() + ": " +
                 error.what()};
  }
}

const AdminAddress& AdminServer::address() const { return impl_->address(); }

void AdminServer::Start(AdminContext context) {
  impl_->Start(std::move(context));
}

bool AdminServer::Drain(std::chrono::milliseconds timeout) {
  return impl_->Drain(timeout);
}

}  // namespace corsac
