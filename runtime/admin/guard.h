// Who may talk to the admin API: programs on this machine, and web pages that
// the API itself served. It listens on loopback addresses only; but a browser
// on this machine can be made to send requests there by any page, directly or
// after rebinding a name to 127.0.0.1, so the Host and Origin lines are checked
// too. The API sends no CORS headers of its own.
#ifndef CORSAC_RUNTIME_ADMIN_GUARD_H_
#define CORSAC_RUNTIME_ADMIN_GUARD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/result.h"

namespace corsac {

// Where the admin API listens.
struct AdminAddress {
  std::string host;  // an address of loopback: "127.0.0.1" or "::1"
  std::uint16_t port = 0;

  // "127.0.0.1:8481", "[::1]:8481".
  std::string Authority() const;
};

// Parses "ADDR:PORT" as given by --admin. The address must be one of loopback,
// 127.0.0.0/8 or [::1], or "localhost"; port 0 is one that the system chooses.
Result<AdminAddress> ParseAdminAddress(std::string_view text);

// Returns why a request with these header lines is refused, or nothing.
// Host: exactly one, a loopback address or "localhost", and if it has a port,
// `port`. Origin: none, or one that names the same host and port as Host over
// http: the server's own.
std::optional<std::string> CheckGuard(const std::vector<std::string>& hosts,
                                      const std::vector<std::string>& origins,
                                      std::uint16_t port);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_GUARD_H_
