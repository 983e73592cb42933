// Tells the service manager that started this process how it is doing: the
// protocol of sd_notify(3), which is one datagram to the socket that the
// environment names in NOTIFY_SOCKET.
#ifndef CORSAC_RUNTIME_SERVICE_MANAGER_H_
#define CORSAC_RUNTIME_SERVICE_MANAGER_H_

#include <mutex>
#include <string>
#include <string_view>

#include "runtime/store/reload_attempt.h"

namespace corsac {

// Thread-safe. Without a service manager nothing happens. A manager that does
// not take a datagram is waited for at most a second; then it is lost.
class ServiceManager {
 public:
  // `socket`: NOTIFY_SOCKET, an absolute path or, behind `@`, an abstract name;
  // empty for no service manager.
  explicit ServiceManager(std::string_view socket);
  // That of the environment.
  static std::string SocketOfEnvironment();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;
  ~ServiceManager();

  // The first rules are in force and every listener is open.
  void Ready(const ReloadAttempt& first);

  // New rules are about to be compiled. The manager shows "reloading" until
  // EndReload(). Before Ready() it is starting, whatever is compiled.
  void BeginReload();

  // What came of an attempt. Those that found nothing to do are not told.
  void EndReload(const ReloadAttempt& attempt);

  // The process is about to end; nothing is told after it.
  void Stopping();

 private:
  enum class State : unsigned char { kStarting, kReady, kReloading, kStopping };

  void Send(std::string_view message) const;  // with mutex_ held

  const std::string address_;  // of the socket, as the system takes it
  int fd_ = -1;
  std::mutex mutex_;
  State state_ = State::kStarting;  // guarded by mutex_
  bool failed_ = false;             // the last status says so; guarded too
};

// "generation 43", or "reload failed: 3 errors, generation 42 kept".
std::string StatusText(const ReloadAttempt& attempt);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SERVICE_MANAGER_H_
