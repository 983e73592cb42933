// The test's HTTP client.
#include "tests/e2e/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>

#include "tests/e2e/server_process.h"

namespace corsac::testing {
namespace {

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return text;
}

HttpAnswer ParseHead(std::string_view head) {
  HttpAnswer answer;
  const std::size_t line_end = head.find("\r\n");
  const std::string line(head.substr(0, line_end));
  answer.version = line.substr(0, line.find(' '));
  answer.status =
      std::atoi(line.c_str() + std::min(line.find(' '), line.size()));
  head.remove_prefix(std::min(line_end + 2, head.size()));
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view field = head.substr(0, end);
    const std::size_t colon = field.find(':');
    if (colon != std::string_view::npos) {
      std::string_view value = field.substr(colon + 1);
      while (value.starts_with(' ')) value.remove_prefix(1);
      answer.headers[Lower(std::string(field.substr(0, colon)))] = value;
    }
    head.remove_prefix(std::min(end + 2, head.size()));
  }
  return answer;
}

}  // namespace

HttpConnection::HttpConnection(std::uint16_t port)
    : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  SetTimeouts();
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): sockets API
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) != 0) {
    close(fd_);
    fd_ = -1;
  }
}

HttpConnection::HttpConnection(const std::filesystem::path& path)
    : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = path.string();
  std::copy(name.begin(), name.end(), std::begin(address.sun_path));
  SetTimeouts();
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): sockets API
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) != 0) {
    close(fd_);
    fd_ = -1;
  }
}

void HttpConnection::SetTimeouts() const {
  const timeval timeout{kPatience.count(), 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
}

HttpConnection::~HttpConnection() {
  if (fd_ >= 0) close(fd_);
}

bool HttpConnection::Send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool HttpConnection::ReadMore() {
  std::array<char, 16'384> bytes{};
  for (;;) {
    const ssize_t got = recv(fd_, bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    buffer_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
  }
}

HttpAnswer HttpConnection::Receive(bool head) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadMore()) return {};
  }
  HttpAnswer answer = ParseHead(std::string_view(buffer_).substr(0, end));
  buffer_.erase(0, end + 4);
  if (answer.status == 100) return Receive(head);
  if (head) return answer;
  const auto length = static_cast<std::size_t>(
      std::atoll(answer.headers["content-length"].c_str()));
  while (buffer_.size() < length) {
    if (!ReadMore()) return {};
  }
  answer.body = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return answer;
}

bool HttpConnection::IsClosed() { return buffer_.empty() && !ReadMore(); }

void HttpConnection::FinishSending() const { shutdown(fd_, SHUT_WR); }

std::string MakeRequest(std::string_view method, std::string_view target,
                        std::string_view headers, std::string_view body) {
  std::string bytes(method);
  bytes += " ";
  bytes += target;
  bytes += " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  bytes += headers;
  if (!body.empty() || method == "POST" || method == "PUT") {
    bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  }
  bytes += "\r\n";
  bytes += body;
  return bytes;
}

HttpAnswer Ask(std::uint16_t port, std::string_view method,
               std::string_view target, std::string_view headers,
               std::string_view body) {
  HttpConnection connection(port);
  if (!connection.Send(MakeRequest(method, target, headers, body))) return {};
  return connection.Receive(method == "HEAD");
}

HttpAnswer Get(std::uint16_t port, std::string_view target) {
  return Ask(port, "GET", target);
}

HttpAnswer PostJson(std::uint16_t port, std::string_view target,
                    std::string_view body) {
  return Ask(port, "POST", target, "Content-Type: application/json\r\n", body);
}

}  // namespace corsac::testing
