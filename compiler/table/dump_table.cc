// PolicyTable for people and for its own peace of mind: sizes, the text form,
// and the invariants. Tested by tests/compiler/policy_table_test.cc.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/check.h"
#include "compiler/table/policy_table.h"
#include "compiler/table/table_impl.h"

namespace corsac {
namespace {

std::size_t HeapBytes(const std::vector<std::string>& strings) {
  std::size_t bytes = strings.capacity() * sizeof(std::string);
  for (const std::string& s : strings) bytes += s.capacity();
  return bytes;
}

std::size_t BytesOf(const CompiledPolicy& policy) {
  return sizeof(policy) + HeapBytes(policy.methods.names()) +
         HeapBytes(policy.headers.names()) +
         HeapBytes(policy.self_origins.names()) +
         policy.allow_methods.capacity() + policy.allow_headers.capacity() +
         policy.expose_headers.capacity() + policy.max_age.capacity() +
         policy.preflight_vary.capacity() +
         policy.timing_allow_origin.capacity() +
         policy.preflight_lines.capacity() + policy.actual_lines.capacity();
}

void AppendPlace(const RulePlace& place, std::string* out) {
  out->append("  (")
      .append(place.file)
      .append(":")
      .append(std::to_string(place.line))
      .append(")\n");
}

void AppendField(std::string_view name, std::string_view value,
                 std::string* out) {
  if (value.empty()) return;
  out->append("    ").append(name).append(" ").append(value).append("\n");
}

void AppendPolicy(const CompiledPolicy& policy, std::string* out) {
  if (!policy.cors) {
    out->append("    cors off\n");
    return;
  }
  AppendField("origins", "set " + std::to_string(policy.origins), out);
  std::string flags;
  const auto flag = [&flags](bool set, std::string_view name) {
    if (set) flags.append(flags.empty() ? "" : " ").append(name);
  };
  flag(policy.credentials, "credentials");
  flag(policy.methods_any, "methods-any");
  flag(policy.methods_strict, "methods-strict");
  flag(policy.headers_any, "headers-any");
  flag(policy.expose_expand, "expose-expand");
  flag(!policy.preflight_diagnostics, "quiet-preflight");
  flag(policy.enforce, "enforce");
  flag(policy.private_network, "private-network");
  flag(policy.upstream_keep, "upstream-keep");
  flag(policy.websocket_check, "websocket-check");
  AppendField("flags", flags, out);
  AppendField("preflight-status", std::to_string(policy.preflight_status), out);
  AppendField("allow-methods", policy.allow_methods, out);
  AppendField("allow-headers", policy.allow_headers, out);
  AppendField("expose-headers", policy.expose_headers, out);
  AppendField("max-age", policy.max_age, out);
  AppendField("preflight-vary", policy.preflight_vary, out);
  AppendField("timing-allow-origin", policy.timing_allow_origin, out);
  for (const std::string& origin : policy.self_origins.names()) {
    AppendField("self", origin, out);
  }
}

void AppendRoute(const CompiledRoute& route, const RulePlace& place,
                 std::string* out) {
  out->append("  ").append(route.id).append("  ");
  out->append(route.host.empty() ? "any host" : route.host);
  out->append("  ").append(route.pattern);
  for (const std::string& method : route.for_methods) {
    out->append(" ").append(method);
  }
  out->append("  policy ").append(std::to_string(route.policy));
  AppendPlace(place, out);
}

bool IsHeaderValue(std::string_view value) {
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return c >= 0x20 && c <= 0x7E; });
}

// Field lines, each with its CR LF.
void CheckLines(std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t end = lines.find("\r\n");
    CORSAC_CHECK(end != std::string_view::npos);
    CORSAC_CHECK(IsHeaderValue(lines.substr(0, end)));
    lines.remove_prefix(end + 2);
  }
}

void CheckPolicy(const CompiledPolicy& policy, std::size_t set_count) {
  if (!policy.cors) return;
  CORSAC_CHECK(policy.origins < set_count);
  CORSAC_CHECK(!(policy.credentials && policy.any_origin));
  for (const std::string_view value :
       {std::string_view(policy.allow_methods),
        std::string_view(policy.allow_headers),
        std::string_view(policy.expose_headers),
        std::string_view(policy.max_age),
        std::string_view(policy.preflight_vary),
        std::string_view(policy.timing_allow_origin)}) {
    CORSAC_CHECK(IsHeaderValue(value));
  }
  CheckLines(policy.preflight_lines);
  CheckLines(policy.actual_lines);
}

// A path that the pattern of a route matches: a parameter is filled with a
// segment that no pattern spells, and the rest is left out.
std::string WitnessPath(std::string_view pattern) {
  std::string path;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '{') {
      path += pattern[i];
      continue;
    }
    const std::size_t close = pattern.find('}', i);
    CORSAC_CHECK(close != std::string_view::npos);
    const bool rest = pattern.substr(i, close - i).ends_with("...");
    path += rest ? "~/~" : "~";
    i = close;
  }
  return path;
}

}  // namespace

PolicyTable::Sizes PolicyTable::sizes() const {
  Sizes sizes;
  sizes.routes = impl_->routes.size();
  sizes.policies = impl_->policies.size();
  impl_->origins.AddSizes(&sizes);
  for (const CompiledPolicy& policy : impl_->policies) {
    sizes.policy_bytes += BytesOf(policy);
  }
  sizes.route_bytes = impl_->trie.bytes() + impl_->route_policies.bytes();
  for (const CompiledRoute& route : impl_->routes) {
    sizes.route_bytes += sizeof(route) + route.id.capacity() +
                         route.pattern.capacity() + route.host.capacity() +
                         HeapBytes(route.for_methods);
  }
  return sizes;
}

std::string PolicyTable::Dump() const {
  std::string out = "unmatched ";
  out += impl_->unmatched_passthrough ? "passthrough\n" : "deny\n";
  for (std::uint32_t set = 0; set < impl_->origins.sets(); ++set) {
    out += "origin set " + std::to_string(set) + "\n";
    ForEachRule(set, [&](const OriginMatch& match) {
      out.append("  ").append(RuleKindName(match.kind)).append(" ");
      out += RuleText(set, match);
      AppendPlace(PlaceOf(set, match), &out);
    });
  }
  for (std::size_t i = 0; i < impl_->policies.size(); ++i) {
    out += "policy " + std::to_string(i) + "\n";
    AppendPolicy(impl_->policies[i], &out);
  }
  out += "routes\n";
  for (const CompiledRoute& route : impl_->routes) {
    AppendRoute(route, PlaceOf(route), &out);
  }
  return out;
}

void PolicyTable::CheckInvariants() const {
  impl_->origins.CheckInvariants();
  for (std::uint32_t set = 0; set < impl_->origins.sets(); ++set) {
    ForEachRule(set, [&](const OriginMatch& match) {
      CORSAC_CHECK(impl_->origins.PlaceOf(set, match).file <
                   impl_->files.size());
    });
  }
  for (const CompiledPolicy& policy : impl_->policies) {
    CheckPolicy(policy, impl_->origins.sets());
  }
  for (const CompiledRoute& route : impl_->routes) {
    CORSAC_CHECK(route.policy < impl_->policies.size());
    CORSAC_CHECK(route.file < impl_->files.size());
    const std::string_view host = route.host;
    const std::string method =
        route.for_methods.empty() ? "~" : route.for_methods.front();
    const CompiledRoute* const found =
        FindRoute(host.starts_with("*.") ? "~" + std::string(host.substr(1))
                                         : std::string(host),
                  WitnessPath(route.pattern), method);
    CORSAC_CHECK(found != nullptr);
  }
}

}  // namespace corsac
