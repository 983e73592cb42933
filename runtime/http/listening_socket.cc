// Binding.
// Tested by tests/runtime/http_server_test.cc.
#include "runtime/http/listening_socket.h"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace corsac {
namespace {

// Connections that may wait to be accepted; the kernel has a bound of its own
// (net.core.somaxconn).
constexpr int kBacklog = 4096;

std::string SystemError(int error) {
  return std::generic_category().message(error);
}

Error CannotListen(const ListenAddress& address, const std::string& why) {
  return Error{"cannot listen on " + address.Text() + ": " + why};
}

// Whether something answers on the Unix socket at `path`: a socket whose
// program died refuses connections. Returns the error of connect(2), or 0.
int ConnectTo(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return errno;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(static_cast<char*>(address.sun_path), path.data(), path.size());
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): sockets API
  const int status =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  const int error = status == 0 ? 0 : errno;
  close(fd);
  return error;
}

// Makes room for a Unix socket at `address.path`: takes away one that nobody
// listens on any more, and nothing else.
std::optional<Error> ClearPath(const ListenAddress& address) {
  struct stat info {};
  if (lstat(address.path.c_str(), &info) != 0) {
    if (errno == ENOENT) return std::nullopt;
    return CannotListen(address, SystemError(errno));
  }
  if (!S_ISSOCK(info.st_mode)) {
    return CannotListen(address,
                        "there is a file that is no socket; remove it or "
                        "choose another path");
  }
  const int error = ConnectTo(address.path);
  // EAGAIN: its backlog is full, so it is alive.
  if (error != ECONNREFUSED) {
    return CannotListen(address, error == 0 || error == EAGAIN
                                     ? "another program listens there"
                                     : SystemError(error));
  }
  if (unlink(address.path.c_str()) != 0) {
    return CannotListen(address, SystemError(errno));
  }
  return std::nullopt;
}

Poco::Net::SocketAddress PocoAddress(const ListenAddress& address) {
  using Poco::Net::SocketAddress;
  if (address.is_unix()) {
    return {SocketAddress::UNIX_LOCAL, address.path};
  }
  return {address.host, address.port};
}

// Nobody else of those that wait their turn so takes a Unix socket of `path`'s
// folder meanwhile: that a socket is dead can only be told before it is
// replaced, and one that is not listened on yet looks dead. Waits for the
// others, which take no time, but not for ever.
class FolderLock {
 public:
  explicit FolderLock(const std::string& path) {
    const std::string folder = std::filesystem::path(path).parent_path();
    fd_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd_ < 0) {
      error_ = errno;
      return;
    }
    constexpr int kTries = 200;
    for (int i = 0; flock(fd_, LOCK_EX | LOCK_NB) != 0; ++i) {
      if (i == kTries || (errno != EWOULDBLOCK && errno != EINTR)) {
        error_ = errno;
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock() {
    if (fd_ >= 0) close(fd_);
  }

  int error() const { return error_; }  // 0: it is held

 private:
  int fd_ = -1;
  int error_ = 0;
};

// The mask of new files' permissions, until it goes.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(umask(mask)) {}
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;
  ~Umask() { umask(before_); }

 private:
  const mode_t before_;
};

void BindSocket(const ListenAddress& address, unsigned unix_mode,
                Poco::Net::ServerSocket* socket) {
  const Poco::Net::SocketAddress poco = PocoAddress(address);
  // Without SO_REUSEPORT: two servers on one port would answer at random, each
  // from its own rules.
  if (poco.family() == Poco::Net::AddressFamily::IPv6) {
    socket->bind6(poco, true, false, true);
  } else {
    if (address.is_unix()) {
      // Nobody may connect before the mode is set.
      const Umask mask(0177);
      socket->bind(poco, false, false);
    } else {
      socket->bind(poco, true, false);
    }
  }
  if (address.is_unix() &&
      chmod(address.path.c_str(), static_cast<mode_t>(unix_mode)) != 0) {
    throw Poco::IOException("its permissions cannot be set", errno);
  }
  socket->listen(kBacklog);
  socket->setBlocking(false);
  fcntl(socket->impl()->sockfd(), F_SETFD, FD_CLOEXEC);
}

}  // namespace

Result<ListeningSocket> ListeningSocket::Bind(const ListenAddress& address,
                                              unsigned unix_mode) {
  std::optional<FolderLock> turn;
  if (address.is_unix()) {
    turn.emplace(address.path);
    if (turn->error() != 0) {
      return CannotListen(address, "its folder cannot be locked: " +
                                       SystemError(turn->error()));
    }
    if (std::optional<Error> error = ClearPath(address)) return *error;
  }
  try {
    Poco::Net::ServerSocket socket;
    BindSocket(address, unix_mode, &socket);
    ListeningSocket bound(socket, address);
    if (address.is_unix()) {
      struct stat info {};
      if (lstat(address.path.c_str(), &info) == 0) {
        bound.device_ = info.st_dev;
        bound.inode_ = info.st_ino;
      }
    } else {
      bound.address_.port = bound.socket_.address().port();
    }
    return bound;
  } catch (const Poco::Exception& error) {
    const int code = error.code();
    if (code == EADDRINUSE) {
      return CannotListen(address, "another program listens there");
    }
    return CannotListen(address,
                        code != 0 ? SystemError(code) : error.displayText());
  }
}

ListeningSocket::ListeningSocket(ListeningSocket&& other) noexcept
    : socket_(other.socket_),
      address_(std::move(other.address_)),
      device_(other.device_),
      inode_(std::exchange(other.inode_, 0)) {}

ListeningSocket::~ListeningSocket() { RemovePath(); }

void ListeningSocket::RemovePath() {
  const ino_t inode = std::exchange(inode_, 0);
  if (inode == 0) return;
  struct stat info {};
  if (lstat(address_.path.c_str(), &info) == 0 && info.st_dev == device_ &&
      info.st_ino == inode) {
    unlink(address_.path.c_str());
  }
}

}  // namespace corsac
