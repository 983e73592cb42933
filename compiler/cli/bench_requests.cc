// From rules to requests that they allow, and to some that they do not.
// Tested by tests/cli/bench_requests_test.cc and bench_test.cc.
#include "compiler/cli/bench_requests.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <string_view>
#include <utility>

#include "compiler/cli/bench_shapes.h"
#include "compiler/cli/regex_sample.h"
#include "runtime/decision/evaluate.h"

namespace corsac::cli {
namespace {

// Rules that are looked at in search of samples; a table may have more.
constexpr std::size_t kMaxRulesVisited = 8'000'000;
// Different requests of a row: more than the processor's caches hold the rules
// of, so that a row of a large table shows what memory costs. Fewer of regexes:
// one that is left to RE2 takes thousands of times as long.
constexpr std::size_t kMaxRequests = 65'536;
constexpr std::size_t kMaxRegexRequests = 1'024;
constexpr std::size_t kMaxDenied = 1'024;
constexpr std::size_t kRoutesPerSet = 4'096;

// No rule that means something allows it: `.invalid` never exists (RFC 2606).
constexpr std::string_view kForeignHost = "corsac-bench.invalid";

constexpr std::array kKinds = {RuleKind::kExact,     RuleKind::kAnyPort,
                               RuleKind::kSubdomain, RuleKind::kRegex,
                               RuleKind::kAny,       RuleKind::kNull,
                               RuleKind::kFile};

std::size_t IndexOf(RuleKind kind) {
  return static_cast<std::size_t>(std::ranges::find(kKinds, kind) -
                                  kKinds.begin());
}

// Origins that a rule allows, by its text.
std::vector<std::string> OriginsOf(RuleKind kind, const std::string& rule) {
  switch (kind) {
    case RuleKind::kAny:
      return {"https://" + std::string(kForeignHost)};
    case RuleKind::kAnyPort:
      return {rule.substr(0, rule.rfind(':') + 1) + "8081"};
    case RuleKind::kSubdomain: {
      std::string origin = rule;
      if (const std::size_t star = origin.find("*.");
          star != std::string::npos) {
        origin.replace(star, 1, "x");
      }
      if (origin.ends_with("*")) origin.replace(origin.size() - 1, 1, "8081");
      return {origin};
    }
    case RuleKind::kRegex:
      return RegexSamples(rule);
    default:
      return {rule};
  }
}

// Origins that look like `origin`, one of each way that attackers try.
std::array<std::string, 3> NearMisses(const std::string& origin) {
  const std::size_t host = std::min(origin.find("://"), origin.size());
  const std::string scheme = origin.substr(0, host);
  const std::string rest = origin.substr(std::min(host + 3, origin.size()));
  const std::string name = rest.substr(0, rest.find(':'));
  return {scheme + "://" + name + "." + std::string(kForeignHost),
          scheme + "://zq" + rest,
          (scheme == "https" ? "http://" : "https://") + rest};
}

// A rule of an origin set.
struct Sample {
  std::uint32_t set = 0;
  OriginMatch match;
};

// Keeps a uniform choice of what it is shown (reservoir sampling).
template <class T>
class Choice {
 public:
  explicit Choice(std::size_t most) : most_(most) {}

  void Show(const T& item, std::mt19937_64& random) {
    ++seen_;
    if (items_.size() < most_) {
      items_.push_back(item);
    } else if (const std::size_t place = random() % seen_; place < most_) {
      items_[place] = item;
    }
  }
  const std::vector<T>& items() const { return items_; }

 private:
  std::size_t most_;
  std::size_t seen_ = 0;
  std::vector<T> items_;
};

class RowMaker {
 public:
  explicit RowMaker(const PolicyTable& table)
      : table_(table), shapes_(table, &rows_) {
    for (const RuleKind kind : kKinds) {
      samples_.emplace_back(kind == RuleKind::kRegex ? kMaxRegexRequests
                                                     : kMaxRequests);
    }
  }

  BenchRows Make() {
    for (const CompiledRoute& route : table_.routes()) VisitRoute(route);
    for (const RequestKind kind :
         {RequestKind::kPreflight, RequestKind::kActual}) {
      for (const RuleKind rule : kKinds) AddAllowed(kind, rule);
      AddDenied(kind);
    }
    AddNotCors();
    return std::move(rows_);
  }

 private:
  struct Allowed {
    const CompiledRoute* route = nullptr;
    std::string origin;
  };

  void VisitRoute(const CompiledRoute& route) {
    every_route_.Show(&route, random_);
    const CompiledPolicy& policy = table_.PolicyOf(route);
    if (!policy.cors) {
      silent_routes_.Show(&route, random_);
      return;
    }
    if (!policy.any_origin) refusing_routes_.Show(&route, random_);
    const auto [place, is_new] =
        routes_of_.try_emplace(policy.origins, kRoutesPerSet);
    place->second.Show(&route, random_);
    if (!is_new) return;
    table_.ForEachRule(policy.origins, [&](const OriginMatch& match) {
      const std::size_t kind = IndexOf(match.kind);
      if (kind == kKinds.size() || ++visited_ > kMaxRulesVisited) return;
      samples_[kind].Show({policy.origins, match}, random_);
    });
  }

  // Appends the request to the row if it is decided as the row says.
  bool Try(const CompiledRoute& route, ShapeKind shape,
           const std::string& origin, BenchRow* row) {
    const std::optional<std::uint32_t> index = shapes_.Get(route, shape);
    if (!index) return false;
    const Decision decision =
        Evaluate(table_, rows_.shapes[*index].With(origin));
    const bool allowed = row->outcome == Outcome::kAllow;
    if (decision.kind != row->kind || decision.outcome != row->outcome) {
      return false;
    }
    if (allowed && (RuleKindName(decision.match.kind) != row->what ||
                    decision.route != &route)) {
      return false;
    }
    if (row->outcome == Outcome::kDeny &&
        DecisionCodeName(decision.code) != row->what) {
      return false;
    }
    row->requests.push_back({*index, origin});
    return true;
  }

  void Keep(BenchRow row) {
    if (row.requests.empty()) return;
    std::ranges::shuffle(row.requests, random_);
    rows_.rows.push_back(std::move(row));
  }

  void AddAllowed(RequestKind kind, RuleKind rule) {
    const std::vector<Sample>& samples = samples_[IndexOf(rule)].items();
    if (samples.empty()) return;
    BenchRow row{kind, Outcome::kAllow, std::string(RuleKindName(rule)), {}};
    const ShapeKind shape = kind == RequestKind::kPreflight
                                ? ShapeKind::kPreflight
                                : ShapeKind::kActual;
    std::size_t next = 0;
    for (const Sample& sample : samples) {
      const std::vector<const CompiledRoute*>& routes =
          routes_of_.at(sample.set).items();
      const CompiledRoute& route = *routes[next++ % routes.size()];
      for (const std::string& origin :
           OriginsOf(rule, table_.RuleText(sample.set, sample.match))) {
        if (Try(route, shape, origin, &row) && rule != RuleKind::kAny) {
          allowed_.Show({&route, origin}, random_);
        }
      }
    }
    if (row.requests.empty()) {
      rows_.notes.push_back("`" + row.name() +
                            "` is left out: no such request could be made up "
                            "from the rules");
    }
    Keep(std::move(row));
  }

  // One request of `shape` with `origin` to each of `routes`.
  void AddOfRoutes(RequestKind kind, DecisionCode code, ShapeKind shape,
                   const std::string& origin,
                   std::span<const CompiledRoute* const> routes) {
    BenchRow row{kind, Outcome::kDeny, std::string(DecisionCodeName(code)), {}};
    for (const CompiledRoute* route : routes) Try(*route, shape, origin, &row);
    Keep(std::move(row));
  }

  // One request of `shape` for each of the origins that are allowed.
  void AddOfAllowed(DecisionCode code, ShapeKind shape) {
    BenchRow row{RequestKind::kPreflight,
                 Outcome::kDeny,
                 std::string(DecisionCodeName(code)),
                 {}};
    for (const Allowed& call : allowed_.items()) {
      Try(*call.route, shape, call.origin, &row);
    }
    Keep(std::move(row));
  }

  void AddForeign(RequestKind kind, ShapeKind shape) {
    BenchRow row{kind,
                 Outcome::kDeny,
                 std::string(DecisionCodeName(DecisionCode::kOriginNotAllowed)),
                 {}};
    std::size_t number = 0;
    for (const CompiledRoute* route : refusing_routes_.items()) {
      Try(*route, shape,
          "https://x" + std::to_string(number++) + "." +
              std::string(kForeignHost),
          &row);
    }
    for (const Allowed& call : allowed_.items()) {
      Try(*call.route, shape, NearMisses(call.origin)[number++ % 3], &row);
    }
    Keep(std::move(row));
  }

  void AddDenied(RequestKind kind) {
    const bool preflight = kind == RequestKind::kPreflight;
    const ShapeKind shape =
        preflight ? ShapeKind::kPreflight : ShapeKind::kActual;
    const auto& refusing = refusing_routes_.items();
    if (refusing.empty() && preflight) {
      rows_.notes.emplace_back(
          "no route refuses an origin, so no such refusal is measured");
    }
    AddForeign(kind, shape);
    AddOfRoutes(kind, DecisionCode::kNullOriginNotAllowed, shape, "null",
                refusing);
    AddOfRoutes(kind, DecisionCode::kMalformedOrigin, shape,
                "https://" + std::string(kForeignHost) + "/", refusing);
    if (preflight) {
      AddOfAllowed(DecisionCode::kMethodNotAllowed, ShapeKind::kOtherMethod);
      AddOfAllowed(DecisionCode::kHeaderNotAllowed, ShapeKind::kOtherHeader);
    }
    AddOfRoutes(
        kind, DecisionCode::kNoMatchingRoute,
        preflight ? ShapeKind::kNoRoutePreflight : ShapeKind::kNoRouteActual,
        "https://" + std::string(kForeignHost), every_route_.items());
    AddOfRoutes(kind, DecisionCode::kCorsDisabled, shape,
                "https://" + std::string(kForeignHost), silent_routes_.items());
  }

  void AddNotCors() {
    BenchRow row;
    for (const CompiledRoute* route : every_route_.items()) {
      Try(*route, ShapeKind::kWithoutOrigin, "", &row);
    }
    Keep(std::move(row));
  }

  const PolicyTable& table_;
  BenchRows rows_;
  ShapeMaker shapes_;
  std::mt19937_64 random_{1};  // the same requests in every run
  std::map<std::uint32_t, Choice<const CompiledRoute*>> routes_of_;
  std::vector<Choice<Sample>> samples_;
  std::size_t visited_ = 0;
  Choice<const CompiledRoute*> every_route_{kMaxDenied};
  Choice<const CompiledRoute*> refusing_routes_{kMaxDenied};
  Choice<const CompiledRoute*> silent_routes_{kMaxDenied};
  Choice<Allowed> allowed_{kMaxDenied};
};

}  // namespace

std::string BenchRow::name() const {
  std::string name(RequestKindName(kind));
  if (outcome == Outcome::kAllow) name += "/allowed/" + what;
  if (outcome == Outcome::kDeny) name += "/denied/" + what;
  return name;
}

BenchRows MakeBenchRows(const PolicyTable& table) {
  return RowMaker(table).Make();
}

}  // namespace corsac::cli
