// Tests of runtime/serve: the endpoints of the decision listener that are no
// hooks, and what all of them share.
#include "runtime/serve/decision_plane.h"

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
