// Pass 5, the last: Ir → PolicyTable. Entry: BuildTable().
// Tested by tests/compiler/policy_table_test.cc.
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/check.h"
#include "compiler/limits.h"
#include "compiler/model/ir.h"
#include "compiler/table/policy_table.h"
#include "compiler/table/regex_options.h"
#include "compiler/table/table_impl.h"

namespace corsac {
namespace {

constexpr std::string_view kPreflightVary =
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
constexpr std::string_view kPrivateNetworkVary =
    ", Access-Control-Request-Private-Network";

TablePlace PlaceFrom(const IrPlace& place) {
  return {place.file, place.line, place.column};
}

template <class T>
std::uint32_t Size32(const std::vector<T>& values) {
  return static_cast<std::uint32_t>(values.size());
}

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

CompiledPolicy CompilePolicy(const IrPolicy& ir, bool any_origin) {
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
  policy.methods = NameSet(ir.methods.names, NameSet::Case::kExact);
  policy.headers = NameSet(ir.headers.names, NameSet::Case::kIgnore);
  policy.self_origins = NameSet(ir.self_origins, NameSet::Case::kExact);
  policy.authorization_listed = policy.headers.Contains("authorization");
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

// Lays the rules of all origin sets side by side.
class OriginBuilder {
 public:
  explicit OriginBuilder(PolicyTable::Impl* table) : table_(*table) {}

  void Add(const IrOriginSet& ir) {
    const std::uint32_t set = Size32(table_.sets);
    TableOriginSet out;
    out.any = ir.any;
    out.null = ir.null;
    out.file = ir.file;
    out.any_place = PlaceFrom(ir.any_place);
    out.null_place = PlaceFrom(ir.null_place);
    out.file_place = PlaceFrom(ir.file_place);
    out.exact = AddExact(set, ir.exact);
    out.any_port = AddAnyPort(set, ir.any_port);
    out.subdomain = AddSubdomain(set, ir.subdomain);
    out.regex = AddRegex(ir.regex);
    table_.sets.push_back(out);
  }

  void Finish() {
    table_.exact.Build();
    table_.any_port.Build();
    table_.subdomain.Build();
  }

 private:
  RuleRange AddExact(std::uint32_t set,
                     const std::vector<IrExactOrigin>& rules) {
    const std::uint32_t begin = Size32(table_.exact_places);
    for (const IrExactOrigin& rule : rules) {
      table_.exact.Add(set, rule.text, Size32(table_.exact_places));
      table_.exact_places.push_back(PlaceFrom(rule.place));
    }
    return {begin, Size32(table_.exact_places)};
  }

  RuleRange AddAnyPort(std::uint32_t set,
                       const std::vector<IrAnyPortRule>& rules) {
    const std::uint32_t begin = Size32(table_.any_port_places);
    for (const IrAnyPortRule& rule : rules) {
      table_.any_port.Add(set, rule.scheme + "://" + rule.host,
                          Size32(table_.any_port_places));
      table_.any_port_places.push_back(PlaceFrom(rule.place));
    }
    return {begin, Size32(table_.any_port_places)};
  }

  RuleRange AddSubdomain(std::uint32_t set,
                         const std::vector<IrSubdomainRule>& rules) {
    const std::uint32_t begin = Size32(table_.subdomain_rules);
    // The last rule so far of each base: the rules of one base are linked in
    // source order, and the table leads to the first.
    std::unordered_map<std::string_view, std::uint32_t> last_of_base;
    for (const IrSubdomainRule& rule : rules) {
      const std::uint32_t index = Size32(table_.subdomain_rules);
      const auto [last, first_of_base] =
          last_of_base.try_emplace(rule.base, index);
      if (first_of_base) {
        table_.subdomain.Add(set, rule.base, index);
      } else {
        table_.subdomain_rules[last->second].next = index;
        last->second = index;
      }
      table_.subdomain_rules.push_back(
          {rule.scheme, rule.base, rule.any_port, rule.port.value_or(0),
           KeyedTable::kNone, PlaceFrom(rule.place)});
    }
    return {begin, Size32(table_.subdomain_rules)};
  }

  RuleRange AddRegex(const std::vector<IrRegexRule>& rules) {
    const std::uint32_t begin = Size32(table_.regex_rules);
    for (const IrRegexRule& rule : rules) {
      auto regex = std::make_unique<re2::RE2>(rule.pattern, RegexOptions());
      CORSAC_CHECK(regex->ok());  // the compiler's checks saw to it
      table_.regex_rules.push_back({std::move(regex), PlaceFrom(rule.place)});
    }
    return {begin, Size32(table_.regex_rules)};
  }

  PolicyTable::Impl& table_;
};

}  // namespace

std::unique_ptr<const PolicyTable> BuildTable(const Ir& ir) {
  auto impl = std::make_unique<PolicyTable::Impl>();
  impl->files = ir.files;
  impl->unmatched_passthrough = ir.unmatched_passthrough;
  OriginBuilder origins(impl.get());
  for (const IrOriginSet& set : ir.origin_sets) origins.Add(set);
  origins.Finish();
  for (const IrPolicy& policy : ir.policies) {
    const bool any = policy.cors && ir.origin_sets[policy.origins].any;
    impl->policies.push_back(CompilePolicy(policy, any));
  }
  impl->routes.reserve(ir.routes.size());
  for (const IrRoute& route : ir.routes) {
    impl->routes.push_back(CompileRoute(route));
    impl->route_policies.Add(route.policy);
  }
  impl->trie = RouteTrie::Build(ir.routes);
  return std::unique_ptr<const PolicyTable>(new PolicyTable(std::move(impl)));
}

}  // namespace corsac
