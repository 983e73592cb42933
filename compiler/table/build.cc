// Pass 5, the last: Ir → PolicyTable. Entry: BuildTable().
// Tested by tests/compiler/policy_table_test.cc.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/fetch/names.h"
#include "compiler/model/ir.h"
#include "compiler/table/hash.h"
#include "compiler/table/lower_regexes.h"
#include "compiler/table/policy_table.h"
#include "compiler/table/table_impl.h"

namespace corsac {
namespace {

constexpr std::string_view kPreflightVary =
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
constexpr std::string_view kPrivateNetworkVary =
    ", Access-Control-Request-Private-Network";

std::string Join(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) {
    if (!joined.empty()) joined += ',';
    joined += name;
  }
  return joined;
}

// The value of a header that lists `names`, as far as it can be rendered before
// a request is seen. With credentials `*` would be taken literally by browsers,
// so nothing is rendered and the answer is made from what the request asks for.
std::string RenderNames(const IrNames& names, bool credentials) {
  if (!names.any) return Join(names.names);
  return credentials ? "" : "*";
}

void AppendLine(std::string_view name, std::string_view value,
                std::string* out) {
  if (value.empty()) return;
  out->append(name).append(": ").append(value).append("\r\n");
}

// Renders what the answers of a policy have in common, in the order of
// docs/decisions.md.
void RenderLines(CompiledPolicy* policy) {
  const std::string_view credentials = policy->credentials ? "true" : "";
  std::string& preflight = policy->preflight_lines;
  AppendLine("Access-Control-Allow-Credentials", credentials, &preflight);
  AppendLine("Access-Control-Allow-Methods", policy->allow_methods, &preflight);
  AppendLine("Access-Control-Allow-Headers", policy->allow_headers, &preflight);
  AppendLine("Access-Control-Max-Age", policy->max_age, &preflight);
  AppendLine("Vary", policy->preflight_vary, &preflight);
  std::string& actual = policy->actual_lines;
  AppendLine("Access-Control-Allow-Credentials", credentials, &actual);
  AppendLine("Access-Control-Expose-Headers", policy->expose_headers, &actual);
  AppendLine("Vary", policy->any_origin ? "" : "Origin", &actual);
  AppendLine("Timing-Allow-Origin", policy->timing_allow_origin, &actual);
}

CompiledPolicy CompilePolicy(const IrPolicy& ir, bool any_origin,
                             std::uint64_t seed) {
  CompiledPolicy policy;
  policy.cors = ir.cors;
  policy.origins = ir.origins;
  policy.any_origin = any_origin;
  policy.credentials = ir.credentials;
  policy.methods_any = ir.methods.any;
  policy.methods_strict = ir.methods_strict;
  policy.headers_any = ir.headers.any;
  policy.preflight_diagnostics = ir.preflight_diagnostics;
  policy.enforce = ir.mode == IrMode::kEnforce;
  policy.private_network = ir.private_network;
  policy.upstream_keep = ir.upstream_keep;
  policy.websocket_check = ir.websocket_check;
  policy.preflight_status = ir.preflight_status;
  policy.methods = NameSet(ir.methods.names, NameSet::Case::kExact, seed);
  policy.headers = NameSet(ir.headers.names, NameSet::Case::kIgnore, seed);
  policy.self_origins = NameSet(ir.self_origins, NameSet::Case::kExact, seed);
  policy.headers_forbidden =
      std::any_of(ir.headers.names.begin(), ir.headers.names.end(),
                  IsForbiddenRequestHeader);
  policy.expose_expand = ir.expose.any && ir.expose_expand;

  policy.allow_methods = RenderNames(ir.methods, ir.credentials);
  policy.allow_headers = RenderNames(ir.headers, ir.credentials);
  if (!policy.expose_expand) {
    policy.expose_headers = RenderNames(ir.expose, ir.credentials);
  }
  if (ir.max_age) policy.max_age = std::to_string(*ir.max_age);
  policy.preflight_vary = kPreflightVary;
  if (ir.private_network) policy.preflight_vary += kPrivateNetworkVary;
  policy.timing_allow_origin = RenderNames(ir.timing_allow_origin, false);
  if (policy.cors) RenderLines(&policy);
  return policy;
}

CompiledRoute CompileRoute(const IrRoute& ir) {
  CompiledRoute route;
  route.id = ir.id;
  route.pattern = ir.pattern;
  switch (ir.host.kind) {
    case IrHost::Kind::kAny:
      break;
    case IrHost::Kind::kExact:
      route.host = ir.host.name;
      break;
    case IrHost::Kind::kWildcard:
      route.host = "*." + ir.host.name;
      break;
  }
  route.for_methods = ir.for_methods;
  route.policy = ir.policy;
  route.file = ir.place.file;
  route.line = ir.place.line;
  return route;
}

}  // namespace

std::unique_ptr<const PolicyTable> BuildTable(const Ir& ir) {
  return BuildTable(ir, LowerRegexes(ir));
}

std::unique_ptr<const PolicyTable> BuildTable(const Ir& ir,
                                              LoweredRegexes lowered) {
  auto impl = std::make_unique<PolicyTable::Impl>();
  impl->files = ir.files;
  impl->unmatched_passthrough = ir.unmatched_passthrough;
  // One for the whole table: drawing one takes longer than making a policy.
  const std::uint64_t seed = RandomSeed();
  impl->origins = OriginTable::Build(ir, std::move(lowered), seed);
  for (const IrPolicy& policy : ir.policies) {
    const bool any = policy.cors && ir.origin_sets[policy.origins].any;
    impl->policies.push_back(CompilePolicy(policy, any, seed));
  }
  impl->routes.reserve(ir.routes.size());
  for (const IrRoute& route : ir.routes) {
    impl->routes.push_back(CompileRoute(route));
    impl->route_policies.Add(route.policy);
  }
  impl->trie = RouteTrie::Build(ir.routes, {.seed = seed});
  return std::unique_ptr<const PolicyTable>(new PolicyTable(std::move(impl)));
}

}  // namespace corsac
