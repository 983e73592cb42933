// /v1/routes.
// Tested by tests/runtime/admin_test.cc.
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "runtime/admin/handlers.h"
#include "runtime/admin/limits.h"
#include "runtime/admin/problem.h"

namespace corsac {
namespace {

using Json = nlohmann::ordered_json;

Json PolicyToJson(const CompiledPolicy& policy) {
  Json json;
  json["any_origin"] = policy.any_origin;
  json["credentials"] = policy.credentials;
  json["methods"] =
      policy.methods_any ? Json("*") : Json(policy.methods.names());
  Json headers = policy.headers.names();
  if (policy.headers_any) headers.insert(headers.begin(), "*");
  json["headers"] = std::move(headers);
  json["expose"] = policy.expose_expand ? "*" : policy.expose_headers;
  json["max_age"] =
      policy.max_age.empty() ? Json(nullptr) : Json(policy.max_age);
  json["mode"] = policy.enforce ? "enforce" : "advise";
  return json;
}

Json RouteToJson(const PolicyTable& table, const CompiledRoute& route) {
  const CompiledPolicy& policy = table.PolicyOf(route);
  const RulePlace place = table.PlaceOf(route);
  Json json;
  json["id"] = route.id;
  json["host"] = route.host.empty() ? Json(nullptr) : Json(route.host);
  json["path"] = route.pattern;
  json["for_methods"] = route.for_methods;
  json["file"] = place.file;
  json["line"] = place.line;
  json["cors"] = policy.cors;
  json["policy"] = policy.cors ? PolicyToJson(policy) : Json(nullptr);
  return json;
}

// The number that parameter `name` gives, or `fallback`; nothing if it is none.
std::optional<std::size_t> NumberOf(const Query& query, std::string_view name,
                                    std::size_t fallback) {
  const std::optional<std::string> text = query.Get(name);
  if (!text) return fallback;
  std::size_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

}  // namespace

AdminResponse HandleRoutes(const AdminRequest& request, AdminContext& context) {
  if (const auto wrong = request.query.CheckNames({"offset", "limit"})) {
    return BadQuery(request, *wrong);
  }
  const std::optional<std::size_t> offset =
      NumberOf(request.query, "offset", 0);
  const std::optional<std::size_t> limit =
      NumberOf(request.query, "limit", kDefaultRoutesPage);
  if (!offset || !limit || *limit < 1 || *limit > kMaxRoutesPage) {
    return BadQuery(request,
                    "`offset` must be a number, and `limit` one from 1 to " +
                        std::to_string(kMaxRoutesPage));
  }
  const PolicyStore::Snapshot snapshot = context.store.Acquire();
  Json json;
  json["generation"] = snapshot.generation();
  json["total"] = 0;
  json["routes"] = Json::array();
  if (snapshot) {
    const PolicyTable& table = snapshot.table();
    const std::size_t total = table.routes().size();
    const std::size_t begin = std::min(*offset, total);
    const std::size_t end = begin + std::min(*limit, total - begin);
    json["total"] = total;
    for (std::size_t i = begin; i < end; ++i) {
      json["routes"].push_back(RouteToJson(table, table.routes()[i]));
    }
    if (end < total) json["next_offset"] = end;
  }
  AdminResponse response;
  response.body =
      json.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
  return response;
}

}  // namespace corsac
