// Tested by http_load_test.cc and tests/bench/http_smoke_test.py.
#include "bench/http/client_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

namespace corsac::bench {

std::optional<sockaddr_in> ParseServerAddress(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string host(text.substr(0, colon));
  const char* const end = text.data() + text.size();
  std::uint16_t port = 0;
  const auto read = std::from_chars(text.data() + colon + 1, end, port);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  if (read.ec != std::errc() || read.ptr != end || port == 0 ||
      inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) {
    return std::nullopt;
  }
  return address;
}

ClientSocket::ClientSocket(ClientSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

ClientSocket& ClientSocket::operator=(ClientSocket&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

ClientSocket::~ClientSocket() { Close(); }

ClientSocket ClientSocket::Connect(const sockaddr_in& address,
                                   int timeout_seconds) {
  ClientSocket made;
  made.fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made.fd_ < 0) return made;
  const timeval timeout{.tv_sec = timeout_seconds, .tv_usec = 0};
  setsockopt(made.fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  setsockopt(made.fd_, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  const int on = 1;
  setsockopt(made.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (connect(made.fd_, reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) != 0) {
    made.Close();
  }
  return made;
}

void ClientSocket::MakeNonBlocking() { fcntl(fd_, F_SETFL, O_NONBLOCK); }

void ClientSocket::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

}  // namespace corsac::bench
