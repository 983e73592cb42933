// The judge judged: the parts of the reference evaluator and of the generators
// against cases worked out by hand. tests/truth_table_test.cc does the same for
// whole answers.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/testing/choices.h"
#include "tests/testing/exact_request.h"
#include "tests/testing/ir_generator.h"
#include "tests/testing/reference_evaluator.h"
#include "tests/testing/reference_fields.h"
#include "tests/testing/reference_origin.h"
#include "tests/testing/reference_route.h"
#include "tests/testing/reference_target.h"
#include "tests/testing/reference_text.h"

namespace corsac::testing {
namespace {

struct OriginRow {
  std::string value;
  std::string error;
};

TEST(ReferenceOriginTest, SaysWhatIsWrong) {
  const std::string label(63, 'a');
  const std::string host253 =
      label + "." + label + "." + label + "." + std::string(61, 'b');
  const std::vector<OriginRow> rows = {
      {"https://a.com", ""},
      {"http://localhost:3000", ""},
      {"https://under_score.-dash-.com.", ""},
      {"http://[::1]", ""},
      {"http://[1:0:2::3]:8080", ""},
      {"http://127.0.0.1", ""},
      {"https://xn--bcher-kva.test", ""},
      {"chrome-extension://abcdef", ""},
      {"app://Mixed.Case", ""},
      {"app://..:1", ""},
      {"null", ""},
      {"file://", ""},
      {"https://" + host253, ""},
      {"https://" + host253 + ".", ""},
      {std::string(64, 's') + "://a", ""},
      {"", "empty"},
      {std::string(328, ' '), "too-long"},
      {std::string(327, 'a'), "syntax"},
      {std::string("https://a.com\0", 14), "control-or-non-ascii"},
      {"https://a.com \x7F", "control-or-non-ascii"},
      {"https://a.com,https://b.com", "list"},
      {"null null", "list"},
      {"NULL", "syntax"},
      {"https:/a.com", "syntax"},
      {"://a.com", "syntax"},
      {"1https://a.com", "syntax"},
      {std::string(65, 's') + "://a", "syntax"},
      {"file://host", "syntax"},
      {"file:///etc", "has-path"},
      {"FILE://", "uppercase"},
      {"FILE://x", "syntax"},
      {"https://a.com/", "has-path"},
      {"https://u@a.com?", "has-path"},
      {"https://u:p@a.com", "userinfo"},
      {"https://", "bad-host"},
      {"https://.com", "bad-host"},
      {"https://a..com", "bad-host"},
      {"https://a.com..", "bad-host"},
      {"https://a{.com", "bad-host"},
      {"https://" + std::string(64, 'a') + ".com", "bad-host"},
      {"https://" + host253 + "bb", "bad-host"},
      {"http://127.1", "bad-host"},
      {"http://127.0.0.1.", "bad-host"},
      {"http://127.0.0.01", "bad-host"},
      {"http://a.0x", "bad-host"},
      {"http://a.0xfg", ""},
      {"http://[::1", "bad-host"},
      {"http://[::1]x", "bad-host"},
      {"http://[0:0:0:0:0:0:0:1]", "bad-host"},
      {"http://[1::2:3:4:5:6:7]", "bad-host"},
      {"http://[1:0:2:3:4:5:6:7]", ""},
      {"http://[::1.2.3.4]", "bad-host"},
      {"app://[::1]", "bad-host"},
      {"https://A.com", "uppercase"},
      {"HTTPS://a.com:80", "uppercase"},
      {"App://a", "uppercase"},
      {"http://[::FFFF]", "uppercase"},
      {"https://A.com:0", "uppercase"},
      {"https://a.com:", "bad-port"},
      {"https://a.com:0", "bad-port"},
      {"https://a.com:65536", "bad-port"},
      {"https://a.com:080", "bad-port"},
      {"https://a.com:1:1", "bad-port"},
      {"https://a.com:443", "default-port"},
      {"http://[::1]:80", "default-port"},
      {"http://a.com:443", ""},
      {"app://a:80", ""},
  };
  for (const OriginRow& row : rows) {
    EXPECT_EQ(ParseReferenceOrigin(row.value).error, row.error) << row.value;
  }
}

TEST(ReferenceOriginTest, TakesAnOriginApart) {
  const ReferenceOrigin origin =
      ParseReferenceOrigin("http://[2001:db8::1]:81");
  EXPECT_TRUE(origin.is_web);
  EXPECT_EQ(origin.scheme, "http");
  EXPECT_EQ(origin.host, "[2001:db8::1]");
  EXPECT_EQ(origin.port, 81U);
}

struct TargetRow {
  std::string target;
  std::string host;
  std::string path;  // empty: no route
  std::string normal_host;
};

TEST(ReferenceTargetTest, NormalizesHostAndPath) {
  const std::vector<TargetRow> rows = {
      {"/", "", "/", ""},
      {"/a/b?c=/../d", "A.Example.com:8080", "/a/b", "a.example.com"},
      {"/%61%2e%2E/%7e", "a.com.", "/a../~", "a.com"},
      {"/a//b///c", "a.com.:80", "/a/b/c", "a.com"},
      {"/a/./b/../c", "[::1]:80", "/a/c", "[::1]"},
      {"/a/b/..", "[::1]", "/a/", "[::1]"},
      {"/a/b/.", "", "/a/b/", ""},
      {"/../../a", "", "/a", ""},
      {"/%2e%2e/a/%2E", "", "/a/", ""},
      {"/a%2Fb%5c%00", "", "/a%2Fb%5c%00", ""},
      {"/...", "", "/...", ""},
      {"http://a.com", "a.com", "/", "a.com"},
      {"HTTPS://A.com:443?q", "", "/", "a.com"},
      {"https://a.com:443/x", "a.com", "/x", "a.com"},
      {"https://a.com/x", "a.com:443", "/x", "a.com"},
      {"http://a.com/x", "a.com:443", "", ""},
      {"http://b.com/x", "a.com", "", ""},
      {"http://u@a.com/x", "a.com", "", ""},
      {"http:///x", "", "", ""},
      {"ftp://a.com/x", "a.com", "", ""},
      {"*", "a.com", "", ""},
      {"", "a.com", "", ""},
      {"a", "a.com", "", ""},
      {"/%", "", "", ""},
      {"/%4", "", "", ""},
      {"/%4g", "", "", ""},
      {"/" + std::string(8191, 'a'), "", "/" + std::string(8191, 'a'), ""},
      {"/" + std::string(8192, 'a'), "", "", ""},
  };
  for (const TargetRow& row : rows) {
    const ReferenceTarget target =
        NormalizeReferenceTarget(row.target, row.host);
    EXPECT_EQ(target.valid, !row.path.empty()) << row.target;
    EXPECT_EQ(target.path, row.path) << row.target;
    EXPECT_EQ(target.host, row.normal_host) << row.target;
  }
}

IrRoute Route(const std::string& id, const IrHost& host,
              const std::vector<IrSegment>& segments,
              const std::vector<std::string>& methods = {}) {
  IrRoute route;
  route.id = id;
  route.host = host;
  route.segments = segments;
  route.for_methods = methods;
  return route;
}

TEST(ReferenceRouteTest, TakesTheMostSpecific) {
  const IrHost any;
  const IrHost exact{IrHost::Kind::kExact, "x.a.com"};
  const IrHost wild{IrHost::Kind::kWildcard, "a.com"};
  const IrSegment a{IrSegment::Kind::kLiteral, "a"};
  const IrSegment empty{IrSegment::Kind::kLiteral, ""};
  const IrSegment param{IrSegment::Kind::kParam, "p"};
  const IrSegment rest{IrSegment::Kind::kRest, "r"};
  Ir ir;
  ir.routes = {
      Route("rest", any, {rest}),   Route("a-rest", any, {a, rest}),
      Route("a", any, {a}),         Route("a-put", any, {a}, {"PUT"}),
      Route("param", any, {param}), Route("param-slash", any, {param, empty}),
      Route("wild-a", wild, {a}),   Route("exact-b", exact, {param, a})};
  const auto choose = [&](const char* host, const char* path,
                          const char* method) -> std::string {
    const ReferenceTarget target{true, path, host};
    const IrRoute* route = ChooseReferenceRoute(ir, target, method);
    return route == nullptr ? "" : route->id;
  };
  EXPECT_EQ(choose("", "/", "GET"), "rest");
  EXPECT_EQ(choose("", "/a", "GET"), "a");
  EXPECT_EQ(choose("", "/a", "PUT"), "a-put");
  EXPECT_EQ(choose("", "/a/", "GET"), "a-rest");
  EXPECT_EQ(choose("", "/b", "GET"), "param");
  EXPECT_EQ(choose("", "/b/", "GET"), "param-slash");
  EXPECT_EQ(choose("", "/b/c", "GET"), "rest");
  EXPECT_EQ(choose("x.a.com", "/a", "PUT"), "wild-a");
  EXPECT_EQ(choose("a.com", "/a", "PUT"), "a-put");
  EXPECT_EQ(choose("x.a.com", "/b/a", "GET"), "exact-b");
  EXPECT_EQ(choose("x.a.com", "/c", "GET"), "param");
  EXPECT_EQ(ChooseReferenceRoute(ir, ReferenceTarget{}, "GET"), nullptr);
}

TEST(ReferenceFieldsTest, ReadsAskedHeaders) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(ParseAskedHeaders({"X-B, x-a,,", "x-b,\tX-C"}).names,
            (Names{"x-b", "x-a", "x-c"}));
  EXPECT_EQ(ParseAskedHeaders({"x a"}).error, "malformed-request-headers");
  EXPECT_EQ(ParseAskedHeaders({std::string(256, 'x')}).error, "");
  EXPECT_EQ(ParseAskedHeaders({std::string(257, 'x')}).error,
            "malformed-request-headers");
  EXPECT_EQ(ParseAskedHeaders({std::string(4096, ',')}).error, "");
  EXPECT_EQ(ParseAskedHeaders({std::string(4096, ','), ","}).error,
            "request-headers-too-large");
  std::string names;
  for (int i = 0; i < 128; ++i) names += "x" + std::to_string(i) + ",";
  EXPECT_EQ(ParseAskedHeaders({names, names}).names.size(), 128U);
  EXPECT_EQ(ParseAskedHeaders({names + "y,x y"}).error,
            "request-headers-too-large");
  EXPECT_EQ(ParseAskedHeaders({names + "x y,y"}).error,
            "malformed-request-headers");
  EXPECT_TRUE(IsForbiddenName("cookie"));
  EXPECT_TRUE(IsForbiddenName("sec-"));
  EXPECT_FALSE(IsForbiddenName("second"));
}

TEST(ReferenceTextTest, KnowsTokens) {
  EXPECT_TRUE(IsHttpToken("!#$%&'*+-.^_`|~09azAZ"));
  for (const char* text : {"", " ", "a b", "a:", "a\"", "\x7F", "\xC3", "{"}) {
    EXPECT_FALSE(IsHttpToken(text)) << text;
  }
}

TEST(ChoicesTest, AreTheSameForTheSameSeedAndPlainWhenBytesRunOut) {
  Choices a = Choices::FromSeed(7);
  Choices b = Choices::FromSeed(7);
  Choices c = Choices::FromSeed(8);
  std::size_t differences = 0;
  for (int i = 0; i < 1'000; ++i) {
    const std::size_t choice = a.Below(1'000);
    ASSERT_LT(choice, 1'000U);
    EXPECT_EQ(choice, b.Below(1'000));
    if (choice != c.Below(1'000)) ++differences;
  }
  EXPECT_GT(differences, 900U);
  Choices bytes = Choices::FromBytes("\x05\x01\x02");
  EXPECT_EQ(bytes.Below(256), 5U);
  EXPECT_EQ(bytes.Below(65'536), 0x0102U);
  EXPECT_EQ(bytes.Below(9), 0U);
  EXPECT_FALSE(bytes.OneIn(2));
  EXPECT_EQ(bytes.Bytes(9), "");
}

TEST(ExactRequestTest, HoldsWhatItWasMadeOf) {
  const ReferenceRequest request{
      "GET", "", "/x", {{"Origin", ""}, {"X", std::string("\0\r", 2)}}};
  ExactRequest first(request);
  const ExactRequest moved(std::move(first));
  EXPECT_EQ(Describe(ToReference(moved.view())), Describe(request));
}

// GenerateIr() promises valid rules: no two routes tie, and nothing refers to
// what is not there.
TEST(IrGeneratorTest, MakesValidRules) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Choices choices = Choices::FromSeed(seed);
    const Ir ir = GenerateIr(choices);
    ASSERT_FALSE(ir.routes.empty());
    for (std::size_t i = 0; i < ir.routes.size(); ++i) {
      ASSERT_LT(ir.routes[i].policy, ir.policies.size());
      for (std::size_t k = 0; k < i; ++k) {
        EXPECT_FALSE(RoutesTie(ir.routes[i], ir.routes[k])) << seed;
      }
    }
    for (const IrPolicy& policy : ir.policies) {
      if (!policy.cors) continue;
      const IrOriginSet& set = ir.origin_sets[policy.origins];
      EXPECT_FALSE(set.any && policy.credentials);
      for (const IrExactOrigin& rule : set.exact) {
        EXPECT_EQ(ParseReferenceOrigin(std::string(rule.text)).error, "")
            << rule.text;
      }
    }
  }
}

}  // namespace
}  // namespace corsac::testing
