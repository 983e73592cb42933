// Tests of the parts of runtime/admin that stand by themselves: queries,
// guards, the endpoint table and problem documents.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "runtime/admin/guard.h"
#include "runtime/admin/problem.h"
#include "runtime/admin/query.h"
#include "runtime/admin/router.h"

namespace corsac {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(QueryTest, DecodesInOrderAndKeepsPlusSigns) {
  const Result<Query> query =
      Query::Parse("a=1&b=%2fx%20y+z&a=2&&empty=&alone&url=https://x/?q=1");
  ASSERT_TRUE(query);
  EXPECT_THAT(query->GetAll("a"), ElementsAre("1", "2"));
  EXPECT_EQ(query->Get("b"), "/x y+z");
  EXPECT_EQ(query->Get("empty"), "");
  EXPECT_EQ(query->Get("alone"), "");
  EXPECT_EQ(query->Get("url"), "https://x/?q=1");
  EXPECT_EQ(query->Get("none"), std::nullopt);
}

TEST(QueryTest, RefusesBadEscapes) {
  for (const char* text : {"a=%", "a=%4", "a=%zz", "%=1", "a=%4g"}) {
    EXPECT_FALSE(Query::Parse(text)) << text;
  }
}

TEST(QueryTest, ChecksNames) {
  const auto check = [](std::string_view text) {
    return Query::Parse(text)
        ->CheckNames({"one", "two"}, {"many"})
        .value_or("");
  };
  EXPECT_EQ(check("one=1&two=2&many=1&many=2"), "");
  EXPECT_THAT(check("one=1&one=2"), HasSubstr("`one` is given more than once"));
  EXPECT_THAT(check("three=1"), HasSubstr("unknown query parameter `three`; "
                                          "known are `one`, `two`, `many`"));
  EXPECT_THAT(Query::Parse("x=1")->CheckNames({}).value_or(""),
              HasSubstr("there are none here"));
}

TEST(GuardTest, ParsesAddressesOfLoopback) {
  struct Row {
    const char* text;
    const char* authority;  // null: refused
  };
  const Row rows[] = {
      {"127.0.0.1:8481", "127.0.0.1:8481"},
      {"127.8.9.255:0", "127.8.9.255:0"},
      {"[::1]:8481", "[::1]:8481"},
      {"localhost:1", "127.0.0.1:1"},
      {"LOCALHOST:1", "127.0.0.1:1"},
      {"127.0.0.1", nullptr},
      {"127.0.0.1:", nullptr},
      {"127.0.0.1:65536", nullptr},
      {"127.0.0.1:08481", nullptr},
      {"127.0.0.1:-1", nullptr},
      {"127.0.0.1:1x", nullptr},
      {"127.0.0:1", nullptr},
      {"127.0.0.256:1", nullptr},
      {"127.0.0.1.1:1", nullptr},
      {"0.0.0.0:8481", nullptr},
      {"10.0.0.1:1", nullptr},
      {"[::]:1", nullptr},
      {"::1:8481", nullptr},
      {"[::1:1", nullptr},
      {"[127.0.0.1]:1", nullptr},
      {"example.com:1", nullptr},
      {"", nullptr},
      {":8481", nullptr},
      {"128.0.0.1:1", nullptr},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const Result<AdminAddress> address = ParseAdminAddress(row.text);
    EXPECT_EQ(address.has_value(), row.authority != nullptr);
    if (address && row.authority != nullptr) {
      EXPECT_EQ(address->Authority(), row.authority);
    }
  }
}

TEST(GuardTest, HostAndOriginMustNameTheServer) {
  struct Row {
    std::vector<std::string> hosts;
    std::vector<std::string> origins;
    bool passes;
  };
  const Row rows[] = {
      {{"127.0.0.1:8481"}, {}, true},
      {{"127.0.0.1"}, {}, true},
      {{"localhost:8481"}, {}, true},
      {{"LocalHost"}, {}, true},
      {{"127.1.2.3:8481"}, {}, true},
      {{"[::1]:8481"}, {}, true},
      {{}, {}, false},
      {{""}, {}, false},
      {{"127.0.0.1", "127.0.0.1"}, {}, false},
      {{"127.0.0.1:80"}, {}, false},
      {{"evil.com:8481"}, {}, false},
      {{"evil.com"}, {}, false},
      {{"127.0.0.1.evil.com:8481"}, {}, false},
      {{"localhost.evil.com"}, {}, false},
      {{"localhost."}, {}, false},
      {{"127.0.0.1:8481@evil.com"}, {}, false},
      {{"2130706433:8481"}, {}, false},
      {{"0.0.0.0:8481"}, {}, false},
      {{"127.0.0.1:8481"}, {"http://127.0.0.1:8481"}, true},
      {{"localhost:8481"}, {"http://localhost:8481"}, true},
      {{"[::1]:8481"}, {"http://[::1]:8481"}, true},
      {{"127.0.0.1:8481"}, {"http://localhost:8481"}, false},
      {{"127.0.0.1:8481"}, {"https://127.0.0.1:8481"}, false},
      {{"127.0.0.1:8481"}, {"http://127.0.0.1"}, false},
      {{"127.0.0.1:8481"}, {"http://127.0.0.1:3000"}, false},
      {{"127.0.0.1:8481"}, {"https://evil.com"}, false},
      {{"127.0.0.1:8481"}, {"null"}, false},
      {{"127.0.0.1:8481"}, {""}, false},
      {{"127.0.0.1:8481"}, {"http://127.0.0.1:8481/"}, false},
      {{"127.0.0.1:8481"},
       {"http://127.0.0.1:8481", "http://127.0.0.1:8481"},
       false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.hosts.empty() ? "no host" : row.hosts[0]);
    SCOPED_TRACE(row.origins.empty() ? "no origin" : row.origins[0]);
    const auto reason = CheckGuard(row.hosts, row.origins, 8481);
    EXPECT_EQ(!reason, row.passes) << reason.value_or("");
  }
}

TEST(GuardTest, OnPort80AnOriginHasNoPort) {
  EXPECT_FALSE(CheckGuard({"localhost"}, {"http://localhost"}, 80));
  EXPECT_TRUE(CheckGuard({"localhost"}, {"http://localhost"}, 8481));
}

TEST(RouterTest, KnowsPathsAndMethods) {
  struct Row {
    const char* path;
    std::string allow;
  };
  const Row rows[] = {
      {"/v1/decision", "GET, HEAD, POST"}, {"/v1/status", "GET, HEAD"},
      {"/v1/routes", "GET, HEAD"},         {"/v1/check", "POST"},
      {"/-/reload", "POST, PUT"},          {"/-/healthy", "GET, HEAD"},
      {"/-/ready", "GET, HEAD"},           {"/metrics", "GET, HEAD"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.path);
    for (const char* method : {"GET", "HEAD", "POST", "PUT", "DELETE",
                               "OPTIONS", "PATCH", "get", ""}) {
      SCOPED_TRACE(method);
      const bool allowed =
          *method != '\0' &&
          (", " + row.allow + ",").find(", " + std::string(method) + ",") !=
              std::string::npos;
      const auto found = FindEndpoint(row.path, method);
      EXPECT_EQ(std::holds_alternative<const Endpoint*>(found), allowed);
      if (!allowed) {
        ASSERT_TRUE(std::holds_alternative<NoSuchMethod>(found));
        EXPECT_EQ(std::get<NoSuchMethod>(found).allow, row.allow);
      }
    }
  }
  for (const char* path : {"/", "", "/v1/decision/", "/v1", "/V1/status",
                           "/v1//status", "/-/reload/x", "/metrics%20"}) {
    EXPECT_TRUE(std::holds_alternative<NoSuchPath>(FindEndpoint(path, "GET")))
        << path;
  }
}

TEST(ProblemTest, EscapesWhatItRepeats) {
  const AdminResponse response = ProblemResponse(
      {.status = 400, .type = "t", .title = "T", .detail = "a\"\n\x1b\xff<b>"},
      "id-1");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const Json json = Json::parse(response.body);
  EXPECT_EQ(json["type"], "urn:corsac:problem:t");
  EXPECT_EQ(json["title"], "T");
  EXPECT_EQ(json["status"], 400);
  EXPECT_EQ(json["instance"], "urn:corsac:request:id-1");
  EXPECT_FALSE(json.contains("errors"));
  EXPECT_FALSE(json.contains("running"));
  EXPECT_EQ(response.body.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace corsac
