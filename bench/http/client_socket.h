// The sockets of the load generator.
#ifndef CORSAC_BENCH_HTTP_CLIENT_SOCKET_H_
#define CORSAC_BENCH_HTTP_CLIENT_SOCKET_H_

#include <netinet/in.h>

#include <optional>
#include <string_view>

namespace corsac::bench {

// "127.0.0.1:8480", or nothing if `text` is no IPv4 address and port.
std::optional<sockaddr_in> ParseServerAddress(std::string_view text);

// Owns a file descriptor. Thread-compatible.
class ClientSocket {
 public:
  ClientSocket() = default;
  ClientSocket(ClientSocket&& other) noexcept;
  ClientSocket& operator=(ClientSocket&& other) noexcept;
  ClientSocket(const ClientSocket&) = delete;
  ClientSocket& operator=(const ClientSocket&) = delete;
  ~ClientSocket();

  // A connection without Nagle's delay, or a closed socket. Waits for the other
  // side, `timeout_seconds` at most; so does what is done with it, unless it is
  // made non-blocking.
  static ClientSocket Connect(const sockaddr_in& address, int timeout_seconds);

  bool open() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  void MakeNonBlocking();
  void Close();

 private:
  int fd_ = -1;
};

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_HTTP_CLIENT_SOCKET_H_
