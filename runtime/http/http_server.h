// A listener: sockets, and the loops that serve them, one a thread.
//
// Each loop owns its connections for good: nothing of a connection is shared,
// so requests are read and answered without a lock. The first loop accepts, and
// deals connections out to the loop that has the fewest.
#ifndef CORSAC_RUNTIME_HTTP_HTTP_SERVER_H_
#define CORSAC_RUNTIME_HTTP_HTTP_SERVER_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "compiler/result.h"
#include "runtime/http/http_limits.h"
#include "runtime/http/http_stats.h"
#include "runtime/http/listen_address.h"
#include "runtime/http/request_handler.h"

namespace corsac {

// Thread-safe, except that Start() must be over before anything but Bind() and
// addresses() is called.
class HttpServer {
 public:
  struct Options {
    std::vector<ListenAddress> addresses;
    std::size_t loops = 1;
    HttpLimits limits;
    unsigned socket_mode = 0660;  // permissions of Unix sockets
  };
  using HandlerFactory =
      std::function<std::unique_ptr<RequestHandler>(std::size_t loop)>;

  // Binds every address; connections wait until Start(). An error says which
  // address could not be bound and why. An address that another program listens
  // on is one; a Unix socket that a dead program left is replaced.
  static Result<std::unique_ptr<HttpServer>> Bind(Options options);

  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  // Ends at once what Drain() has not ended.
  ~HttpServer();

  // As bound: ports that the system chose are filled in.
  const std::vector<ListenAddress>& addresses() const;

  // Makes a handler for each loop, then starts the loops.
  void Start(const HandlerFactory& handlers);

  // From now on each answer says that its connection is closed. Before
  // Drain(), so that clients leave while the listener is still open.
  void AnnounceEnd();

  // Accepts what has already connected, then stops listening and waits for
  // connections to be answered and closed: those that are idle are closed when
  // they have sent nothing for a second. Returns whether all were closed within
  // `timeout`.
  bool Drain(std::chrono::milliseconds timeout);

  HttpStats Stats() const;

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_HTTP_SERVER_H_
