// What the tests of the decision plane share: rules, requests as gateways send
// them, and problems.
#ifndef CORSAC_TESTS_RUNTIME_PLANE_FIXTURE_H_
#define CORSAC_TESTS_RUNTIME_PLANE_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "compiler/compile.h"
#include "compiler/table/policy_table.h"
#include "tests/runtime/plane_world.h"
#include "tests/runtime/site_rules.h"

namespace corsac::testing {

inline const std::string kRules = std::string(kSiteRules) + R"(
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

inline constexpr char kOrigin[] = "Origin: https://app.example.com\r\n";
inline constexpr char kEvil[] = "Origin: https://evil.example\r\n";
inline constexpr char kAsksPut[] = "Access-Control-Request-Method: PUT\r\n";
inline constexpr char kPreflightVary[] =
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

inline std::shared_ptr<const PolicyTable> TableOf(const std::string& rules,
                                                  const std::string& name) {
  FindingSink sink;
  SourceSet sources = SourceSet::FromText(name, rules, sink);
  CompileResult result = Compile(std::move(sources), std::move(sink));
  EXPECT_TRUE(result.ok());
  return result.table;
}

inline std::string Request(const std::string& method, const std::string& target,
                           const std::string& lines = "") {
  return method + " " + target + " HTTP/1.1\r\nHost: corsac.internal\r\n" +
         lines + "\r\n";
}

inline std::string Forwarded(const std::string& method, const std::string& uri,
                             const std::string& host = "api.example.com") {
  return "X-Forwarded-Method: " + method + "\r\nX-Forwarded-Uri: " + uri +
         "\r\nX-Forwarded-Host: " + host + "\r\n";
}

inline std::string Original(const std::string& method, const std::string& uri,
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

// What docs/http_api.md says about the problems of the decision listener.
inline const std::string& ProblemsOfTheDocument() {
  static const std::string text = [] {
    std::ifstream file(CORSAC_SOURCE_DIR "/docs/http_api.md");
    const std::string document{std::istreambuf_iterator<char>(file), {}};
    const std::size_t begin = document.find("\n### Problems\n");
    EXPECT_NE(begin, std::string::npos);
    return begin == std::string::npos ? "" : document.substr(begin);
  }();
  return text;
}

// Whether `answer` is that problem, JSON, and in the document.
inline nlohmann::json ExpectProblem(const PlaneAnswer& answer, int status,
                                    const std::string& type) {
  EXPECT_EQ(answer.status, status);
  EXPECT_EQ(answer.One("Content-Type"), "application/problem+json");
  EXPECT_EQ(answer.One("Cache-Control"), "no-store");
  EXPECT_EQ(answer.One("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(answer.One("Content-Length"), std::to_string(answer.body.size()));
  EXPECT_EQ(answer.One("Access-Control-Allow-Origin"), "none");
  EXPECT_EQ(answer.One("X-Cors-Decision"), "none");
  nlohmann::json json = nlohmann::json::parse(answer.body, nullptr, false);
  EXPECT_EQ(json["type"], "urn:corsac:problem:" + type);
  EXPECT_EQ(json["status"], status);
  EXPECT_FALSE(json.contains("instance"));
  EXPECT_NE(ProblemsOfTheDocument().find("| " + std::to_string(status) +
                                         " | `" + type + "` |"),
            std::string::npos)
      << type << " is not in docs/http_api.md";
  return json;
}

}  // namespace corsac::testing

#endif  // CORSAC_TESTS_RUNTIME_PLANE_FIXTURE_H_
