// What one client may use of the decision listener. Each limit has a flag of
// corsacd (docs/operations.md lists them) and shows in the metrics when it is
// met.
#ifndef CORSAC_RUNTIME_HTTP_HTTP_LIMITS_H_
#define CORSAC_RUNTIME_HTTP_HTTP_LIMITS_H_

#include <chrono>
#include <cstddef>

namespace corsac {

struct HttpLimits {
  // Bytes of a request line and its header lines, line ends included. Browsers'
  // cookies come along when a gateway passes all header lines on.
  std::size_t max_head_bytes = std::size_t{32} << 10;
  // Header lines of one request.
  std::size_t max_fields = 128;
  // Bytes of a body that are read and thrown away to keep a connection usable;
  // a longer body ends the connection instead.
  std::size_t max_drain_bytes = std::size_t{64} << 10;

  // From the first byte of a request to the end of its head. Not prolonged by
  // bytes that come one at a time.
  std::chrono::milliseconds head_timeout{10'000};
  // Between two requests.
  std::chrono::milliseconds idle_timeout{75'000};
  // For a whole body.
  std::chrono::milliseconds body_timeout{10'000};
  // For a client to take what is written to it.
  std::chrono::milliseconds write_timeout{10'000};

  // Connections open at once, in all loops together.
  std::size_t max_connections = 10'000;
  // The same of one client address; 0: no limit. A gateway is one address.
  // Does not count connections of Unix sockets, which have none.
  std::size_t max_connections_per_address = 0;
};

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_HTTP_LIMITS_H_
