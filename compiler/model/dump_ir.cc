// The Ir as text: what `corsac dump --pass ir` prints and tests compare. A
// value at its default is not printed.
// Entry: DumpIr(). Tested by tests/compiler/lower_test.cc.
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/ir.h"

namespace corsac {
namespace {

class IrPrinter {
 public:
  explicit IrPrinter(const Ir& ir) : ir_(ir) {}

  std::string Print();

 private:
  std::string At(const IrPlace& place) const {
    return " @" + ir_.files[place.file] + ":" + std::to_string(place.line) +
           ":" + std::to_string(place.column) + "\n";
  }
  void Line(std::string_view key, std::string_view value) {
    out_ += "  ";
    out_ += key;
    out_ += ' ';
    out_ += value;
    out_ += '\n';
  }
  void Flag(std::string_view key, bool value) {
    if (value) Line(key, "true");
  }
  void Names(std::string_view key, const IrNames& names);
  void PrintSet(const IrOriginSet& set);
  void PrintPolicy(const IrPolicy& policy);
  void PrintRoute(const IrRoute& route);

  const Ir& ir_;
  std::string out_;
};

std::string Joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ' ';
    out += name;
  }
  return out;
}

void IrPrinter::Names(std::string_view key, const IrNames& names) {
  std::string value = names.any ? "*" : "";
  if (names.any && !names.names.empty()) value += ' ';
  value += Joined(names.names);
  if (!value.empty()) Line(key, value);
}

void IrPrinter::PrintSet(const IrOriginSet& set) {
  if (set.any) out_ += "  any" + At(set.any_place);
  if (set.null) out_ += "  null" + At(set.null_place);
  if (set.file) out_ += "  file" + At(set.file_place);
  for (const auto& rule : set.exact) {
    out_ += "  exact ";
    out_ += rule.text;
    out_ += At(rule.place);
  }
  for (const IrAnyPortRule& rule : set.any_port) {
    out_ +=
        "  any-port " + rule.scheme + "://" + rule.host + ":*" + At(rule.place);
  }
  for (const IrSubdomainRule& rule : set.subdomain) {
    out_ += "  subdomain " + rule.scheme + "://*." + rule.base;
    if (rule.any_port) out_ += ":*";
    if (rule.port) out_ += ":" + std::to_string(*rule.port);
    out_ += At(rule.place);
  }
  for (const IrRegexRule& rule : set.regex) {
    out_ += "  regex " + rule.pattern + At(rule.place);
  }
}

void IrPrinter::PrintPolicy(const IrPolicy& policy) {
  if (!policy.cors) {
    Line("cors", "off");
    return;
  }
  Line("origins", std::to_string(policy.origins));
  Flag("credentials", policy.credentials);
  Names("methods", policy.methods);
  Flag("methods-strict", policy.methods_strict);
  Names("headers", policy.headers);
  Names("expose", policy.expose);
  Flag("expose-expand", policy.expose_expand);
  if (policy.max_age) Line("max-age", std::to_string(*policy.max_age));
  if (policy.preflight_status != 204) {
    Line("preflight-status", std::to_string(policy.preflight_status));
  }
  if (!policy.preflight_diagnostics) Line("preflight-diagnostics", "false");
  if (policy.mode == IrMode::kEnforce) Line("mode", "enforce");
  if (!policy.self_origins.empty()) {
    Line("self-origins", Joined(policy.self_origins));
  }
  Flag("private-network", policy.private_network);
  Names("timing-allow-origin", policy.timing_allow_origin);
  Flag("upstream-keep", policy.upstream_keep);
  Flag("websocket-check", policy.websocket_check);
}

void IrPrinter::PrintRoute(const IrRoute& route) {
  out_ += "route " + route.id + At(route.place);
  Line("path", route.pattern);
  if (route.host.kind != IrHost::Kind::kAny) {
    const bool wildcard = route.host.kind == IrHost::Kind::kWildcard;
    Line("host", (wildcard ? "*." : "") + route.host.name);
  }
  if (!route.for_methods.empty()) {
    Line("for-methods", Joined(route.for_methods));
  }
  Line("policy", std::to_string(route.policy));
}

std::string IrPrinter::Print() {
  out_ += ir_.unmatched_passthrough ? "unmatched passthrough\n"
                                    : "unmatched deny\n";
  for (std::size_t i = 0; i < ir_.origin_sets.size(); ++i) {
    out_ += "origins " + std::to_string(i) + "\n";
    PrintSet(ir_.origin_sets[i]);
  }
  for (std::size_t i = 0; i < ir_.policies.size(); ++i) {
    out_ += "policy " + std::to_string(i) + "\n";
    PrintPolicy(ir_.policies[i]);
  }
  for (const IrRoute& route : ir_.routes) PrintRoute(route);
  return out_;
}

}  // namespace

std::string DumpIr(const Ir& ir) { return IrPrinter(ir).Print(); }

}  // namespace corsac
