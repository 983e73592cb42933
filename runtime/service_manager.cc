// sd_notify(3) on a datagram socket.
// Tested by tests/runtime/service_manager_test.cc.
#include "runtime/service_manager.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>

#include "runtime/log/log.h"

namespace corsac {
namespace {

// A path as it is; an abstract name behind a NUL byte. Empty if it is neither.
std::string AddressOf(std::string_view socket) {
  std::string address(socket);
  if (address.starts_with('@')) {
    address.front() = '\0';
  } else if (!address.starts_with('/')) {
    return {};
  }
  if (address.size() >= sizeof(sockaddr_un::sun_path)) return {};
  return address;
}

// The clock that the manager compares with its own.
std::uint64_t MonotonicMicroseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  constexpr std::uint64_t kMicro = 1'000'000;
  constexpr std::uint64_t kNanoPerMicro = 1'000;
  return static_cast<std::uint64_t>(now.tv_sec) * kMicro +
         static_cast<std::uint64_t>(now.tv_nsec) / kNanoPerMicro;
}

}  // namespace

std::string ServiceManager::SocketOfEnvironment() {
  // Nobody sets the environment while this process runs.
  const char* socket =
      std::getenv("NOTIFY_SOCKET");  // NOLINT(concurrency-mt-unsafe)
  return socket == nullptr ? "" : socket;
}

ServiceManager::ServiceManager(std::string_view socket)
    : address_(AddressOf(socket)) {
  if (address_.empty()) {
    if (!socket.empty()) {
      Log(LogLevel::kWarning, "service.unknown",
          "NOTIFY_SOCKET is neither an absolute path nor an abstract name",
          {{"socket", socket}});
    }
    return;
  }
  fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  // Its queue may be full for a moment. Without READY=1 it would wait for good.
  const timeval patience{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

ServiceManager::~ServiceManager() {
  if (fd_ >= 0) close(fd_);
}

void ServiceManager::Ready(const ReloadAttempt& first) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (state_ == State::kStopping) return;
  state_ = State::kReady;
  Send("READY=1\nSTATUS=" + StatusText(first));
}

void ServiceManager::BeginReload() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (state_ != State::kReady) return;
  state_ = State::kReloading;
  // One datagram: without the time the manager takes a READY=1 that is on its
  // way for the end of this reload.
  Send("RELOADING=1\nMONOTONIC_USEC=" +
       std::to_string(MonotonicMicroseconds()));
}

void ServiceManager::EndReload(const ReloadAttempt& attempt) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const bool begun = state_ == State::kReloading;
  if (begun) state_ = State::kReady;
  if (state_ != State::kReady) return;
  const std::string ready = begun ? "READY=1" : "";
  // An attempt that repeats a failure leaves what was said about it.
  if (attempt.repeats_failure) return Send(ready);
  const bool news =
      begun || failed_ || attempt.result != ReloadResult::kUnchanged;
  failed_ = attempt.result == ReloadResult::kFailure;
  if (news) Send(ready + (begun ? "\n" : "") + "STATUS=" + StatusText(attempt));
}

void ServiceManager::Stopping() {
  const std::lock_guard<std::mutex> lock(mutex_);
  state_ = State::kStopping;
  Send("STOPPING=1\nSTATUS=letting requests end");
}

void ServiceManager::Send(std::string_view message) const {
  if (fd_ < 0 || message.empty()) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::copy(address_.begin(), address_.end(), std::begin(to.sun_path));
  // An abstract name ends where its length says, a path at a NUL byte.
  const std::size_t size = offsetof(sockaddr_un, sun_path) + address_.size() +
                           (address_.front() == '\0' ? 0 : 1);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the interface
  const auto* address = reinterpret_cast<const sockaddr*>(&to);
  [[maybe_unused]] const ssize_t sent =
      sendto(fd_, message.data(), message.size(), MSG_NOSIGNAL, address,
             static_cast<socklen_t>(size));
}

std::string StatusText(const ReloadAttempt& attempt) {
  std::string generation = "generation " + std::to_string(attempt.generation);
  if (attempt.result != ReloadResult::kFailure) return generation;
  return "reload failed: " + std::to_string(attempt.errors) +
         (attempt.errors == 1 ? " error, " : " errors, ") + generation +
         " kept";
}

}  // namespace corsac
