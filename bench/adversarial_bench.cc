// The worst requests that the limits allow, and those just past them. Each row
// says which bound it shows; none of them may grow with anything but the length
// of the request and what the rules' author wrote.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/corpus.h"
#include "bench/harness.h"
#include "bench/random.h"
#include "bench/requests.h"
#include "bench/worst_origin.h"
#include "compiler/limits.h"
#include "compiler/model/ir.h"
#include "compiler/table/policy_table.h"
#include "runtime/decision/decision.h"

namespace corsac::bench {
namespace {

constexpr std::string_view kApp = "https://app.example.com";
constexpr std::string_view kTarget = "/api/orders/4711";

std::string Repeat(std::string_view text, std::size_t times) {
  std::string repeated;
  repeated.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

// One route, `/api/{rest...}`, with the policy of the corpus and `origins`.
Ir IrWith(IrOriginSet origins) {
  Ir ir = RuleSetIr(SpecOf(RuleForm::kExact, 0));
  ir.origin_sets[0] = std::move(origins);
  return ir;
}

IrOriginSet Exact(const std::vector<std::string>& origins) {
  IrOriginSet set;
  for (const std::string& origin : origins) set.exact.Add(origin, {});
  return set;
}

struct Case {
  std::unique_ptr<const PolicyTable> table;
  std::unique_ptr<Request> request;
  OriginPool origins;
  Expected expected;
};

// A preflight from `origin` for a PUT to `table`.
Case Preflight(const Ir& ir, std::string_view origin, DecisionCode code,
               RuleKind rule = RuleKind::kNone) {
  Case made;
  made.table = BuildTable(ir);
  made.request = std::make_unique<Request>("OPTIONS", kTarget);
  made.request->Add("Host", "api.example.com");
  made.request->Add("Origin", origin);
  made.request->Add("Access-Control-Request-Method", "PUT");
  made.origins.Add(origin);
  made.expected = {RequestKind::kPreflight, code, rule};
  return made;
}

// --- Origins ----------------------------------------------------------------

// 327 bytes: the longest scheme, host and port. `last` is its last byte.
std::string LongestOrigin(std::string_view first, char last) {
  std::string origin(kMaxSchemeBytes, 's');
  origin += "://";
  origin += first;
  origin += std::string(kMaxHostBytes - first.size(), 'h');
  origin += ":6553";
  return origin + last;
}

// A thousand rules of 327 bytes that differ in their first few bytes of host.
Ir LongestRules() {
  std::vector<std::string> rules;
  for (int i = 1000; i < 2000; ++i) {
    rules.push_back(LongestOrigin(std::to_string(i), '5'));
  }
  return IrWith(Exact(rules));
}

// Bound: parsing, hashing and comparing take one pass over 327 bytes each.
Case LongestAllowed() {
  return Preflight(LongestRules(), LongestOrigin("1500", '5'),
                   DecisionCode::kAllow, RuleKind::kExact);
}

// Bound: an origin that agrees with a rule in all but the first byte of its
// host costs no more than any other of that length.
Case SharedSuffixDenied() {
  return Preflight(LongestRules(), LongestOrigin("2500", '5'),
                   DecisionCode::kOriginNotAllowed);
}

// `https://a.a.….a`: as many labels as 253 bytes hold.
std::string ManyLabels(std::size_t labels) {
  std::string host = "a";
  for (std::size_t i = 1; i < labels; ++i) host += ".a";
  return host;
}

// Bound: subdomain rules are looked up once a label, 127 times at most. Every
// suffix of the host is the base of a rule here, and none has the right port.
Case EveryLabelIsABase() {
  constexpr std::size_t kLabels = 127;
  IrOriginSet set;
  for (std::size_t n = 1; n < kLabels; ++n) {
    set.subdomain.push_back({"https", ManyLabels(n), false, 1, {}});
  }
  return Preflight(IrWith(std::move(set)), "https://" + ManyLabels(kLabels),
                   DecisionCode::kOriginNotAllowed);
}

// Bound: a host that ends like a rule's base, but not at a label's beginning,
// costs the same lookups as any other.
Case SharedSuffixSubdomain() {
  const std::string base = Repeat("b123456789.", 21) + "example.com";
  IrOriginSet set;
  set.subdomain.push_back({"https", base, true, {}, {}});
  return Preflight(IrWith(std::move(set)), "https://x" + base,
                   DecisionCode::kOriginNotAllowed);
}

Case Malformed(std::string_view origin) {
  return Preflight(IrWith(Exact({std::string(kApp)})), origin,
                   DecisionCode::kMalformedOrigin);
}

// Bound: each way of being wrong is found in one pass, however late it shows.
const std::map<std::string, std::string>& MalformedOrigins() {
  static const auto& origins = *new std::map<std::string, std::string>{
      {"empty", ""},
      // Bound: the length is looked at before any byte is.
      {"too-long-1MiB", "https://" + std::string(std::size_t{1} << 20, 'a')},
      {"control-or-non-ascii", "https://" + std::string(318, 'a') + "\x7F"},
      {"list", "https://" + std::string(318, 'a') + ","},
      {"syntax", std::string(kMaxOriginBytes, 'a')},
      {"has-path", "https://" + Repeat("a.", 120) + "aa/"},
      {"userinfo", "https://" + Repeat("a.", 120) + "aa@b"},
      {"bad-host", "https://" + Repeat("a.", 120) + "aa.."},
      {"bad-host-ipv6", "https://[1:2:3:4:5:6:7:88888]"},
      {"uppercase", "https://" + Repeat("a.", 126) + "A"},
      {"bad-port", "https://" + Repeat("a.", 126) + "a:65536"},
      {"default-port", "https://" + Repeat("a.", 126) + "a:443"},
  };
  return origins;
}

// Bound: repeated lines are counted, not read.
Case ManyOriginLines() {
  Case made = Preflight(IrWith(Exact({std::string(kApp)})), kApp,
                        DecisionCode::kDuplicateOrigin);
  for (int i = 1; i < 1024; ++i) made.request->Add("Origin", kApp);
  return made;
}

// Bound: one pass over the names of the header lines, whatever else is wrong.
Case BadNameAtTheEnd() {
  Case made = Preflight(IrWith(Exact({std::string(kApp)})), kApp,
                        DecisionCode::kMalformedFieldName);
  for (int i = 0; i < 200; ++i) {
    made.request->Add("x-" + std::string(kMaxHeaderNameBytes - 2, 'n'), "1");
  }
  made.request->Add("bad name", "1");
  return made;
}

// --- Access-Control-Request-Headers -----------------------------------------

// A preflight from an allowed origin to a policy that allows every header, and
// so has to read and to repeat the names that are asked for.
Case AskFor(const std::vector<std::string>& lines, DecisionCode code) {
  Ir ir = IrWith(Exact({std::string(kApp)}));
  ir.policies[0].headers.any = true;
  const bool allowed = code == DecisionCode::kAllow;
  Case made =
      Preflight(ir, kApp, code, allowed ? RuleKind::kExact : RuleKind::kNone);
  for (const std::string& line : lines) {
    made.request->Add("Access-Control-Request-Headers", line);
  }
  return made;
}

// `count` different names of `bytes` bytes each, separated by commas.
std::string Names(std::size_t count, std::size_t bytes) {
  std::string names;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string number = std::to_string(100 + i);
    if (i > 0) names += ',';
    names += std::string(bytes - number.size(), 'n') + number;
  }
  return names;
}

// Bound: one name a thousand times over is one name.
Case RepeatedName() {
  return AskFor({Repeat("x-csrf,", kMaxRequestHeadersBytes / 7)},
                DecisionCode::kAllow);
}

// Bound: 4,096 bytes hold 2,048 names of one letter, of which 26 differ: each
// is compared with the names before it.
Case OneLetterNames() {
  std::string names;
  for (std::size_t i = 0; i < kMaxRequestHeadersBytes / 2; ++i) {
    names += static_cast<char>('a' + i * 7 % 26);
    names += ',';
  }
  return AskFor({names}, DecisionCode::kAllow);
}

// Bound: 128 different names are the most that are told apart; of the longest
// that fit into 4,096 bytes.
Case MostNames() {
  return AskFor({Names(kMaxRequestHeaderNames,
                       kMaxRequestHeadersBytes / kMaxRequestHeaderNames - 1)},
                DecisionCode::kAllow);
}

// Bound: the 129th ends it.
Case TooManyNames() {
  return AskFor({Names(kMaxRequestHeaderNames + 1, 30)},
                DecisionCode::kRequestHeadersTooLarge);
}

// Bound: names chosen to meet in one slot of the set of names seen, over and
// over: each is compared with up to 127 others. The hash is the one of
// runtime/decision/request_headers.cc; when that changes this row only becomes
// an ordinary one.
Case CollidingNames() {
  std::string names;
  std::size_t found = 0;
  for (std::uint32_t i = 0; found < kMaxRequestHeaderNames; ++i) {
    const std::string name = {static_cast<char>('a' + i % 26),
                              static_cast<char>('a' + i / 26 % 26),
                              static_cast<char>('a' + i / 676 % 26),
                              static_cast<char>('a' + i / 17'576 % 26)};
    std::uint32_t hash = 2'166'136'261U;
    for (const char c : name) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
    }
    if ((hash ^ (hash >> 16)) % 256 != 0) continue;
    names += name + ",";
    ++found;
  }
  return AskFor({Repeat(names, kMaxRequestHeadersBytes / names.size())},
                DecisionCode::kAllow);
}

// Bound: the length is looked at before any name is.
Case TooManyBytes() {
  return AskFor({Repeat("x-csrf,", (std::size_t{1} << 20) / 7)},
                DecisionCode::kRequestHeadersTooLarge);
}

// Bound: an empty line costs as much as finding it.
Case EmptyLines() {
  return AskFor(std::vector<std::string>(1024, " "), DecisionCode::kAllow);
}

// Bound: empty elements are skipped one by one.
Case EmptyElements() {
  return AskFor({std::string(kMaxRequestHeadersBytes, ',')},
                DecisionCode::kAllow);
}

// Bound: a policy's longest list is a set; the asked names do not meet each of
// its 1,024 entries.
Case LongestListLastNameRefused() {
  Ir ir = IrWith(Exact({std::string(kApp)}));
  std::vector<std::string>& listed = ir.policies[0].headers.names;
  listed.clear();
  for (std::size_t i = 0; i < kMaxListEntries; ++i) {
    listed.push_back("x-listed-header-" + std::to_string(i));
  }
  Case made = Preflight(ir, kApp, DecisionCode::kHeaderNotAllowed);
  std::string names;
  for (std::size_t i = 0; i < kMaxRequestHeaderNames - 1; ++i) {
    names += "x-listed-header-" + std::to_string(i * 8) + ",";
  }
  made.request->Add("Access-Control-Request-Headers", names + "x-other");
  return made;
}

// --- Paths and routes -------------------------------------------------------

// A GET for `target` that is answered, or meets no route.
Case Get(const Ir& ir, std::string_view target, DecisionCode code) {
  Case made = Preflight(
      ir, kApp, code,
      code == DecisionCode::kAllow ? RuleKind::kExact : RuleKind::kNone);
  made.request = std::make_unique<Request>("GET", target);
  made.request->Add("Host", "api.example.com");
  made.request->Add("Origin", kApp);
  made.expected.kind = RequestKind::kActual;
  return made;
}

// `unit` as often as it fits into 8,192 bytes after a prefix, before a suffix.
std::string LongestTarget(std::string_view prefix, std::string_view unit,
                          std::string_view suffix) {
  const std::size_t room = kMaxTargetBytes - prefix.size() - suffix.size();
  std::string target(prefix);
  target += Repeat(unit, room / unit.size());
  target += suffix;
  return target;
}

// Bound: a target is normalised in one pass over at most 8,192 bytes, whatever
// has to be undone in it.
Case LongTarget(std::string_view prefix, std::string_view unit,
                std::string_view suffix) {
  return Get(IrWith(Exact({std::string(kApp)})),
             LongestTarget(prefix, unit, suffix), DecisionCode::kAllow);
}

// Bound: the length is looked at before any byte is.
Case TooLongTarget() {
  return Get(IrWith(Exact({std::string(kApp)})),
             "/api/" + std::string(std::size_t{1} << 20, 'a'),
             DecisionCode::kNoMatchingRoute);
}

// Bound: looking for a route visits a node of the route trie once at most. Here
// `x` or `{name}` stands in each of ten places, which makes 1,024 routes and
// 2,047 nodes, and the request gets to the end of each before it fails.
Case EveryRouteFailsLate() {
  constexpr unsigned kDepth = 10;
  Ir ir = IrWith(Exact({std::string(kApp)}));
  ir.routes.clear();
  for (unsigned bits = 0; bits < 1U << kDepth; ++bits) {
    IrRoute route;
    for (unsigned level = 0; level < kDepth; ++level) {
      const bool literal = (bits >> level & 1U) != 0;
      route.pattern += literal ? "/x" : "/{p" + std::to_string(level) + "}";
      route.segments.push_back(
          {literal ? IrSegment::Kind::kLiteral : IrSegment::Kind::kParam,
           literal ? "x" : "p" + std::to_string(level)});
    }
    route.pattern += "/end";
    route.segments.push_back({IrSegment::Kind::kLiteral, "end"});
    route.id = "r" + std::to_string(bits);
    ir.routes.push_back(std::move(route));
  }
  return Get(ir, Repeat("/x", kDepth) + "/no", DecisionCode::kNoMatchingRoute);
}

// --- Regexes ----------------------------------------------------------------

// Origins of the greatest length, all labels random: each leads an automaton
// to states that it has not seen.
OriginPool RandomOrigins(std::string_view letters) {
  OriginPool pool;
  Random random(kSeed);
  for (int i = 0; i < 512; ++i) {
    std::string host;
    while (host.size() < kMaxHostBytes - 1) {
      const bool dot = host.size() % 64 == 63;
      host += dot ? '.'
                  : letters[random.Below(
                        static_cast<std::uint32_t>(letters.size()))];
    }
    pool.Add("https://" + host);
  }
  return pool;
}

Case WithRegexes(std::size_t count, const std::string& pattern) {
  IrOriginSet set;
  for (std::size_t i = 0; i < count; ++i) {
    set.regex.push_back({pattern + std::to_string(i), {}});
  }
  Case made = Preflight(IrWith(std::move(set)), "https://aaa",
                        DecisionCode::kOriginNotAllowed);
  made.origins = RandomOrigins("ab");
  return made;
}

// Bound: RE2 takes time proportional to pattern times origin, and memory up to
// its cap. The deterministic automaton of this pattern has 2^200 states; RE2
// gives up on it and simulates the other kind.
Case ExplodingRegex() { return WithRegexes(1, "https://[ab.]*a[ab.]{200}"); }

// The same with the longest program that the cap on memory lets compile.
Case LongestRegex() {
  return WithRegexes(1, "https://(?:[ab.]{0,15}a[ab.]{0,15}b){1,30}z");
}

// Bound: regexes are tried one by one; this is what a hundred of them cost when
// each explodes.
Case HundredExplodingRegexes() {
  return WithRegexes(100, "https://[ab.]*a[ab.]{60}");
}

// Bound: the most regexes that a source may have, none of which matches.
Case MostRegexes() {
  Case made = Preflight(RuleSetIr(SpecOf(RuleForm::kRegex, kMaxRegexes)),
                        OriginFor(RuleForm::kRegex, kMaxRegexes),
                        DecisionCode::kOriginNotAllowed);
  return made;
}

// Bound: with ordinary regexes, each found by the literal ending of its hosts,
// even the worst near miss of a thousand meets few of them.
Case WorstOfMixedRegexes() {
  constexpr std::size_t kRules = 1'000;
  const PolicyTable& table = TableOf(SpecOf(RuleForm::kRegex, kRules));
  std::vector<std::string> allowed;
  for (std::size_t i = 0; i < kRules; ++i) {
    allowed.push_back(OriginFor(RuleForm::kRegex, i));
  }
  const std::uint32_t set = table.PolicyOf(table.routes()[0]).origins;
  return Preflight(RuleSetIr(SpecOf(RuleForm::kRegex, kRules)),
                   WorstNearMiss(table, set, allowed),
                   DecisionCode::kOriginNotAllowed);
}

void Register(const std::string& name, const std::function<Case()>& make) {
  // Made when the row is first run, kept for its repetitions.
  const auto made = std::make_shared<std::unique_ptr<Case>>();
  benchmark::RegisterBenchmark(
      ("Adversarial/" + name).c_str(), [make, made](benchmark::State& state) {
        if (*made == nullptr) *made = std::make_unique<Case>(make());
        const Case& row = **made;
        if (!Check(*row.table, row.request.get(), row.origins, row.expected,
                   state)) {
          return;
        }
        TimeDecisions(*row.table, row.request.get(), row.origins, state);
      });
}

}  // namespace

void RegisterAdversarialRows() {
  Register("origin/longest-allowed", LongestAllowed);
  Register("origin/shared-suffix-exact", SharedSuffixDenied);
  Register("origin/shared-suffix-subdomain", SharedSuffixSubdomain);
  Register("origin/every-label-is-a-base", EveryLabelIsABase);
  for (const auto& [kind, origin] : MalformedOrigins()) {
    Register("origin/malformed/" + kind,
             [text = origin] { return Malformed(text); });
  }
  Register("lines/1024-origin-lines", ManyOriginLines);
  Register("lines/bad-name-after-200-long-ones", BadNameAtTheEnd);

  Register("acrh/one-name-4096-bytes", RepeatedName);
  Register("acrh/one-letter-names-4096-bytes", OneLetterNames);
  Register("acrh/128-names-4096-bytes", MostNames);
  Register("acrh/129-names-refused", TooManyNames);
  Register("acrh/128-colliding-names", CollidingNames);
  Register("acrh/1MiB-refused", TooManyBytes);
  Register("acrh/1024-empty-lines", EmptyLines);
  Register("acrh/4096-commas", EmptyElements);
  Register("acrh/128-names-1024-listed", LongestListLastNameRefused);

  Register("path/8192-bytes-plain",
           [] { return LongTarget("/api/", "a", ""); });
  Register("path/8192-bytes-segments",
           [] { return LongTarget("/api", "/a", ""); });
  Register("path/8192-bytes-encoded-dots",
           [] { return LongTarget("/api/x", "%2E", ""); });
  Register("path/8192-bytes-encoded-dot-segments",
           [] { return LongTarget("", "/%2E%2E", "/api/x"); });
  Register("path/8192-bytes-up-and-down",
           [] { return LongTarget("/api", "/a/..", "/x"); });
  Register("path/8192-bytes-slashes",
           [] { return LongTarget("/api", "/", "x"); });
  Register("path/1MiB-refused", TooLongTarget);
  Register("route/1024-routes-fail-late", EveryRouteFailsLate);

  Register("regex/exploding", ExplodingRegex);
  Register("regex/longest-program", LongestRegex);
  Register("regex/100-exploding", HundredExplodingRegexes);
  Register("regex/10000-rules-no-match", MostRegexes);
  Register("regex/1000-mixed-worst", WorstOfMixedRegexes);
}

}  // namespace corsac::bench
