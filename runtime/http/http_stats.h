// What the loops of a listener count.
#ifndef CORSAC_RUNTIME_HTTP_HTTP_STATS_H_
#define CORSAC_RUNTIME_HTTP_HTTP_STATS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime/http/request_head.h"

namespace corsac {

// Why a connection ended, or was refused.
enum class CloseReason : std::uint8_t {
  kClient,          // the client closed it, or reset it
  kAnswered,        // as agreed, after an answer
  kBadRequest,      // after an answer that said so
  kHeadTimeout,     // HttpLimits::head_timeout
  kIdleTimeout,     // HttpLimits::idle_timeout
  kBodyTimeout,     // HttpLimits::body_timeout
  kWriteTimeout,    // HttpLimits::write_timeout
  kShutdown,        // idle when the server ended
  kMaxConnections,  // refused: HttpLimits::max_connections
  kMaxPerAddress,   // refused: HttpLimits::max_connections_per_address
};
inline constexpr std::size_t kCloseReasons = 10;

// "client", "answered", "bad-request", …
std::string_view CloseReasonName(CloseReason reason);

// Sums over all loops.
struct HttpStats {
  std::uint64_t accepted = 0;  // connections, refused ones left out
  std::uint64_t open = 0;      // now
  std::uint64_t requests = 0;  // heads read and answered
  std::array<std::uint64_t, kCloseReasons> closed{};  // [CloseReason]
  std::array<std::uint64_t, kHttpErrors> errors{};    // [HttpError]
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_HTTP_STATS_H_
