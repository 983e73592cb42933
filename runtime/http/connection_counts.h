// How many connections there are, in all and of each client address.
#ifndef CORSAC_RUNTIME_HTTP_CONNECTION_COUNTS_H_
#define CORSAC_RUNTIME_HTTP_CONNECTION_COUNTS_H_

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "runtime/http/http_limits.h"
#include "runtime/http/http_stats.h"

namespace corsac {

// An IPv6 address, or an IPv4 one as IPv6 writes it. All zero: none.
struct ClientAddress {
  std::array<std::uint64_t, 2> bytes{};

  friend bool operator==(const ClientAddress&, const ClientAddress&) = default;

  // Of AF_INET or AF_INET6; none for other families.
  static ClientAddress Of(const sockaddr_storage& address);
};

// Thread-safe. Takes a mutex, and allocates: once a connection, not a request.
class ConnectionCounts {
 public:
  explicit ConnectionCounts(const HttpLimits& limits)
      : max_(limits.max_connections),
        max_per_address_(limits.max_connections_per_address) {}

  // Counts a connection. Returns which limit it would pass, if one.
  std::optional<CloseReason> Add(const ClientAddress& address);

  // REQUIRES: a connection of `address` was added.
  void Remove(const ClientAddress& address);

  std::size_t open() const;

 private:
  struct Hash {
    std::size_t operator()(const ClientAddress& address) const {
      return address.bytes[0] * 0x9E3779B97F4A7C15U ^ address.bytes[1];
    }
  };

  const std::size_t max_;
  const std::size_t max_per_address_;
  mutable std::mutex mutex_;
  std::size_t open_ = 0;
  std::unordered_map<ClientAddress, std::size_t, Hash> per_address_;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_CONNECTION_COUNTS_H_
