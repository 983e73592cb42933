// Plain sockets, without anything of what they are to test.
#include "tests/testing/raw_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace corsac::testing {
namespace {

constexpr int kPatienceSeconds = 30;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

template <class T>
Address AddressOf(const T& specific) {
  Address address;
  std::memcpy(&address.storage, &specific, sizeof(specific));
  address.size = sizeof(specific);
  return address;
}

Address ToAddress(const ListenAddress& to) {
  if (to.is_unix()) {
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    std::memcpy(static_cast<char*>(local.sun_path), to.path.data(),
                to.path.size());
    return AddressOf(local);
  }
  if (to.host.find(':') != std::string::npos) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(to.port);
    EXPECT_EQ(inet_pton(AF_INET6, to.host.c_str(), &v6.sin6_addr), 1);
    return AddressOf(v6);
  }
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(to.port);
  EXPECT_EQ(inet_pton(AF_INET, to.host.c_str(), &v4.sin_addr), 1);
  return AddressOf(v4);
}

// Bytes of the answer at the front of `bytes`; 0 if it is not all there.
std::size_t AnswerSize(std::string_view bytes, bool is_head) {
  const std::size_t head = bytes.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  std::size_t size = head + 4;
  if (is_head) return size;
  for (std::size_t at = 0; at < head;) {
    const std::size_t end = bytes.find("\r\n", at);
    const std::string line(bytes.substr(at, end - at));
    const std::string name = "Content-Length: ";
    if (strncasecmp(line.c_str(), name.c_str(), name.size()) == 0) {
      size += std::stoul(line.substr(name.size()));
    }
    at = end + 2;
  }
  return size <= bytes.size() ? size : 0;
}

}  // namespace

RawClient::RawClient(const ListenAddress& address, int receive_buffer) {
  const Address to = ToAddress(address);
  fd_ = socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{kPatienceSeconds, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  if (receive_buffer > 0) {
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer,
               sizeof(receive_buffer));
  }
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): sockets API
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&to.storage), to.size) !=
      0) {
    Close();
    return;
  }
  const int on = 1;
  if (!address.is_unix()) {
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), unread_(std::move(other.unread_)) {}

RawClient& RawClient::operator=(RawClient&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(unread_, other.unread_);
  return *this;
}

RawClient::~RawClient() { Close(); }

void RawClient::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

bool RawClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      EXPECT_TRUE(errno == EPIPE || errno == ECONNRESET)
          << std::strerror(errno);  // NOLINT(concurrency-mt-unsafe)
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::size_t RawClient::SendSome(std::string_view bytes) {
  const ssize_t sent =
      send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

void RawClient::EndOutput() { shutdown(fd_, SHUT_WR); }

void RawClient::Reset() {
  const linger now{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  Close();
}

bool RawClient::ReadSome() {
  std::array<char, 65536> bytes{};
  for (;;) {
    const ssize_t got = recv(fd_, bytes.data(), bytes.size(), 0);
    if (got > 0) {
      unread_.append(bytes.data(), static_cast<std::size_t>(got));
      return true;
    }
    if (got < 0 && errno == EINTR) continue;
    EXPECT_TRUE(got == 0 || errno == ECONNRESET)
        << "nothing came for " << kPatienceSeconds << " s";
    return false;
  }
}

std::optional<StrictAnswer> RawClient::ReadAnswer(bool is_head) {
  std::size_t size = 0;
  while ((size = AnswerSize(unread_, is_head)) == 0) {
    if (!ReadSome()) return std::nullopt;
  }
  const StrictAnswers read =
      ReadStrictAnswers(std::string_view(unread_).substr(0, size),
                        [is_head](std::size_t /*index*/) { return is_head; });
  EXPECT_EQ(read.error, "") << unread_.substr(0, size);
  EXPECT_EQ(read.answers.size(), 1U) << unread_.substr(0, size);
  unread_.erase(0, size);
  if (read.answers.empty()) return std::nullopt;
  return read.answers[0];
}

std::string RawClient::ReadAll() {
  while (ReadSome()) {
  }
  return std::exchange(unread_, {});
}

bool RawClient::IsQuiet() const {
  char byte = 0;
  const ssize_t got = recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return unread_.empty() && got < 0 && errno == EAGAIN;
}

bool RawClient::IsClosed() { return unread_.empty() && !ReadSome(); }

}  // namespace corsac::testing
