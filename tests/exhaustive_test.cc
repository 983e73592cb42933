// Small worlds, completely: every policy that a few values of each field make,
// asked every request that a few values of each part make; every set of up to
// three routes of a small pool; every short text as an origin. Table and
// reference evaluator must agree about each.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/model/ir.h"
#include "compiler/origins/origin.h"
#include "tests/testing/comparison.h"
#include "tests/testing/ir_generator.h"
#include "tests/testing/reference_origin.h"

namespace corsac::testing {
namespace {

constexpr std::size_t kParts = 8;

// Slow builds look at every so manieth world only.
#ifdef CORSAC_SLOW_BUILD
constexpr std::size_t kStride = 61;
#else
constexpr std::size_t kStride = 1;
#endif

constexpr IrPlace kPlace = {0, 1, 1};

// Takes mixed-radix numbers apart: Take(n) is a number below n, and after a
// whole round of all combinations done() is true.
class Digits {
 public:
  explicit Digits(std::size_t number) : rest_(number) {}

  std::size_t Take(std::size_t bound) {
    const std::size_t digit = rest_ % bound;
    rest_ /= bound;
    return digit;
  }
  bool done() const { return rest_ > 0; }

 private:
  std::size_t rest_;
};

std::vector<IrOriginSet> OriginSets() {
  std::vector<IrOriginSet> sets(9);
  sets[0].any = true;
  sets[1].exact = {{"https://a.com", kPlace}};
  sets[2].null = true;
  sets[3].subdomain = {{"https", "a.com", false, std::nullopt, kPlace}};
  sets[4].subdomain = {{"https", "a.com", false, 8443, kPlace},
                       {"http", "a.com", true, std::nullopt, kPlace}};
  sets[5].any_port = {{"https", "a.com", kPlace}};
  sets[6].regex = {{"https://(b[.])?a[.]com", kPlace}};
  sets[7].file = true;
  sets[8].exact = {{"file://", kPlace}, {"http://x.a.com:1", kPlace}};
  sets[8].subdomain = {{"https", "com", true, std::nullopt, kPlace}};
  return sets;
}

const std::vector<std::string>& Origins() {
  static const std::vector<std::string> origins = {"https://a.com",
                                                   "https://b.a.com",
                                                   "https://a.com:8443",
                                                   "http://x.a.com:1",
                                                   "https://xa.com",
                                                   "https://A.com",
                                                   "https://a.com.evil",
                                                   "null",
                                                   "file://"};
  return origins;
}

Ir OneRoute(const IrPolicy& policy) {
  Ir ir;
  ir.files = {"small.toml"};
  static const std::vector<IrOriginSet> sets = OriginSets();
  ir.origin_sets = sets;
  ir.policies = {policy};
  IrRoute route;
  route.id = "all";
  route.pattern = "/{rest...}";
  route.segments = {{IrSegment::Kind::kRest, "rest"}};
  route.place = kPlace;
  ir.routes = {route};
  return ir;
}

// What both kinds of policies share.
void TakeCommon(Digits& digits, IrPolicy* policy) {
  policy->origins =
      static_cast<std::uint32_t>(digits.Take(OriginSets().size()));
  policy->credentials = digits.Take(2) == 1;
  static const std::array<IrNames, 4> methods = {
      IrNames{false, {}}, IrNames{false, {"PUT"}}, IrNames{true, {}},
      IrNames{false, {"GET", "PATCH"}}};
  policy->methods = methods[digits.Take(methods.size())];
  policy->methods_strict = digits.Take(2) == 1;
}

// Whether the compiler would let the policy pass.
bool IsValid(const IrPolicy& policy) {
  const bool any = policy.origins == 0;
  const bool expose_any = policy.expose.any && !policy.expose_expand;
  return !policy.credentials || (!any && !expose_any);
}

IrPolicy PreflightPolicy(Digits& digits) {
  IrPolicy policy;
  TakeCommon(digits, &policy);
  static const std::array<IrNames, 5> headers = {
      IrNames{false, {}}, IrNames{false, {"x-b", "x-a"}}, IrNames{true, {}},
      IrNames{true, {"authorization"}}, IrNames{true, {"x-a", "cookie"}}};
  policy.headers = headers[digits.Take(headers.size())];
  policy.preflight_diagnostics = digits.Take(2) == 0;
  policy.private_network = digits.Take(2) == 1;
  if (digits.Take(2) == 1) {
    policy.max_age = 0;
    policy.preflight_status = 200;
    policy.mode = IrMode::kEnforce;
    policy.timing_allow_origin.any = true;
  }
  return policy;
}

std::vector<TestRequest> PreflightRequests() {
  static const std::array<std::string, 7> methods = {
      "PUT", "GET", "POST", "PATCH", "put", "TRACE", ""};
  static const std::array<std::vector<std::string>, 8> asked = {{
      {},
      {"x-a"},
      {"X-A,x-b"},
      {"authorization"},
      {"x-a, authorization,x-c", "X-C"},
      {"cookie,x-a"},
      {",", "x-b , ,"},
      {"x a"},
  }};
  std::vector<TestRequest> requests;
  for (std::size_t i = 0;; ++i) {
    Digits digits(i);
    ReferenceRequest request{"OPTIONS", "", "/", {}};
    request.headers.emplace_back("Origin",
                                 Origins()[digits.Take(Origins().size())]);
    request.headers.emplace_back("Access-Control-Request-Method",
                                 methods[digits.Take(methods.size())]);
    for (const std::string& line : asked[digits.Take(asked.size())]) {
      request.headers.emplace_back("Access-Control-Request-Headers", line);
    }
    if (digits.Take(2) == 1) {
      request.headers.emplace_back("Access-Control-Request-Private-Network",
                                   "true");
    }
    if (digits.done()) return requests;
    requests.emplace_back(std::move(request));
  }
}

IrPolicy ActualPolicy(Digits& digits) {
  IrPolicy policy;
  TakeCommon(digits, &policy);
  const std::size_t expose = digits.Take(4);
  if (expose == 1) policy.expose.names = {"x-b", "x-a"};
  if (expose > 1) policy.expose.any = true;
  policy.expose_expand = expose == 3;
  if (digits.Take(2) == 1) policy.mode = IrMode::kEnforce;
  if (digits.Take(2) == 1) policy.self_origins = {"https://xa.com"};
  policy.upstream_keep = digits.Take(2) == 1;
  policy.websocket_check = digits.Take(2) == 1;
  const std::size_t timing = digits.Take(3);
  policy.timing_allow_origin.any = timing == 1;
  if (timing == 2) {
    policy.timing_allow_origin.names = {"https://a.com", "https://b.com"};
  }
  return policy;
}

std::vector<TestRequest> ActualRequests() {
  static const std::array<std::string, 5> methods = {"GET", "HEAD", "PUT",
                                                     "OPTIONS", "options"};
  std::vector<TestRequest> requests;
  for (std::size_t i = 0;; ++i) {
    Digits digits(i);
    ReferenceRequest request{"", "", "/", {}};
    const std::size_t origin = digits.Take(Origins().size() + 1);
    if (origin < Origins().size()) {
      request.headers.emplace_back("origin", Origins()[origin]);
    }
    request.method = methods[digits.Take(methods.size())];
    if (digits.Take(2) == 1) {
      request.headers.emplace_back("Upgrade", "h2c, WebSocket");
    }
    const std::size_t site = digits.Take(3);
    if (site == 1) request.headers.emplace_back("Sec-Fetch-Site", "none");
    if (site == 2) request.headers.emplace_back("Sec-Fetch-Site", "cross-site");
    if (digits.done()) return requests;
    requests.emplace_back(std::move(request));
  }
}

// Asks every request of every policy of one part. Returns how many answers were
// compared.
template <class MakePolicy>
std::size_t CompareAll(std::size_t part, MakePolicy make_policy,
                       const std::vector<TestRequest>& requests) {
  std::size_t compared = 0;
  for (std::size_t i = part * kStride;; i += kParts * kStride) {
    Digits digits(i);
    const IrPolicy policy = make_policy(digits);
    if (digits.done()) return compared;
    if (!IsValid(policy)) continue;
    const Ir ir = OneRoute(policy);
    const Comparison comparison(ir);
    for (const TestRequest& request : requests) {
      const std::string difference = comparison.Compare(request);
      EXPECT_EQ(difference, "");
      if (!difference.empty()) return compared;
      ++compared;
    }
  }
}

class ExhaustiveTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(ExhaustiveTest, Preflights) {
  const std::size_t compared =
      CompareAll(GetParam(), PreflightPolicy, PreflightRequests());
  EXPECT_GE(compared, 500'000 / kStride);
}

TEST_P(ExhaustiveTest, OtherRequests) {
  const std::size_t compared =
      CompareAll(GetParam(), ActualPolicy, ActualRequests());
  EXPECT_GE(compared, 500'000 / kStride);
}

INSTANTIATE_TEST_SUITE_P(Parts, ExhaustiveTest,
                         ::testing::Range<std::size_t>(0, kParts));

// --- Routes
// -------------------------------------------------------------------

std::vector<IrRoute> RoutePool() {
  using Kind = IrSegment::Kind;
  struct Path {
    std::string pattern;
    std::vector<IrSegment> segments;
  };
  const std::vector<Path> paths = {
      {"/", {{Kind::kLiteral, ""}}},
      {"/a", {{Kind::kLiteral, "a"}}},
      {"/a/", {{Kind::kLiteral, "a"}, {Kind::kLiteral, ""}}},
      {"/a/{r...}", {{Kind::kLiteral, "a"}, {Kind::kRest, "r"}}},
      {"/a/{p}", {{Kind::kLiteral, "a"}, {Kind::kParam, "p"}}},
      {"/{p}", {{Kind::kParam, "p"}}},
      {"/{p}/b", {{Kind::kParam, "p"}, {Kind::kLiteral, "b"}}},
      {"/{r...}", {{Kind::kRest, "r"}}}};
  const std::vector<IrHost> hosts = {{IrHost::Kind::kAny, ""},
                                     {IrHost::Kind::kExact, "x.a.com"},
                                     {IrHost::Kind::kWildcard, "a.com"},
                                     {IrHost::Kind::kWildcard, "com"}};
  std::vector<IrRoute> pool;
  for (const IrHost& host : hosts) {
    for (const Path& path : paths) {
      IrRoute route;
      route.id = "r" + std::to_string(pool.size());
      route.pattern = path.pattern;
      route.host = host;
      route.segments = path.segments;
      route.place = kPlace;
      pool.push_back(route);
      if (host.kind != IrHost::Kind::kAny) continue;
      route.id += "-put";
      route.for_methods = {"PUT"};
      pool.push_back(route);
    }
  }
  return pool;
}

std::vector<TestRequest> PlaceRequests() {
  std::vector<TestRequest> requests;
  for (const char* host :
       {"", "x.a.com", "y.x.a.com:80", "a.com", "X.b.com."}) {
    for (const char* target :
         {"/", "/a", "/a/", "/a/b", "/c", "/c/b", "/%61", "/a/../c/./b", "/A",
          "/a/b/c", "http://x.a.com/a", "*", "/a%2Fb", "//a//b?/../c"}) {
      for (const char* method : {"GET", "PUT"}) {
        requests.emplace_back(ReferenceRequest{
            method, host, target, {{"Origin", "https://a.com"}}});
      }
    }
  }
  requests.emplace_back(ReferenceRequest{
      "OPTIONS",
      "x.a.com",
      "/a",
      {{"Origin", "https://a.com"}, {"Access-Control-Request-Method", "PUT"}}});
  return requests;
}

TEST(ExhaustiveRoutesTest, UpToThreeRoutes) {
  const std::vector<IrRoute> pool = RoutePool();
  const std::vector<TestRequest> requests = PlaceRequests();
  IrPolicy policy;
  policy.origins = 1;
  Ir ir = OneRoute(policy);
  std::size_t compared = 0;
  for (std::size_t i = 0;; i += kStride) {
    // Three indexes in falling order; equal ones stand for fewer routes.
    Digits digits(i);
    const std::array<std::size_t, 3> picks = {digits.Take(pool.size()),
                                              digits.Take(pool.size()),
                                              digits.Take(pool.size())};
    if (digits.done()) break;
    if (picks[0] < picks[1] || picks[1] < picks[2]) continue;
    ir.routes = {pool[picks[0]]};
    for (std::size_t k = 1; k < picks.size(); ++k) {
      if (picks[k] != picks[k - 1]) ir.routes.push_back(pool[picks[k]]);
    }
    ir.unmatched_passthrough = i % 2 == 1;
    const Comparison comparison(ir);
    for (const TestRequest& request : requests) {
      ASSERT_EQ(comparison.Compare(request), "");
      ++compared;
    }
  }
  EXPECT_GE(compared, 1'500'000 / kStride);
}

// --- The origin grammar
// -------------------------------------------------------

// Compares ParseOrigin() with the reference for `value`.
void CompareParsers(const std::string& value, const std::string& shown) {
  const ExactText exact(value);
  Origin origin;
  const OriginError error = ParseOrigin(exact.view(), &origin);
  const ReferenceOrigin expected = ParseReferenceOrigin(value);
  ASSERT_EQ(OriginErrorName(error), expected.error) << shown;
  if (error != OriginError::kNone) return;
  ASSERT_EQ(origin.text, value);
  ASSERT_EQ(origin.scheme, expected.scheme) << shown;
  ASSERT_EQ(origin.host, expected.host) << shown;
  ASSERT_EQ(origin.port, expected.port) << shown;
  ASSERT_EQ(origin.kind == OriginKind::kNull, expected.is_null) << shown;
  ASSERT_EQ(origin.kind == OriginKind::kFile, expected.is_file) << shown;
  ASSERT_EQ(origin.kind == OriginKind::kWeb, expected.is_web) << shown;
}

TEST(ExhaustiveOriginsTest, EveryShortTextAfterEachBeginning) {
  static constexpr std::string_view kAlphabet = ":/.0189aAfx-_[]@ ";
  static constexpr std::array<std::string_view, 9> kBeginnings = {
      "",         "http://",       "https://[1:", "app://",      "http://a:",
      "https://", "http://1.2.3.", "http://[::",  "https://a.0x"};
  std::size_t compared = 0;
  for (const std::string_view beginning : kBeginnings) {
    for (std::size_t i = 0;; i += kStride) {
      Digits digits(i);
      std::string value(beginning);
      // A digit past the alphabet is no byte, so shorter texts come up too.
      for (int k = 0; k < 4; ++k) {
        const std::size_t digit = digits.Take(kAlphabet.size() + 1);
        if (digit < kAlphabet.size()) value += kAlphabet[digit];
      }
      if (digits.done()) break;
      CompareParsers(value, value);
      ++compared;
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GE(compared, 900'000 / kStride);
}

// All 65536 ways in which eight pieces are 0, 1, ab or ffff, canonical and not.
TEST(ExhaustiveOriginsTest, EveryPatternOfZerosInAnAddress) {
  static constexpr std::array<std::string_view, 4> kPieces = {"0", "1", "ab",
                                                              ""};
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < 65'536; ++i) {
    Digits digits(i);
    std::string value = "http://[";
    for (int k = 0; k < 8; ++k) {
      if (k > 0) value += ':';
      value += kPieces[digits.Take(4)];
    }
    value += "]";
    CompareParsers(value, value);
    if (HasFatalFailure()) return;
    Origin origin;
    if (ParseOrigin(value, &origin) == OriginError::kNone) ++accepted;
  }
  EXPECT_GT(accepted, 100U);
}

}  // namespace
}  // namespace corsac::testing
