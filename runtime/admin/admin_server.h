// The admin API's server: Poco's HTTPServer with what it lacks put around it.
//
// Poco 1.11 leaves an unread body in the stream, where it would be taken for
// the next request; echoes the client's version; gives no answer when a handler
// throws anything that is not Poco's; lets a client take for ever to read; and
// shares its port with whoever asks for it. All of that is dealt with here:
// bodies are read up to a limit or the connection is closed, everything is
// caught, both directions have a timeout, and the port is ours alone.
#ifndef CORSAC_RUNTIME_ADMIN_ADMIN_SERVER_H_
#define CORSAC_RUNTIME_ADMIN_ADMIN_SERVER_H_

#include <chrono>
#include <memory>

#include "compiler/result.h"
#include "runtime/admin/context.h"
#include "runtime/admin/guard.h"

namespace corsac {

// Serves from Start() until destroyed. Thread-safe.
class AdminServer {
 public:
  // Takes the address. An error if that is not possible; "in use" is the common
  // one.
  static Result<std::unique_ptr<AdminServer>> Bind(const AdminAddress& address);

  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;
  // Closes every connection, in the middle of an answer if need be; returns
  // when the handlers have returned.
  ~AdminServer();

  // Where it listens, with the port that the system chose.
  const AdminAddress& address() const;

  // Begins to answer. Call once.
  void Start(AdminContext context);

  // Takes no more connections, and returns when the requests that were being
  // answered have been, or after `timeout`: true if all were.
  bool Drain(std::chrono::milliseconds timeout);

 private:
  class Impl;
  explicit AdminServer(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_ADMIN_SERVER_H_
