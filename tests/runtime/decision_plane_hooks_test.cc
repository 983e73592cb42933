// Tests of runtime/serve: what gateways' hooks are answered, from the bytes of
// a request to those of its answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/runtime/plane_fixture.h"
#include "tests/runtime/plane_world.h"

namespace corsac::testing {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

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

}  // namespace
}  // namespace corsac::testing
