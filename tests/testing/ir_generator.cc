// Random Irs.
// Tested by tests/random_test.cc, which builds and checks a table of each.
#include "tests/testing/ir_generator.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "compiler/origins/regex_check.h"
#include "tests/testing/regex_generator.h"

namespace corsac::testing {
namespace {

IrPlace Place(Choices& choices) {
  return {0, static_cast<std::uint32_t>(1 + choices.Below(200)), 1};
}

std::string WebScheme(Choices& choices) {
  return choices.Below(3) == 2 ? "http" : "https";
}

// A port that `scheme` may show; 0 is none.
std::uint16_t Port(Choices& choices, std::string_view scheme) {
  static constexpr std::array<std::uint16_t, 6> kPorts = {0, 3000,  8443,
                                                          1, 65535, 0};
  const std::size_t i = choices.Below(kPorts.size() + 1);
  if (i < kPorts.size()) return kPorts[i];
  return scheme == "http" ? 443 : 80;  // the other scheme's default
}

std::string ExactText(Choices& choices) {
  static constexpr std::array<std::string_view, 5> kApps = {
      "capacitor://localhost", "app://foo.com", "tauri://localhost",
      "moz-extension://0f3c-11", "app://Foo.com:8443"};
  if (choices.OneIn(8)) return std::string(choices.From(kApps));
  const std::string scheme = WebScheme(choices);
  std::string text = scheme + "://" + std::string(choices.From(kHosts));
  const std::uint16_t port = Port(choices, scheme);
  if (port != 0) text += ":" + std::to_string(port);
  return text;
}

void AddExact(Choices& choices, IrOriginSet* set) {
  const std::string text = ExactText(choices);
  const IrPlace place = Place(choices);
  const bool known = std::any_of(
      set->exact.begin(), set->exact.end(),
      [&](const IrExactOrigin& other) { return other.text == text; });
  if (!known) set->exact.Add(text, place);
}

bool IsName(std::string_view host) {
  return host[0] != '[' && host.back() != '1';
}

void AddSubdomain(Choices& choices, IrOriginSet* set) {
  IrSubdomainRule rule;
  rule.scheme = choices.OneIn(12) ? "app" : WebScheme(choices);
  rule.base = choices.From(kHosts);
  if (!IsName(rule.base)) rule.base = "example.com";
  rule.any_port = choices.OneIn(4);
  const std::uint16_t port = Port(choices, rule.scheme);
  if (!rule.any_port && port != 0) rule.port = port;
  rule.place = Place(choices);
  const bool known = std::any_of(set->subdomain.begin(), set->subdomain.end(),
                                 [&](const IrSubdomainRule& other) {
                                   return other.scheme == rule.scheme &&
                                          other.base == rule.base &&
                                          other.any_port == rule.any_port &&
                                          other.port == rule.port;
                                 });
  if (!known) set->subdomain.push_back(rule);
}

void AddAnyPort(Choices& choices, IrOriginSet* set) {
  const IrAnyPortRule rule{choices.OneIn(12) ? "app" : WebScheme(choices),
                           std::string(choices.From(kHosts)), Place(choices)};
  if (rule.scheme == "app" && rule.host[0] == '[') return;
  const bool known = std::any_of(set->any_port.begin(), set->any_port.end(),
                                 [&](const IrAnyPortRule& other) {
                                   return other.scheme == rule.scheme &&
                                          other.host == rule.host;
                                 });
  if (!known) set->any_port.push_back(rule);
}

void AddRegex(Choices& choices, IrOriginSet* set) {
  std::string pattern(choices.From(kRegexes).pattern);
  if (choices.OneIn(2)) {
    std::string other = GenerateOriginPattern(choices);
    if (!CheckRegex(other)) pattern = std::move(other);
  }
  const bool known = std::any_of(
      set->regex.begin(), set->regex.end(),
      [&](const IrRegexRule& other) { return other.pattern == pattern; });
  if (!known) set->regex.push_back({pattern, Place(choices)});
}

IrOriginSet GenerateSet(Choices& choices, const IrShape& shape) {
  IrOriginSet set;
  if (choices.OneIn(5)) {
    set.any = true;
    set.any_place = Place(choices);
    return set;
  }
  const auto repeat = [&](auto add) {
    for (std::size_t n = choices.Below(shape.rules + 1); n > 0; --n) {
      add(choices, &set);
    }
  };
  AddExact(choices, &set);
  repeat(AddExact);
  if (!choices.OneIn(3)) repeat(AddSubdomain);
  if (choices.OneIn(2)) repeat(AddAnyPort);
  if (shape.regexes && choices.OneIn(4)) repeat(AddRegex);
  set.null = choices.OneIn(4);
  set.null_place = Place(choices);
  // A literal `file://` is an exact origin, and then `file` is not set.
  const std::size_t file = choices.Below(5);
  set.file = file == 3;
  set.file_place = Place(choices);
  if (file == 4) set.exact.Add("file://", Place(choices));
  return set;
}

template <std::size_t N>
std::vector<std::string> Some(Choices& choices,
                              const std::array<std::string_view, N>& pool,
                              std::size_t max) {
  std::vector<std::string> some;
  for (std::size_t n = choices.Below(max + 1); n > 0; --n) {
    const std::string name(choices.From(pool));
    if (std::find(some.begin(), some.end(), name) == some.end()) {
      some.push_back(name);
    }
  }
  return some;
}

void GenerateLists(Choices& choices, IrPolicy* policy) {
  policy->methods.any = choices.OneIn(5);
  if (!policy->methods.any) policy->methods.names = Some(choices, kMethods, 5);
  policy->methods_strict = choices.OneIn(3);
  policy->headers.any = choices.OneIn(3);
  policy->headers.names = Some(choices, kHeaderNames, 5);
  if (choices.OneIn(25)) {  // a list that has to be looked up in
    for (std::size_t n = choices.Below(200); n > 0; --n) {
      policy->headers.names.push_back("x-" + std::to_string(n));
    }
  }
  const std::size_t expose = choices.Below(5);
  if (expose == 4) {
    policy->expose.any = true;
    policy->expose_expand = policy->credentials || choices.OneIn(2);
  } else if (expose > 1) {
    policy->expose.names = Some(choices, kHeaderNames, 3);
  }
  const std::size_t timing = choices.Below(5);
  if (timing == 4) policy->timing_allow_origin.any = true;
  if (timing == 3) {
    policy->timing_allow_origin.names = {"https://a.com:1", "app://foo.com"};
  }
}

IrPolicy GeneratePolicy(Choices& choices, const Ir& ir) {
  IrPolicy policy;
  policy.place = Place(choices);
  if (choices.OneIn(12)) {
    policy.cors = false;
    return policy;
  }
  policy.origins =
      static_cast<std::uint32_t>(choices.Below(ir.origin_sets.size()));
  policy.credentials = !ir.origin_sets[policy.origins].any && choices.OneIn(2);
  GenerateLists(choices, &policy);
  static constexpr std::array<std::uint32_t, 4> kAges = {600, 0, 86'400, 5};
  if (choices.OneIn(2)) policy.max_age = choices.From(kAges);
  if (choices.OneIn(3)) policy.preflight_status = 200;
  policy.preflight_diagnostics = !choices.OneIn(3);
  if (choices.OneIn(3)) policy.mode = IrMode::kEnforce;
  for (std::size_t n = choices.Below(3); n > 0; --n) {
    const std::string text = ExactText(choices);
    if (policy.self_origins != std::vector<std::string>{text}) {
      policy.self_origins.push_back(text);
    }
  }
  policy.private_network = choices.OneIn(4);
  policy.upstream_keep = choices.OneIn(4);
  policy.websocket_check = choices.OneIn(3);
  return policy;
}

std::vector<IrSegment> GenerateSegments(Choices& choices,
                                        std::string* pattern) {
  std::vector<IrSegment> segments;
  const auto add = [&](IrSegment::Kind kind, std::string text) {
    *pattern += '/';
    if (kind == IrSegment::Kind::kLiteral) *pattern += text;
    if (kind == IrSegment::Kind::kParam) *pattern += "{" + text + "}";
    if (kind == IrSegment::Kind::kRest) *pattern += "{" + text + "...}";
    segments.push_back({kind, std::move(text)});
  };
  const std::size_t depth = choices.Below(4);
  for (std::size_t i = 0; i < depth; ++i) {
    if (choices.OneIn(3)) {
      add(IrSegment::Kind::kParam, "p" + std::to_string(i));
    } else {
      add(IrSegment::Kind::kLiteral,
          std::string(kSegments[choices.Below(choices.OneIn(3) ? 8 : 2)]));
    }
  }
  if (choices.OneIn(3)) {
    add(IrSegment::Kind::kRest, "rest");
  } else if (depth == 0 || choices.OneIn(4)) {
    add(IrSegment::Kind::kLiteral, "");
  }
  return segments;
}

IrRoute GenerateRoute(Choices& choices, const Ir& ir) {
  IrRoute route;
  route.id = "r" + std::to_string(ir.routes.size());
  const std::size_t host = choices.Below(4);
  if (host > 1) {
    // Route hosts are written without a trailing dot.
    route.host.name = choices.From(kHosts);
    if (route.host.name.back() == '.') route.host.name.pop_back();
    const bool wildcard = host == 3 && IsName(route.host.name);
    route.host.kind = wildcard ? IrHost::Kind::kWildcard : IrHost::Kind::kExact;
  }
  route.segments = GenerateSegments(choices, &route.pattern);
  if (choices.OneIn(3)) {
    route.for_methods = Some(choices, kMethods, 3);
  }
  route.policy = static_cast<std::uint32_t>(choices.Below(ir.policies.size()));
  route.place = Place(choices);
  return route;
}

bool SameShape(const std::vector<IrSegment>& a,
               const std::vector<IrSegment>& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(),
      [](const IrSegment& x, const IrSegment& y) {
        return x.kind == y.kind &&
               (x.kind != IrSegment::Kind::kLiteral || x.text == y.text);
      });
}

}  // namespace

bool RoutesTie(const IrRoute& a, const IrRoute& b) {
  if (!(a.host == b.host) || !SameShape(a.segments, b.segments)) return false;
  if (a.for_methods.empty() || b.for_methods.empty()) {
    return a.for_methods.empty() && b.for_methods.empty();
  }
  return std::any_of(
      a.for_methods.begin(), a.for_methods.end(), [&](const std::string& m) {
        return std::find(b.for_methods.begin(), b.for_methods.end(), m) !=
               b.for_methods.end();
      });
}

Ir GenerateIr(Choices& choices, const IrShape& shape) {
  Ir ir;
  ir.files = {"generated.toml"};
  ir.unmatched_passthrough = choices.OneIn(4);
  for (std::size_t n = 1 + choices.Below(shape.origin_sets); n > 0; --n) {
    ir.origin_sets.push_back(GenerateSet(choices, shape));
  }
  for (std::size_t n = 1 + choices.Below(shape.policies); n > 0; --n) {
    ir.policies.push_back(GeneratePolicy(choices, ir));
  }
  for (std::size_t n = 1 + choices.Below(shape.routes); n > 0; --n) {
    IrRoute route = GenerateRoute(choices, ir);
    const bool ties = std::any_of(
        ir.routes.begin(), ir.routes.end(),
        [&](const IrRoute& other) { return RoutesTie(route, other); });
    if (!ties) ir.routes.push_back(std::move(route));
  }
  return ir;
}

}  // namespace corsac::testing
