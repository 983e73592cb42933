// The endpoint table and how it is searched.
// Tested by tests/runtime/admin_parts_test.cc.
#include "runtime/admin/router.h"

#include <algorithm>
#include <array>

#include "runtime/admin/handlers.h"
#include "runtime/admin/limits.h"

namespace corsac {
namespace {

constexpr std::array<Endpoint, 9> kEndpoints = {{
    {"/v1/decision", "GET", "decision", BodyKind::kNone, 0, &HandleAsk},
    {"/v1/decision", "POST", "decision", BodyKind::kJson, kMaxDecisionBytes,
     &HandleDecide},
    {"/v1/status", "GET", "status", BodyKind::kNone, 0, &HandleStatus},
    {"/v1/routes", "GET", "routes", BodyKind::kNone, 0, &HandleRoutes},
    {"/v1/check", "POST", "check", BodyKind::kToml, kMaxCheckBytes,
     &HandleCheck},
    {"/-/reload", "POST PUT", "reload", BodyKind::kNone, 0, &HandleReload},
    {"/-/healthy", "GET", "healthy", BodyKind::kNone, 0, &HandleHealthy},
    {"/-/ready", "GET", "ready", BodyKind::kNone, 0, &HandleReady},
    {"/metrics", "GET", "metrics", BodyKind::kNone, 0, &HandleMetrics},
}};

// Calls `visit` with each method of `methods`, HEAD after GET.
template <class Visit>
void ForEachMethod(std::string_view methods, Visit visit) {
  while (!methods.empty()) {
    const std::size_t end = std::min(methods.find(' '), methods.size());
    const std::string_view method = methods.substr(0, end);
    visit(method);
    if (method == "GET") visit("HEAD");
    methods.remove_prefix(std::min(end + 1, methods.size()));
  }
}

}  // namespace

std::span<const Endpoint> Endpoints() { return kEndpoints; }

std::variant<const Endpoint*, NoSuchPath, NoSuchMethod> FindEndpoint(
    std::string_view path, std::string_view method) {
  NoSuchMethod other;
  for (const Endpoint& endpoint : kEndpoints) {
    if (endpoint.path != path) continue;
    bool found = false;
    ForEachMethod(endpoint.methods, [&](std::string_view name) {
      found |= name == method;
      if (!other.allow.empty()) other.allow += ", ";
      other.allow += name;
    });
    if (found) return &endpoint;
  }
  if (other.allow.empty()) return NoSuchPath{};
  return other;
}

}  // namespace corsac
