// Paths of the decision listener.
// Tested by tests/runtime/decision_plane_test.cc.
#include "runtime/serve/endpoint.h"

namespace corsac {

std::string_view ServeEndpointName(ServeEndpoint endpoint) {
  switch (endpoint) {
    case ServeEndpoint::kNone:
      return "none";
    case ServeEndpoint::kPreflight:
      return "preflight";
    case ServeEndpoint::kAuthRequest:
      return "auth-request";
    case ServeEndpoint::kForwardAuth:
      return "forward-auth";
    case ServeEndpoint::kExtAuthz:
      return "ext-authz";
    case ServeEndpoint::kDecision:
      return "decision";
    case ServeEndpoint::kHealthy:
      return "healthy";
    case ServeEndpoint::kReady:
      return "ready";
  }
  return "";
}

ServeEndpoint ServeEndpointOf(std::string_view path_and_query) noexcept {
  const std::string_view path =
      path_and_query.substr(0, path_and_query.find('?'));
  if (path == "/v1/preflight") return ServeEndpoint::kPreflight;
  if (path == "/v1/authz/auth-request") return ServeEndpoint::kAuthRequest;
  if (path == "/v1/authz/forward-auth") return ServeEndpoint::kForwardAuth;
  if (path.starts_with(kExtAuthzPrefix) &&
      path.substr(kExtAuthzPrefix.size()).starts_with('/')) {
    return ServeEndpoint::kExtAuthz;
  }
  if (path == "/v1/decision") return ServeEndpoint::kDecision;
  if (path == "/-/healthy") return ServeEndpoint::kHealthy;
  if (path == "/-/ready") return ServeEndpoint::kReady;
  return ServeEndpoint::kNone;
}

}  // namespace corsac
