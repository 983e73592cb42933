// The endpoints of the admin API, in one table. docs/http_api.md describes each
// row.
#ifndef CORSAC_RUNTIME_ADMIN_ROUTER_H_
#define CORSAC_RUNTIME_ADMIN_ROUTER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/admin/context.h"
#include "runtime/admin/message.h"

namespace corsac {

// What a request's body must be.
enum class BodyKind : std::uint8_t {
  kNone,  // it is not read
  kJson,  // application/json
  kToml,  // application/toml or text/plain
};

struct Endpoint {
  std::string_view path;
  // One or more methods, separated by one blank. GET serves HEAD too.
  std::string_view methods;
  std::string_view name;  // in the metrics
  BodyKind body = BodyKind::kNone;
  std::size_t body_max = 0;  // bytes
  AdminResponse (*handle)(const AdminRequest&, AdminContext&) = nullptr;
};

std::span<const Endpoint> Endpoints();

struct NoSuchPath {};
struct NoSuchMethod {
  std::string allow;  // the value of Allow
};

// Finds the endpoint for a request. Paths are compared byte for byte.
std::variant<const Endpoint*, NoSuchPath, NoSuchMethod> FindEndpoint(
    std::string_view path, std::string_view method);

}  // namespace corsac

#endif  // CORSAC_RUNTIME_ADMIN_ROUTER_H_
