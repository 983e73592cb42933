// The endpoints of the decision listener.
#ifndef CORSAC_RUNTIME_SERVE_ENDPOINT_H_
#define CORSAC_RUNTIME_SERVE_ENDPOINT_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace corsac {

enum class ServeEndpoint : std::uint8_t {
  kNone,         // no such path
  kPreflight,    // /v1/preflight
  kAuthRequest,  // /v1/authz/auth-request
  kForwardAuth,  // /v1/authz/forward-auth
  kExtAuthz,     // /v1/authz/ext-authz/…
  kDecision,     // /v1/decision
  kHealthy,      // /-/healthy
  kReady,        // /-/ready
};
inline constexpr std::size_t kServeEndpoints = 8;

// As in metrics and logs: "none", "preflight", "auth-request", "forward-auth",
// "ext-authz", "decision", "healthy", "ready".
std::string_view ServeEndpointName(ServeEndpoint endpoint);

// What comes before the path of the original request.
inline constexpr std::string_view kExtAuthzPrefix = "/v1/authz/ext-authz";

// The endpoint that `path_and_query` leads to. Its path is compared byte for
// byte, as it is: nothing is decoded, a query does not matter.
ServeEndpoint ServeEndpointOf(std::string_view path_and_query) noexcept;

}  // namespace corsac

#endif  // CORSAC_RUNTIME_SERVE_ENDPOINT_H_
