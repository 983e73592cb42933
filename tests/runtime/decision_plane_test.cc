// Tests of runtime/serve: every endpoint of the decision listener, from the
// bytes of a request to those of its answer.
#include "runtime/serve/decision_plane.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "tests/runtime/plane_world.h"

namespace corsac::testing {
namespace {

using Json = nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

const char kRules[] = R"(version = 1

[[route]]
id = "orders"
path = "/orders/{rest...}"
origins = ["https://app.example.com", "https://*.example.org"]
methods = ["PUT"]
headers = ["x-csrf"]
credentials = true
max_age = 600

[[route]]
id = "public"
host = "static.example.com"
path = "/{rest...}"
for_methods = ["GET", "HEAD"]
origins = ["*"]

[[route]]
id = "plain"
path = "/plain"
cors = false

[[route]]
id = "locked"
path = "/locked"
origins = ["https://app.example.com"]
mode = "enforce"

[[route]]
id = "two-hundred"
path = "/two-hundred"
origins = ["https://app.example.com"]
preflight_status = 200

[[route]]
path = "/unnamed"
origins = ["https://app.example.com"]
)";

const char kOrigin[] = "Origin: https://app.example.com\r\n";
const char kEvil[] = "Origin: https://evil.example\r\n";
const char kAsksPut[] = "Access-Control-Request-Method: PUT\r\n";
const char kPreflightVary[] =
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

std::shared_ptr<const PolicyTable> TableOf(const std::string& rules,
                                           const std::string& name) {
  FindingSink sink;
  SourceSet sources = SourceSet::FromText(name, rules, sink);
  CompileResult result = Compile(std::move(sources), std::move(sink));
  EXPECT_TRUE(result.ok());
  return result.table;
}

std::string Request(const std::string& method, const std::string& target,
                    const std::string& lines = "") {
  return method + " " + target + " HTTP/1.1\r\nHost: corsac.internal\r\n" +
         lines + "\r\n";
}

std::string Forwarded(const std::string& method, const std::string& uri,
                      const std::string& host = "api.example.com") {
  return "X-Forwarded-Method: " + method + "\r\nX-Forwarded-Uri: " + uri +
         "\r\nX-Forwarded-Host: " + host + "\r\n";
}

std::string Original(const std::string& method, const std::string& uri,
                     const std::string& host = "api.example.com") {
  return "X-Original-Method: " + method + "\r\nX-Original-URI: " + uri +
         "\r\nX-Original-Host: " + host + "\r\n";
}

class DecisionPlaneTest : public ::testing::Test {
 protected:
  void SetUp() override { world_.Publish(TableOf(kRules, "site.toml")); }

  PlaneAnswer Preflight(const std::string& lines) {
    return world_.Send(Request("OPTIONS", "/v1/preflight", lines));
  }
  PlaneAnswer AuthRequest(const std::string& lines) {
    return world_.Send(Request("GET", "/v1/authz/auth-request", lines));
  }
  PlaneAnswer ForwardAuth(const std::string& lines) {
    return world_.Send(Request("GET", "/v1/authz/forward-auth", lines));
  }
  PlaneAnswer ExtAuthz(const std::string& method, const std::string& target,
                       const std::string& lines) {
    return world_.Send(method + " /v1/authz/ext-authz" + target +
                       " HTTP/1.1\r\nHost: api.example.com\r\n" + lines +
                       "\r\n");
  }
  PlaneAnswer Post(const std::string& body,
                   const std::string& type = "application/json") {
    return world_.Send(Request("POST", "/v1/decision",
                               "Content-Type: " + type +
                                   "\r\nContent-Length: " +
                                   std::to_string(body.size()) + "\r\n") +
                       body);
  }

  PlaneWorld world_;
};

// Whether `answer` is that problem, and JSON.
Json ExpectProblem(const PlaneAnswer& answer, int status,
                   const std::string& type) {
  EXPECT_EQ(answer.status, status);
  EXPECT_EQ(answer.One("Content-Type"), "application/problem+json");
  EXPECT_EQ(answer.One("Cache-Control"), "no-store");
  EXPECT_EQ(answer.One("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(answer.One("Content-Length"), std::to_string(answer.body.size()));
  EXPECT_EQ(answer.One("Access-Control-Allow-Origin"), "none");
  EXPECT_EQ(answer.One("X-Cors-Decision"), "none");
  Json json = Json::parse(answer.body, nullptr, false);
  EXPECT_EQ(json["type"], "urn:corsac:problem:" + type);
  EXPECT_EQ(json["status"], status);
  EXPECT_FALSE(json.contains("instance"));
  return json;
}

// --- /v1/preflight ----------------------------------------------------------

TEST_F(DecisionPlaneTest, AnswersAPreflight) {
  const std::string lines = std::string(kOrigin) + kAsksPut +
                            "Access-Control-Request-Headers: x-csrf\r\n" +
                            Forwarded("OPTIONS", "/orders/7?full=1");
  for (const std::string method : {"OPTIONS", "GET", "POST", "PURGE"}) {
    const PlaneAnswer answer =
        world_.Send(Request(method, "/v1/preflight", lines));
    EXPECT_EQ(answer.status, 204);
    EXPECT_THAT(answer.lines,
                ElementsAre(Pair("Access-Control-Allow-Origin",
                                 "https://app.example.com"),
                            Pair("Access-Control-Allow-Credentials", "true"),
                            Pair("Access-Control-Allow-Methods", "PUT"),
                            Pair("Access-Control-Allow-Headers", "x-csrf"),
                            Pair("Access-Control-Max-Age", "600"),
                            Pair("Vary", kPreflightVary)));
    EXPECT_EQ(answer.body, "");
    EXPECT_TRUE(answer.keep_alive);
  }
  EXPECT_EQ(world_.decisions(), 4U);
  EXPECT_EQ(world_.answers(ServeEndpoint::kPreflight, 204), 4U);
  EXPECT_EQ(world_.observed[0],
            "preflight preflight allow allow OPTIONS api.example.com "
            "/orders/7?full=1 https://app.example.com 204 orders 1");
}

TEST_F(DecisionPlaneTest, RefusesAPreflight) {
  const PlaneAnswer evil = Preflight(kEvil + std::string(kAsksPut) +
                                     Forwarded("OPTIONS", "/orders/7"));
  EXPECT_EQ(evil.status, 403);
  EXPECT_THAT(evil.lines, ElementsAre(Pair("Vary", kPreflightVary),
                                      Pair("Content-Length", "0")));
  // A method that is not listed gets the true lists, and no code.
  const PlaneAnswer method = Preflight(
      std::string(kOrigin) + "Access-Control-Request-Method: DELETE\r\n" +
      Forwarded("OPTIONS", "/orders/7"));
  EXPECT_EQ(method.status, 204);
  EXPECT_EQ(method.One("Access-Control-Allow-Methods"), "PUT");
  EXPECT_EQ(method.One("X-Cors-Code"), "none");
  // Without a route.
  EXPECT_EQ(Preflight(kOrigin + std::string(kAsksPut) +
                      Forwarded("OPTIONS", "/nowhere"))
                .status,
            403);
}

TEST_F(DecisionPlaneTest, AnswersDuplicatesAndKeepsTheGatewaysConnection) {
  const PlaneAnswer answer =
      Preflight(std::string(kOrigin) + kOrigin + kAsksPut +
                Forwarded("OPTIONS", "/orders/7"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.lines, ElementsAre(Pair("Vary", kPreflightVary),
                                        Pair("Content-Length", "0")));
  EXPECT_TRUE(answer.keep_alive);
  EXPECT_EQ(Preflight(std::string(kOrigin) + kAsksPut + kAsksPut +
                      Forwarded("OPTIONS", "/orders/7"))
                .status,
            400);
}

TEST_F(DecisionPlaneTest, TakesOnlyPreflightsToPreflight) {
  const std::vector<std::string> others = {
      // An actual request, one without an origin, and one that asks nothing.
      std::string(kOrigin) + kAsksPut + Forwarded("PUT", "/orders/7"),
      std::string(kAsksPut) + Forwarded("OPTIONS", "/orders/7"),
      std::string(kOrigin) + Forwarded("OPTIONS", "/orders/7"),
      // Methods are compared as they are.
      std::string(kOrigin) + kAsksPut + Forwarded("options", "/orders/7")};
  for (const std::string& lines : others) {
    ExpectProblem(Preflight(lines), 500, "not-a-preflight");
  }
  EXPECT_EQ(world_.decisions(), 0U);
  EXPECT_THAT(world_.observed, IsEmpty());
  EXPECT_EQ(world_.answers(ServeEndpoint::kPreflight, 500), 4U);
}

TEST_F(DecisionPlaneTest, SaysWhenAPreflightIsPassedThrough) {
  world_.Publish(TableOf(
      "version = 1\nunmatched = \"passthrough\"\n[[route]]\npath = \"/x\"\n"
      "origins = [\"https://app.example.com\"]\n",
      "site.toml"));
  const std::string lines =
      std::string(kOrigin) + kAsksPut + Forwarded("OPTIONS", "/nowhere");
  ExpectProblem(Preflight(lines), 404, "no-matching-route");
  EXPECT_EQ(world_.observed.back(),
            "preflight preflight not-applicable no-matching-route OPTIONS "
            "api.example.com /nowhere https://app.example.com 404 - 2");
  // An authorisation hook lets it go on to the application.
  const PlaneAnswer answer = ForwardAuth(lines);
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(
      answer.lines,
      ElementsAre(Pair("X-Cors-Decision", "none"),
                  Pair("X-Cors-Code", "no-matching-route"),
                  Pair("X-Cors-Generation", "2"), Pair("Content-Length", "0")));
}

// --- /v1/authz --------------------------------------------------------------

TEST_F(DecisionPlaneTest, LetsAnActualRequestGoOn) {
  const auto expected = ElementsAre(
      Pair("Access-Control-Allow-Origin", "https://app.example.com"),
      Pair("Access-Control-Allow-Credentials", "true"), Pair("Vary", "Origin"),
      Pair("X-Cors-Decision", "allow"), Pair("X-Cors-Code", "allow:exact"),
      Pair("X-Cors-Rule", "orders"), Pair("X-Cors-Generation", "1"),
      Pair("Content-Length", "0"));
  const PlaneAnswer original =
      AuthRequest(kOrigin + Original("PUT", "/orders/7"));
  EXPECT_EQ(original.status, 200);
  EXPECT_THAT(original.lines, expected);
  const PlaneAnswer forwarded =
      ForwardAuth(kOrigin + Forwarded("PUT", "/orders/7"));
  EXPECT_EQ(forwarded.status, 200);
  EXPECT_THAT(forwarded.lines, expected);
  const PlaneAnswer envoy = ExtAuthz("PUT", "/orders/7?q=/plain", kOrigin);
  EXPECT_EQ(envoy.status, 200);
  EXPECT_THAT(envoy.lines, expected);
  EXPECT_THAT(
      world_.observed,
      ElementsAre("auth-request actual allow allow PUT api.example.com "
                  "/orders/7 https://app.example.com 200 orders 1",
                  "forward-auth actual allow allow PUT api.example.com "
                  "/orders/7 https://app.example.com 200 orders 1",
                  "ext-authz actual allow allow PUT api.example.com "
                  "/orders/7?q=/plain https://app.example.com 200 orders 1"));
}

TEST_F(DecisionPlaneTest, SaysWhatWasDecidedThoughTheApplicationAnswers) {
  const PlaneAnswer evil = ForwardAuth(kEvil + Forwarded("PUT", "/orders/7"));
  EXPECT_EQ(evil.status, 200);
  EXPECT_THAT(
      evil.lines,
      ElementsAre(Pair("Vary", "Origin"), Pair("X-Cors-Decision", "deny"),
                  Pair("X-Cors-Code", "origin-not-allowed"),
                  Pair("X-Cors-Rule", "orders"), Pair("X-Cors-Generation", "1"),
                  Pair("Content-Length", "0")));
  const PlaneAnswer none = ForwardAuth(Forwarded("GET", "/orders/7"));
  EXPECT_EQ(none.status, 200);
  EXPECT_EQ(none.One("X-Cors-Decision"), "none");
  EXPECT_EQ(none.One("X-Cors-Code"), "not-cors");
  EXPECT_EQ(none.One("Vary"), "Origin");
  // The kind of mistake is told, and nothing of what the client wrote.
  const PlaneAnswer malformed = ForwardAuth(
      "Origin: https://app.example.com/x\r\n" + Forwarded("GET", "/orders/7"));
  EXPECT_EQ(malformed.One("X-Cors-Code"), "malformed-origin:has-path");
  const PlaneAnswer off = ForwardAuth(kOrigin + Forwarded("GET", "/plain"));
  EXPECT_EQ(off.status, 200);
  EXPECT_EQ(off.One("X-Cors-Code"), "cors-disabled");
  EXPECT_EQ(off.One("X-Cors-Rule"), "plain");
  EXPECT_EQ(off.One("Vary"), "none");
  const PlaneAnswer nowhere = ForwardAuth(kOrigin + Forwarded("GET", "/a"));
  EXPECT_EQ(nowhere.One("X-Cors-Code"), "no-matching-route");
  EXPECT_EQ(nowhere.One("X-Cors-Rule"), "none");
  const PlaneAnswer star = ForwardAuth(
      kEvil + Forwarded("GET", "/logo.svg", "static.example.com:443"));
  EXPECT_EQ(star.One("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(star.One("X-Cors-Code"), "allow:any");
  EXPECT_EQ(ForwardAuth("Origin: https://a.example.org\r\n" +
                        Forwarded("GET", "/orders/7"))
                .One("X-Cors-Code"),
            "allow:subdomain");
}

TEST_F(DecisionPlaneTest, KeepsARequestFromTheApplication) {
  const auto expected = ElementsAre(
      Pair("Vary", "Origin"), Pair("X-Cors-Decision", "deny"),
      Pair("X-Cors-Code", "origin-not-allowed"), Pair("X-Cors-Rule", "locked"),
      Pair("X-Cors-Generation", "1"), Pair("Content-Length", "0"));
  for (const PlaneAnswer& answer :
       {AuthRequest(kEvil + Original("GET", "/locked")),
        ForwardAuth(kEvil + Forwarded("GET", "/locked")),
        ExtAuthz("GET", "/locked", kEvil)}) {
    EXPECT_EQ(answer.status, 403);
    EXPECT_THAT(answer.lines, expected);
  }
  // The line of the hook request itself counts: the site's own pages may go on.
  EXPECT_EQ(ForwardAuth(std::string(kEvil) + "Sec-Fetch-Site: same-origin\r\n" +
                        Forwarded("POST", "/locked"))
                .status,
            200);
}

TEST_F(DecisionPlaneTest, AnswersDuplicateOriginsAsEachGatewayTakesIt) {
  const std::string twice = std::string(kOrigin) + kOrigin;
  // nginx takes a 400 for a failure of the hook.
  const PlaneAnswer original =
      AuthRequest(twice + Original("GET", "/orders/7"));
  EXPECT_EQ(original.status, 403);
  EXPECT_EQ(original.One("X-Cors-Code"), "duplicate-origin");
  EXPECT_EQ(original.One("X-Cors-Rule"), "none");
  EXPECT_EQ(ForwardAuth(twice + Forwarded("GET", "/orders/7")).status, 400);
  EXPECT_EQ(ExtAuthz("GET", "/orders/7", twice).status, 400);
}

TEST_F(DecisionPlaneTest, RefusesToLoseAPreflightInAnAuthorisation) {
  const std::string lines = std::string(kOrigin) + kAsksPut;
  ExpectProblem(AuthRequest(lines + Original("OPTIONS", "/orders/7")), 500,
                "preflight-in-authz");
  ExpectProblem(ForwardAuth(lines + Forwarded("OPTIONS", "/orders/7")), 500,
                "preflight-in-authz");
  EXPECT_EQ(world_.decisions(), 2U);
  EXPECT_EQ(world_.observed.back(),
            "forward-auth preflight allow allow OPTIONS api.example.com "
            "/orders/7 https://app.example.com 500 orders 1");
  // One that is refused can be refused here as well.
  EXPECT_EQ(AuthRequest(kEvil + std::string(kAsksPut) +
                        Original("OPTIONS", "/orders/7"))
                .status,
            403);
}

TEST_F(DecisionPlaneTest, AnswersPreflightsForEnvoy) {
  const std::string lines = std::string(kOrigin) + kAsksPut;
  const PlaneAnswer answer = ExtAuthz("OPTIONS", "/orders/7", lines);
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.One("Access-Control-Allow-Methods"), "PUT");
  EXPECT_EQ(answer.One("X-Cors-Decision"), "allow");
  EXPECT_EQ(answer.One("Content-Length"), "none");
  EXPECT_EQ(
      ExtAuthz("OPTIONS", "/orders/7", kEvil + std::string(kAsksPut)).status,
      403);
  // 200 would mean "go on".
  const std::string get =
      std::string(kOrigin) + "Access-Control-Request-Method: GET\r\n";
  EXPECT_EQ(ExtAuthz("OPTIONS", "/two-hundred", get).status, 204);
  EXPECT_EQ(Preflight(get + Forwarded("OPTIONS", "/two-hundred")).status, 200);
}

TEST_F(DecisionPlaneTest, ReadsTheOriginalTargetBehindExtAuthz) {
  EXPECT_EQ(ExtAuthz("GET", "/", kOrigin).One("X-Cors-Code"),
            "no-matching-route");
  EXPECT_EQ(world_.observed.back(),
            "ext-authz actual deny no-matching-route GET api.example.com / "
            "https://app.example.com 200 - 1");
  // Normalised as any other target is.
  EXPECT_EQ(ExtAuthz("GET", "//x/../%6Frders/7", kOrigin).One("X-Cors-Rule"),
            "orders");
  // The authority of a target in absolute form is the host.
  const PlaneAnswer absolute = world_.Send(
      "GET http://static.example.com/v1/authz/ext-authz/logo.svg HTTP/1.1\r\n"
      "Host: static.example.com\r\n" +
      std::string(kEvil) + "\r\n");
  EXPECT_EQ(absolute.One("X-Cors-Rule"), "public");
  // Without a path there is nothing to ask about.
  for (const char* target : {"", "?a=/orders/7", "x", "*"}) {
    ExpectProblem(ExtAuthz("GET", target, kOrigin), 404, "not-found");
  }
}

TEST_F(DecisionPlaneTest, TellsUnnamedRoutesInPrintableBytes) {
  world_.Publish(TableOf(kRules, " sité %\x7F.toml"));
  const PlaneAnswer answer =
      ForwardAuth(kOrigin + Forwarded("GET", "/unnamed"));
  EXPECT_EQ(answer.One("X-Cors-Rule"), "%20sit%C3%A9 %25%7F.toml:6");
}

// --- Lines of the gateway ---------------------------------------------------

TEST_F(DecisionPlaneTest, WantsEachLineOfItsFamilyOnce) {
  struct Family {
    const char* path;
    std::vector<std::string> names;
  };
  const Family families[] = {
      {"/v1/preflight",
       {"X-Forwarded-Method", "X-Forwarded-Uri", "X-Forwarded-Host"}},
      {"/v1/authz/forward-auth",
       {"X-Forwarded-Method", "X-Forwarded-Uri", "X-Forwarded-Host"}},
      {"/v1/authz/auth-request",
       {"X-Original-Method", "X-Original-URI", "X-Original-Host"}},
  };
  const std::string values[] = {"OPTIONS", "/orders/7", "api.example.com"};
  for (const Family& family : families) {
    for (std::size_t wrong = 0; wrong < 3; ++wrong) {
      for (const int count : {0, 2, 3}) {
        std::string lines = std::string(kEvil) + kAsksPut;
        for (std::size_t i = 0; i < 3; ++i) {
          for (int k = 0; k < (i == wrong ? count : 1); ++k) {
            lines += family.names[i] + ": " + values[i] + "\r\n";
          }
        }
        const Json problem = ExpectProblem(
            world_.Send(Request("GET", family.path, lines)), 500, "bad-hook");
        const std::string detail = problem["detail"];
        EXPECT_THAT(detail, HasSubstr(family.names[wrong]));
        EXPECT_THAT(detail,
                    HasSubstr(count == 0 ? "no " : std::to_string(count)));
      }
    }
  }
  EXPECT_EQ(world_.decisions(), 0U);
}

TEST_F(DecisionPlaneTest, WantsAMethodAndATargetButNoHost) {
  for (const std::string& lines :
       {Forwarded("", "/orders/7"), Forwarded("GET", "")}) {
    const Json problem =
        ExpectProblem(ForwardAuth(kOrigin + lines), 500, "bad-hook");
    EXPECT_THAT(std::string(problem["detail"]), HasSubstr("is empty"));
  }
  EXPECT_EQ(ForwardAuth(kOrigin + Forwarded("GET", "/orders/7", ""))
                .One("X-Cors-Rule"),
            "orders");
}

TEST_F(DecisionPlaneTest, BelievesNoLineOfAnotherFamily) {
  // Alone they are nothing, beside the family's own they change nothing.
  ExpectProblem(ForwardAuth(kOrigin + Original("GET", "/orders/7")), 500,
                "bad-hook");
  ExpectProblem(AuthRequest(kOrigin + Forwarded("GET", "/orders/7")), 500,
                "bad-hook");
  ExpectProblem(Preflight(std::string(kOrigin) + kAsksPut +
                          Original("OPTIONS", "/orders/7")),
                500, "bad-hook");
  const std::string spoofed = Original("GET", "/plain", "a.example") +
                              Original("GET", "/plain", "a.example");
  const std::string forwarded = Forwarded("GET", "/plain", "a.example");
  EXPECT_EQ(ForwardAuth(spoofed + kEvil + Forwarded("GET", "/locked")).status,
            403);
  EXPECT_EQ(
      AuthRequest(forwarded + forwarded + kEvil + Original("GET", "/locked"))
          .status,
      403);
  EXPECT_EQ(ExtAuthz("GET", "/locked", forwarded + spoofed + kEvil).status,
            403);
  EXPECT_EQ(Preflight(spoofed + kEvil + std::string(kAsksPut) +
                      Forwarded("OPTIONS", "/orders/7"))
                .status,
            403);
}

TEST_F(DecisionPlaneTest, ReadsNamesInAnyCaseAndNoOthers) {
  const PlaneAnswer answer = ForwardAuth(
      "x-FORWARDED-method: GET\r\nX-ForWarded-URI: /orders/7\r\n"
      "x-forwarded-host: api.example.com\r\noRIGIN: https://app.example.com\r\n"
      // As long as names that matter.
      "X-Forwarded-Methud: PUT\r\nX-Forwarded-Urj: /plain\r\n"
      "X_Forwarded_Host: a\r\nX-Forwarded-Port: 80\r\nOrigim: x\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.One("X-Cors-Code"), "allow:exact");
  EXPECT_EQ(answer.One("X-Cors-Rule"), "orders");
}

TEST_F(DecisionPlaneTest, TakesNoPartOfItsOwnQuery) {
  const std::string query =
      "?method=GET&uri=/plain&origin=https://app.example.com&x=/v1/preflight";
  EXPECT_EQ(world_
                .Send(Request("GET", "/v1/authz/forward-auth" + query,
                              kEvil + Forwarded("GET", "/locked")))
                .status,
            403);
  EXPECT_EQ(world_
                .Send(Request("GET", "/v1/authz/auth-request" + query,
                              kEvil + Original("GET", "/locked")))
                .status,
            403);
  EXPECT_EQ(world_
                .Send(Request("OPTIONS", "/v1/preflight" + query,
                              kEvil + std::string(kAsksPut) +
                                  Forwarded("OPTIONS", "/orders/7")))
                .status,
            403);
  EXPECT_EQ(world_.Send(Request("GET", "/-/healthy" + query)).status, 200);
}

TEST_F(DecisionPlaneTest, AnswersHeadWithoutABody) {
  const PlaneAnswer answer =
      world_.Send(Request("HEAD", "/v1/authz/forward-auth", "X: 1\r\n"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, "");
  EXPECT_NE(answer.One("Content-Length"), "0");
}

// --- POST /v1/decision ------------------------------------------------------

TEST_F(DecisionPlaneTest, DecidesAboutOneRequest) {
  const PlaneAnswer answer =
      Post(R"({"method":"PUT","url":"https://api.example.com/orders/7",)"
           R"("headers":[["Origin","https://evil.example"]]})",
           "Application/JSON ; charset=utf-8");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.One("Content-Type"), "application/json");
  EXPECT_EQ(answer.One("Cache-Control"), "no-store");
  const Json json = Json::parse(answer.body);
  EXPECT_EQ(json["outcome"], "deny");
  EXPECT_EQ(json["code"], "origin-not-allowed");
  EXPECT_EQ(json["generation"], 1);
  EXPECT_FALSE(json.contains("explain"));
  EXPECT_EQ(world_.decisions(), 1U);
  EXPECT_EQ(world_.observed.back(),
            "decision actual deny origin-not-allowed PUT api.example.com "
            "/orders/7 https://evil.example 200 orders 1");
}

TEST_F(DecisionPlaneTest, NeverExplains) {
  const std::string body = R"({"method":"GET","target":"/orders/7"})";
  const PlaneAnswer answer =
      world_.Send(Request("POST", "/v1/decision?explain=full",
                          "Content-Type: application/json\r\nContent-Length: " +
                              std::to_string(body.size()) + "\r\n") +
                  body);
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(Json::parse(answer.body).contains("explain"));
}

TEST_F(DecisionPlaneTest, DecidesAboutABatch) {
  const std::string item =
      R"({"method":"GET","target":"/orders/7","host":"api.example.com"})";
  const PlaneAnswer answer =
      Post(R"({"requests":[)" + item + "," + item + "]}");
  EXPECT_EQ(answer.status, 200);
  const Json json = Json::parse(answer.body);
  ASSERT_EQ(json["decisions"].size(), 2U);
  EXPECT_EQ(json["decisions"][1]["code"], "not-cors");
  EXPECT_EQ(world_.decisions(), 2U);
  EXPECT_EQ(world_.answers(ServeEndpoint::kDecision, 200), 1U);
  EXPECT_EQ(Json::parse(Post(R"({"requests":[]})").body)["decisions"].size(),
            0U);

  std::string many = item;
  for (int i = 0; i < 256; ++i) many += "," + item;
  ExpectProblem(Post(R"({"requests":[)" + many + "]}"), 413,
                "too-many-requests-in-batch");
}

TEST_F(DecisionPlaneTest, RefusesBodiesThatSayNothing) {
  ExpectProblem(Post("{"), 400, "bad-json");
  ExpectProblem(Post(""), 400, "bad-json");
  ExpectProblem(Post(R"({"method":"GET"})"), 422, "bad-decision-request");
  const Json problem = ExpectProblem(
      Post(R"({"requests":[{"method":"GET","target":"/a"},{"method":7}]})"),
      422, "bad-decision-request");
  EXPECT_EQ(problem["errors"][0]["index"], 1);
  EXPECT_EQ(world_.decisions(), 0U);
  for (const char* type : {"text/plain", "application/jsonx", ""}) {
    ExpectProblem(Post("{}", type), 415, "unsupported-media-type");
  }
  ExpectProblem(world_.Send(Request("POST", "/v1/decision")), 415,
                "unsupported-media-type");
  ExpectProblem(world_.Send(Request("POST", "/v1/decision",
                                    "Content-Type: application/json\r\n"
                                    "Content-Type: application/json\r\n")),
                415, "unsupported-media-type");
  const PlaneAnswer get = world_.Send(Request("GET", "/v1/decision"));
  ExpectProblem(get, 405, "method-not-allowed");
  EXPECT_EQ(get.One("Allow"), "POST");
}

TEST_F(DecisionPlaneTest, WantsABodyForDecisionsOnly) {
  const auto limit = [this](const std::string& method, const std::string& path,
                            const std::string& type) {
    const std::string bytes = Request(
        method, path, "Content-Type: " + type + "\r\nContent-Length: 3\r\n");
    HeadReader reader{HttpLimits{}};
    EXPECT_EQ(reader.Read(bytes), HeadReader::Status::kComplete);
    return world_.plane().BodyLimit(reader.head());
  };
  EXPECT_EQ(limit("POST", "/v1/decision", "application/json"), 65536U);
  EXPECT_EQ(limit("POST", "/v1/decision?a", "application/json"), 65536U);
  EXPECT_EQ(limit("PUT", "/v1/decision", "application/json"), 0U);
  EXPECT_EQ(limit("POST", "/v1/decision", "text/plain"), 0U);
  EXPECT_EQ(limit("POST", "/v1/preflight", "application/json"), 0U);
  EXPECT_EQ(
      limit("POST", "/v1/authz/ext-authz/v1/decision", "application/json"), 0U);
}

// --- The rest ---------------------------------------------------------------

TEST_F(DecisionPlaneTest, KnowsNoOtherPath) {
  for (const char* path :
       {"/", "/v1/preflight/", "/v1/Preflight", "//v1/preflight",
        "/v1/%70reflight", "/v1/authz", "/v1/authz/", "/v1/authz/auth-request/",
        "/v1/./preflight", "/metrics", "/v1/status", "/-/reload", "*"}) {
    const PlaneAnswer answer =
        world_.Send(Request("OPTIONS", path, Forwarded("GET", "/locked")));
    ExpectProblem(answer, 404, "not-found");
  }
  EXPECT_EQ(world_.answers(ServeEndpoint::kNone, 404), 13U);
}

TEST_F(DecisionPlaneTest, SaysHowItIs) {
  struct Case {
    const char* state;
    int status;
  };
  for (const Case& c : {Case{"starting", 503}, Case{"ready", 200},
                        Case{"degraded", 200}, Case{"draining", 503}}) {
    world_.state = c.state;
    const PlaneAnswer ready = world_.Send(Request("GET", "/-/ready"));
    EXPECT_EQ(ready.status, c.status);
    EXPECT_EQ(ready.body, std::string(c.state) + "\n");
    EXPECT_EQ(ready.One("Content-Type"), "text/plain; charset=utf-8");
    const PlaneAnswer head = world_.Send(Request("HEAD", "/-/ready"));
    EXPECT_EQ(head.status, c.status);
    EXPECT_EQ(head.body, "");
    const PlaneAnswer healthy = world_.Send(Request("GET", "/-/healthy"));
    EXPECT_EQ(healthy.status, 200);
    EXPECT_EQ(healthy.body, "healthy\n");
    // Whoever still asks is answered.
    EXPECT_EQ(ForwardAuth(kEvil + Forwarded("GET", "/locked")).status, 403);
  }
  for (const char* path : {"/-/ready", "/-/healthy"}) {
    const PlaneAnswer post = world_.Send(Request("POST", path));
    ExpectProblem(post, 405, "method-not-allowed");
    EXPECT_EQ(post.One("Allow"), "GET, HEAD");
  }
}

TEST(DecisionPlaneWithoutRulesTest, SaysSo) {
  PlaneWorld world;
  world.state = "starting";
  const std::string lines = std::string(kOrigin) + kAsksPut;
  const std::string body = R"({"method":"GET","target":"/orders/7"})";
  const std::string requests[] = {
      Request("OPTIONS", "/v1/preflight", lines + Forwarded("OPTIONS", "/a")),
      Request("GET", "/v1/authz/auth-request", lines + Original("GET", "/a")),
      Request("GET", "/v1/authz/forward-auth", lines + Forwarded("GET", "/a")),
      Request("GET", "/v1/authz/ext-authz/a", lines),
      Request("POST", "/v1/decision",
              "Content-Type: application/json\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\n") +
          body};
  for (const std::string& request : requests) {
    const PlaneAnswer answer = world.Send(request);
    ExpectProblem(answer, 503, "no-rules-yet");
    EXPECT_EQ(answer.One("Retry-After"), "1");
  }
  EXPECT_EQ(world.decisions(), 0U);
  EXPECT_EQ(world.Send(Request("GET", "/-/healthy")).status, 200);
  EXPECT_EQ(world.Send(Request("GET", "/-/ready")).status, 503);
}

// A reload between two requests shows in the second.
TEST_F(DecisionPlaneTest, AnswersFromTheTableInForce) {
  const std::string lines = kOrigin + Forwarded("GET", "/orders/7");
  EXPECT_EQ(ForwardAuth(lines).One("X-Cors-Generation"), "1");
  world_.Publish(
      TableOf("version = 1\n[[route]]\npath = \"/x\"\n"
              "origins = [\"https://app.example.com\"]\n",
              "site.toml"));
  const PlaneAnswer answer = ForwardAuth(lines);
  EXPECT_EQ(answer.One("X-Cors-Generation"), "2");
  EXPECT_EQ(answer.One("X-Cors-Code"), "no-matching-route");
}

}  // namespace
}  // namespace corsac::testing
