// A socket that listens.
#ifndef CORSAC_RUNTIME_HTTP_LISTENING_SOCKET_H_
#define CORSAC_RUNTIME_HTTP_LISTENING_SOCKET_H_

#include <Poco/Net/ServerSocket.h>
#include <sys/types.h>

#include <string>

#include "compiler/result.h"
#include "runtime/http/listen_address.h"

namespace corsac {

// Movable. Closes the socket when it goes, and takes the file of a Unix socket
// away if it is still its own.
class ListeningSocket {
 public:
  // An error says what could not be done and what to do about it. An address
  // that another socket listens on is never shared.
  static Result<ListeningSocket> Bind(const ListenAddress& address,
                                      unsigned unix_mode);

  ListeningSocket(ListeningSocket&& other) noexcept;
  ListeningSocket& operator=(ListeningSocket&&) = delete;
  ~ListeningSocket();

  // Takes the file of a Unix socket away, if it is still its own: nobody can
  // connect any more.
  void RemovePath();

  // With the port that the system chose.
  const ListenAddress& address() const { return address_; }
  int fd() const { return socket_.impl()->sockfd(); }

 private:
  ListeningSocket(const Poco::Net::ServerSocket& socket, ListenAddress address)
      : socket_(socket), address_(std::move(address)) {}

  Poco::Net::ServerSocket socket_;
  ListenAddress address_;
  // Of the file of a Unix socket; 0 when there is none, or it was moved from.
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_LISTENING_SOCKET_H_
