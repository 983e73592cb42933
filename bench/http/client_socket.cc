// Connects to TCP addresses and Unix sockets. Tested by http_load_test.cc and
// tests/bench/http_smoke_test.py.
#include "bench/http/client_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

namespace corsac::bench {
namespace {

sockaddr_un UnixAddress(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), std::begin(address.sun_path));
  return address;
}

sockaddr_in TcpAddress(const ServerAddress& server) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port);
  inet_pton(AF_INET, server.host.c_str(), &address.sin_addr);
  return address;
}

}  // namespace

bool ParseServerAddress(std::string_view text, ServerAddress* address) {
  *address = {};
  if (text.starts_with("unix:")) {
    address->path = text.substr(5);
    return !address->path.empty() &&
           address->path.size() < sizeof(sockaddr_un::sun_path);
  }
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  address->host = text.substr(0, colon);
  const char* const end = text.data() + text.size();
  const auto read =
      std::from_chars(text.data() + colon + 1, end, address->port);
  in_addr parsed{};
  return read.ec == std::errc() && read.ptr == end && address->port != 0 &&
         inet_pton(AF_INET, address->host.c_str(), &parsed) == 1;
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

ClientSocket ClientSocket::Connect(const ServerAddress& address,
                                   int timeout_seconds) {
  ClientSocket made;
  const bool is_unix = !address.path.empty();
  made.fd_ = socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made.fd_ < 0) return made;
  const timeval timeout{.tv_sec = timeout_seconds, .tv_usec = 0};
  setsockopt(made.fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  setsockopt(made.fd_, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  int connected = -1;
  if (is_unix) {
    const sockaddr_un to = UnixAddress(address.path);
    connected =
        connect(made.fd_, reinterpret_cast<const sockaddr*>(&to), sizeof(to));
  } else {
    const int on = 1;
    setsockopt(made.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const sockaddr_in to = TcpAddress(address);
    connected =
        connect(made.fd_, reinterpret_cast<const sockaddr*>(&to), sizeof(to));
  }
  if (connected != 0) {
    const int why = errno;
    made.Close();
    errno = why;
  }
  return made;
}

void ClientSocket::MakeNonBlocking() { fcntl(fd_, F_SETFL, O_NONBLOCK); }

void ClientSocket::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

}  // namespace corsac::bench
