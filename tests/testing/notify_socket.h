// The socket on which a service manager (systemd) hears of its services.
#ifndef CORSAC_TESTS_TESTING_NOTIFY_SOCKET_H_
#define CORSAC_TESTS_TESTING_NOTIFY_SOCKET_H_

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <string>
#include <system_error>

namespace corsac::testing {

class NotifySocket {
 public:
  // `name`: a path, or `@` and an abstract name.
  explicit NotifySocket(std::string name)
      : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (name.front() == '@') name.front() = '\0';
    std::memcpy(static_cast<char*>(address.sun_path), name.data(), name.size());
    const auto size =
        static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): sockets API
    const auto* raw = reinterpret_cast<const sockaddr*>(&address);
    EXPECT_EQ(bind(fd_, raw, size), 0)
        << std::generic_category().message(errno);
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;
  ~NotifySocket() { close(fd_); }

  // The next datagram, or "" when none comes within `patience`.
  std::string Next(std::chrono::milliseconds patience = {}) const {
    pollfd socket{fd_, POLLIN, 0};
    poll(&socket, 1, static_cast<int>(patience.count()));
    std::array<char, 4'096> buffer{};
    const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
    return {buffer.data(), got < 0 ? 0 : static_cast<std::size_t>(got)};
  }

 private:
  const int fd_;
};

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_TESTING_NOTIFY_SOCKET_H_
