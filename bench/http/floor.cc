// corsac_http_floor: what a server on this machine cannot be cheaper than. One
// epoll loop that looks for the end of each head, reads nothing of it but the
// first byte, and sends the same answer to everybody. Prints `listening PORT`.
// Tested by tests/bench/http_smoke_test.py.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

// As long as the answers of the others.
constexpr std::string_view kPreflight =
    "HTTP/1.1 204 No Content\r\n"
    "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
    "Access-Control-Allow-Origin: https://tenant-00042.example.com\r\n"
    "Access-Control-Allow-Credentials: true\r\n"
    "Access-Control-Allow-Methods: GET, POST, PUT, DELETE\r\n"
    "Access-Control-Allow-Headers: content-type, authorization, x-csrf\r\n"
    "Access-Control-Max-Age: 7200\r\n"
    "Vary: Origin, Access-Control-Request-Method, "
    "Access-Control-Request-Headers\r\n"
    "\r\n";
constexpr std::string_view kActual =
    "HTTP/1.1 200 OK\r\n"
    "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
    "Content-Length: 0\r\n"
    "Access-Control-Allow-Origin: https://tenant-00042.example.com\r\n"
    "Access-Control-Allow-Credentials: true\r\n"
    "Vary: Origin\r\n"
    "\r\n";
constexpr std::string_view kEnd = "\r\n\r\n";

struct Connection {
  bool in_head = false;
  bool preflight = false;
  std::uint8_t matched = 0;  // bytes of kEnd that have come
};

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(1);  // NOLINT(concurrency-mt-unsafe)
}

// Appends an answer for each head that ends in `bytes`.
void Answer(std::string_view bytes, Connection* connection, std::string* out) {
  while (!bytes.empty()) {
    if (!connection->in_head) {
      connection->in_head = true;
      connection->preflight = bytes.front() == 'O';
    }
    // Whole heads in one piece are the rule.
    if (connection->matched == 0) {
      const void* const found =
          memmem(bytes.data(), bytes.size(), kEnd.data(), kEnd.size());
      if (found != nullptr) {
        const auto at = static_cast<std::size_t>(
            static_cast<const char*>(found) - bytes.data());
        bytes.remove_prefix(at + kEnd.size());
        connection->in_head = false;
        *out += connection->preflight ? kPreflight : kActual;
        continue;
      }
    }
    for (const char c : bytes) {
      bytes.remove_prefix(1);
      if (c == kEnd[connection->matched]) {
        ++connection->matched;
      } else {
        connection->matched = c == '\r' ? 1 : 0;
      }
      if (connection->matched == kEnd.size()) break;
    }
    if (connection->matched == kEnd.size()) {
      connection->matched = 0;
      connection->in_head = false;
      *out += connection->preflight ? kPreflight : kActual;
    }
  }
}

class Floor {
 public:
  Floor() : buffer_(std::size_t{64} << 10, '\0') {}

  int Listen() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (listener_ < 0) Die("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) !=
            0 ||
        listen(listener_, 4096) != 0 ||
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) !=
            0) {
      Die("listen");
    }
    epoll_ = epoll_create1(0);
    Watch(listener_);
    return ntohs(address.sin_port);
  }

  [[noreturn]] void Run() {
    std::array<epoll_event, 512> events{};
    for (;;) {
      const int ready = epoll_wait(epoll_, events.data(),
                                   static_cast<int>(events.size()), -1);
      for (int i = 0; i < ready; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd == listener_) {
          Accept();
        } else {
          Serve(fd);
        }
      }
    }
  }

 private:
  void Watch(int fd) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) Die("epoll_ctl");
  }

  void Accept() {
    for (;;) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (fd < 0) return;
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      const auto place = static_cast<std::size_t>(fd);
      if (connections_.size() <= place) connections_.resize(place + 1);
      connections_[place] = {};
      Watch(fd);
    }
  }

  void Serve(int fd) {
    Connection& connection = connections_[static_cast<std::size_t>(fd)];
    const ssize_t got = recv(fd, buffer_.data(), buffer_.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      close(fd);
      return;
    }
    out_.clear();
    Answer({buffer_.data(), static_cast<std::size_t>(got)}, &connection, &out_);
    if (out_.empty()) return;
    // Clients take their answers; one that does not is dropped.
    if (send(fd, out_.data(), out_.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(out_.size())) {
      close(fd);
    }
  }

  int listener_ = -1;
  int epoll_ = -1;
  std::vector<Connection> connections_;  // by file descriptor
  std::string buffer_;
  std::string out_;
};

}  // namespace

int main() {
  Floor floor;
  std::printf("listening %d\n", floor.Listen());
  std::fflush(stdout);
  floor.Run();
}
