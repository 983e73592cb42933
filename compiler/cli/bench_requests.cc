// From rules to requests that they allow, and to some that they do not.
// Tested by tests/cli/cli_test.cc.
#include "compiler/cli/bench_requests.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "compiler/cli/regex_sample.h"
#include "compiler/fetch/names.h"
#include "runtime/decision/decision.h"
#include "runtime/decision/evaluate.h"

namespace corsac::cli {
namespace {

// Rules that are looked at in search of samples; a table may have more.
constexpr std::size_t kMaxRulesVisited = 8'000'000;

// No rule that means something allows it: `.invalid` never exists (RFC 2606).
constexpr std::string_view kForeignOrigin = "https://corsac-bench.invalid";

constexpr std::array kKinds = {RuleKind::kAny,     RuleKind::kExact,
                               RuleKind::kAnyPort, RuleKind::kSubdomain,
                               RuleKind::kRegex,   RuleKind::kNull,
                               RuleKind::kFile};

// "/orders/{id}" → "/orders/x1"; "{rest...}" → "x1/x2".
std::string PathOf(const CompiledRoute& route) {
  std::string path;
  std::string_view pattern = route.pattern;
  while (!pattern.empty()) {
    const std::size_t open = std::min(pattern.find('{'), pattern.size());
    path += pattern.substr(0, open);
    pattern.remove_prefix(open);
    const std::size_t close = pattern.find('}');
    if (close == std::string_view::npos) break;
    path += pattern.substr(0, close).ends_with("...") ? "x1/x2" : "x1";
    pattern.remove_prefix(close + 1);
  }
  return path;
}

std::string HostOf(const CompiledRoute& route) {
  if (route.host.empty()) return "api.invalid";
  if (route.host.starts_with("*.")) return "x" + route.host.substr(1);
  return route.host;
}

std::string ActualMethod(const CompiledRoute& route,
                         const CompiledPolicy& policy) {
  if (!route.for_methods.empty()) return route.for_methods.front();
  const bool get_is_fine = !policy.methods_strict || policy.methods_any ||
                           policy.methods.Contains("GET") ||
                           policy.methods.empty();
  return get_is_fine ? "GET" : policy.methods.names().front();
}

std::string AskedMethod(const CompiledRoute& route,
                        const CompiledPolicy& policy) {
  if (!route.for_methods.empty()) return route.for_methods.front();
  return policy.methods.empty() ? "GET" : policy.methods.names().front();
}

std::string AskedHeader(const CompiledPolicy& policy) {
  for (const std::string& name : policy.headers.names()) {
    if (!IsForbiddenRequestHeader(name)) return name;
  }
  return policy.headers_any ? "x-bench" : "";
}

std::optional<DecisionRequest> MakeRequest(const PolicyTable& table,
                                           const CompiledRoute& route,
                                           bool preflight,
                                           std::string_view origin) {
  const CompiledPolicy& policy = table.PolicyOf(route);
  DecisionRequest::Headers headers;
  // What browsers send along, since finding the lines that matter costs too.
  headers.emplace_back("Host", HostOf(route));
  headers.emplace_back("User-Agent", "corsac-bench");
  headers.emplace_back("Accept", "*/*");
  if (!origin.empty()) headers.emplace_back("Origin", origin);
  if (preflight) {
    headers.emplace_back("Access-Control-Request-Method",
                         AskedMethod(route, policy));
    if (const std::string name = AskedHeader(policy); !name.empty()) {
      headers.emplace_back("Access-Control-Request-Headers", name);
    }
  }
  Result<DecisionRequest> request = DecisionRequest::FromTarget(
      preflight ? "OPTIONS" : ActualMethod(route, policy), HostOf(route),
      PathOf(route), std::move(headers));
  if (!request) return std::nullopt;
  return *std::move(request);
}

// Origins that a rule allows, by its text.
std::vector<std::string> OriginsOf(RuleKind kind, const std::string& rule) {
  switch (kind) {
    case RuleKind::kAny:
      return {std::string(kForeignOrigin)};
    case RuleKind::kAnyPort:
      return {rule.substr(0, rule.size() - 1) + "8081"};
    case RuleKind::kSubdomain: {
      std::string origin = rule;
      origin.replace(origin.find("*."), 1, "x");
      if (origin.ends_with("*")) origin.replace(origin.size() - 1, 1, "8081");
      return {origin};
    }
    case RuleKind::kRegex:
      return RegexSamples(rule);
    default:
      return {rule};
  }
}

// Gathers requests by the kind of the rule that they meet.
class RowMaker {
 public:
  explicit RowMaker(const PolicyTable& table) : table_(table) {}

  BenchRows Make() {
    for (const CompiledRoute& route : table_.routes()) VisitRoute(route);
    for (std::size_t i = 0; i < kKinds.size(); ++i) AddKind(i);
    AddDenied();
    return std::move(rows_);
  }

 private:
  struct Kind {
    bool exists = false;
    std::array<std::vector<DecisionRequest>, 2> requests;  // actual, preflight
    bool full() const { return requests[0].size() >= kRequestsPerRow; }
  };

  void VisitRoute(const CompiledRoute& route) {
    const CompiledPolicy& policy = table_.PolicyOf(route);
    if (!policy.cors) return;
    if (!foreign_route_ && !policy.any_origin) foreign_route_ = &route;
    if (!sets_.insert(policy.origins).second) return;
    std::array<std::vector<OriginMatch>, kKinds.size()> rules;
    table_.ForEachRule(policy.origins, [&](const OriginMatch& match) {
      if (++visited_ > kMaxRulesVisited) return;
      const auto kind = std::ranges::find(kKinds, match.kind);
      rules[static_cast<std::size_t>(kind - kKinds.begin())].push_back(match);
    });
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
      if (!rules[i].empty()) AddRules(route, policy.origins, i, rules[i]);
    }
  }

  void AddRules(const CompiledRoute& route, std::uint32_t set,
                std::size_t index, const std::vector<OriginMatch>& rules) {
    Kind& kind = kinds_[index];
    kind.exists = true;
    // Spread over the list, so that not one cache line answers everything.
    const std::size_t step =
        std::max<std::size_t>(1, rules.size() / kRequestsPerRow);
    for (std::size_t i = 0; i < rules.size() && !kind.full(); i += step) {
      for (const std::string& origin :
           OriginsOf(kKinds[index], table_.RuleText(set, rules[i]))) {
        Try(route, kKinds[index], origin, /*preflight=*/false, &kind);
        Try(route, kKinds[index], origin, /*preflight=*/true, &kind);
      }
    }
  }

  // Keeps the request if it is allowed by a rule of the kind, on this route.
  void Try(const CompiledRoute& route, RuleKind rule, const std::string& origin,
           bool preflight, Kind* kind) {
    std::optional<DecisionRequest> request =
        MakeRequest(table_, route, preflight, origin);
    if (!request) return;
    const Decision decision = Evaluate(table_, request->view());
    if (decision.outcome != Outcome::kAllow || decision.match.kind != rule ||
        decision.route != &route) {
      return;
    }
    kind->requests[preflight ? 1 : 0].push_back(*std::move(request));
  }

  void AddKind(std::size_t index) {
    Kind& kind = kinds_[index];
    if (!kind.exists) return;
    const std::string name(RuleKindName(kKinds[index]));
    if (kind.requests[0].empty() && kind.requests[1].empty()) {
      rows_.notes.push_back(
          "no request could be made up that a rule of the "
          "kind `" +
          name + "` allows");
    }
    for (const bool preflight : {false, true}) {
      std::vector<DecisionRequest>& requests = kind.requests[preflight ? 1 : 0];
      if (requests.empty()) continue;
      rows_.rows.push_back(
          {std::string(preflight ? "preflight" : "actual") + "/allowed/" + name,
           "allow:" + name, std::move(requests)});
    }
  }

  void AddOne(std::string name, bool preflight, std::string_view origin,
              DecisionCode expected) {
    std::optional<DecisionRequest> request =
        MakeRequest(table_, *foreign_route_, preflight, origin);
    if (!request) return;
    const Decision decision = Evaluate(table_, request->view());
    if (decision.code != expected) {
      rows_.notes.push_back("`" + name + "` is left out: its request gets " +
                            CodeText(decision));
      return;
    }
    BenchRow row{std::move(name), std::string(DecisionCodeName(expected)), {}};
    row.requests.push_back(*std::move(request));
    rows_.rows.push_back(std::move(row));
  }

  void AddDenied() {
    if (foreign_route_ == nullptr) {
      rows_.notes.emplace_back(
          "no route refuses an origin, so nothing denied is measured");
      return;
    }
    AddOne("actual/denied", false, kForeignOrigin,
           DecisionCode::kOriginNotAllowed);
    AddOne("preflight/denied", true, kForeignOrigin,
           DecisionCode::kOriginNotAllowed);
    AddOne("not-cors", false, "", DecisionCode::kNotCors);
  }

  const PolicyTable& table_;
  std::array<Kind, kKinds.size()> kinds_;
  std::set<std::uint32_t> sets_;
  std::size_t visited_ = 0;
  const CompiledRoute* foreign_route_ = nullptr;
  BenchRows rows_;
};

}  // namespace

BenchRows MakeBenchRows(const PolicyTable& table) {
  return RowMaker(table).Make();
}

}  // namespace corsac::cli
