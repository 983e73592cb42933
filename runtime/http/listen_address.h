// Where a listener listens: a TCP address or a Unix socket.
#ifndef CORSAC_RUNTIME_HTTP_LISTEN_ADDRESS_H_
#define CORSAC_RUNTIME_HTTP_LISTEN_ADDRESS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/result.h"

namespace corsac {

struct ListenAddress {
  std::string host;        // "127.0.0.1", "::1", "0.0.0.0"; empty for a path
  std::uint16_t port = 0;  // 0: one that the system chooses
  std::string path;        // of a Unix socket

  bool is_unix() const { return !path.empty(); }

  // "127.0.0.1:8480", "[::1]:8480", "unix:/run/corsac/decision.sock".
  std::string Text() const;
};

// Parses the above. The host must be an IPv4 address, an IPv6 address in
// brackets, or "localhost" (127.0.0.1); names are not looked up. An error says
// what is wrong, without the name of the flag.
Result<ListenAddress> ParseListenAddress(std::string_view text);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_HTTP_LISTEN_ADDRESS_H_
