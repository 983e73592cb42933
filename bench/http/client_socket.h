// The sockets of the load generator.
#ifndef CORSAC_BENCH_HTTP_CLIENT_SOCKET_H_
#define CORSAC_BENCH_HTTP_CLIENT_SOCKET_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace corsac::bench {

// A TCP address of this machine, or a Unix socket.
struct ServerAddress {
  std::string host;        // an IPv4 address
  std::uint16_t port = 0;  // of `host`
  std::string path;        // of a Unix socket; then the others are empty
};

// "127.0.0.1:8480" or "unix:/run/x.sock". Returns whether `text` is one.
bool ParseServerAddress(std::string_view text, ServerAddress* address);

// Owns a file descriptor. Thread-compatible.
class ClientSocket {
 public:
  ClientSocket() = default;
  ClientSocket(ClientSocket&& other) noexcept;
  ClientSocket& operator=(ClientSocket&& other) noexcept;
  ClientSocket(const ClientSocket&) = delete;
  ClientSocket& operator=(const ClientSocket&) = delete;
  ~ClientSocket();

  // A connection without Nagle's delay, or a closed socket and errno. Waits for
  // the other side, `timeout_seconds` at most; so does what is done with it,
  // unless it is made non-blocking.
  static ClientSocket Connect(const ServerAddress& address,
                              int timeout_seconds);

  bool open() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  void MakeNonBlocking();
  void Close();

 private:
  int fd_ = -1;
};

}  // namespace corsac::bench

#endif  // CORSAC_BENCH_HTTP_CLIENT_SOCKET_H_
