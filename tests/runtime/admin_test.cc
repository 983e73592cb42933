// Tests of runtime/admin without a socket: queries, guards, the endpoint table,
// and what each handler answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "compiler/compile.h"
#include "runtime/admin/guard.h"
#include "runtime/admin/limits.h"
#include "runtime/admin/problem.h"
#include "runtime/admin/query.h"
#include "runtime/admin/router.h"
#include "tests/runtime/temp_folder.h"

namespace corsac {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TempFolder;
using testing::WriteFile;

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
)";

class AdminApiTest : public ::testing::Test {
 protected:
  AdminApiTest()
      : reloader_({.rules = file_, .allow_shrink = false, .compile = {}},
                  &store_, [this](const ReloadAttempt& attempt) {
                    metrics_.CountReload(attempt);
                  }) {}

  void Load() {
    WriteFile(file_, kRules);
    ASSERT_EQ(reloader_.Reload(ReloadTrigger::kStart)->result,
              ReloadResult::kSuccess);
  }

  AdminResponse Call(const std::string& method, const std::string& uri,
                     const std::string& body = "") {
    AdminRequest request;
    request.id = "test";
    request.method = method;
    const std::size_t mark = std::min(uri.find('?'), uri.size());
    request.path = uri.substr(0, mark);
    if (mark < uri.size()) request.query = *Query::Parse(uri.substr(mark + 1));
    request.body = body;
    const auto found = FindEndpoint(request.path, method);
    const Endpoint* const* endpoint = std::get_if<const Endpoint*>(&found);
    if (endpoint == nullptr) {
      ADD_FAILURE() << "no such endpoint: " << method << ' ' << uri;
      return {};
    }
    return (*endpoint)->handle(request, context_);
  }
  // Calls and expects status 200 and JSON.
  Json CallJson(const std::string& method, const std::string& uri,
                const std::string& body = "") {
    const AdminResponse response = Call(method, uri, body);
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.content_type, "application/json");
    return Json::parse(response.body, nullptr, false);
  }
  // Calls and expects a problem.
  Json CallForProblem(int status, const std::string& type,
                      const std::string& method, const std::string& uri,
                      const std::string& body = "") {
    const AdminResponse response = Call(method, uri, body);
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(response.content_type, "application/problem+json");
    Json json = Json::parse(response.body, nullptr, false);
    EXPECT_EQ(json["type"], "urn:corsac:problem:" + type);
    return json;
  }

  TempFolder temp_;
  const std::filesystem::path file_ = temp_ / "site.toml";
  PolicyStore store_;
  Metrics metrics_;
  std::atomic<bool> draining_{false};
  Reloader reloader_;
  AdminContext context_{store_,         reloader_,
                        metrics_,       draining_,
                        file_.string(), std::chrono::system_clock::now()};
};

const char kOrder[] = "url=https://api.example.com/orders/7";

TEST_F(AdminApiTest, AsksAboutAnActualRequest) {
  Load();
  const Json json =
      CallJson("GET", std::string("/v1/decision?origin=https://app.example.com"
                                  "&method=GET&") +
                          kOrder);
  EXPECT_EQ(json["kind"], "actual");
  EXPECT_EQ(json["outcome"], "allow");
  EXPECT_EQ(json["code"], "allow:exact");
  EXPECT_EQ(json["route"]["id"], "orders");
  EXPECT_EQ(json["route"]["line"], 3);
  EXPECT_THAT(json["route"]["file"], HasSubstr("site.toml"));
  EXPECT_EQ(json["forward"], true);
  EXPECT_EQ(json["response"]["status"], nullptr);
  EXPECT_EQ(json["response"]["set"],
            Json::parse(R"([["Access-Control-Allow-Origin",
                             "https://app.example.com"],
                            ["Access-Control-Allow-Credentials", "true"],
                            ["Vary", "Origin"]])"));
  EXPECT_EQ(json["generation"], 1);
  EXPECT_FALSE(json.contains("explain"));
}

TEST_F(AdminApiTest, AsksAboutAPreflight) {
  Load();
  const std::string base =
      std::string("/v1/decision?origin=https://app.example.com&") + kOrder;
  const Json by_request_method =
      CallJson("GET", base + "&request_method=PUT&request_headers=x-csrf");
  EXPECT_EQ(by_request_method["kind"], "preflight");
  EXPECT_EQ(by_request_method["code"], "allow:exact");
  EXPECT_EQ(by_request_method["response"]["status"], 204);
  for (const char* same :
       {"&method=PUT&request_headers=x-csrf",
        "&method=PUT&request_method=PUT&request_headers=x-csrf",
        "&method=OPTIONS&request_method=PUT&request_headers=x-csrf"}) {
    EXPECT_EQ(CallJson("GET", base + same), by_request_method) << same;
  }
  EXPECT_EQ(CallJson("GET", base + "&request_method=DELETE")["code"],
            "method-not-allowed:DELETE");
  EXPECT_EQ(CallJson("GET", base + "&request_headers=x-a,x-b")["code"],
            "header-not-allowed:x-a");
  EXPECT_EQ(CallJson("GET", base + "&request_method=PUT&request_headers=x-csrf"
                                   "&request_headers=x-b")["code"],
            "header-not-allowed:x-b");
}

TEST_F(AdminApiTest, AsksWithoutAnOriginAndWithTwo) {
  Load();
  EXPECT_EQ(CallJson("GET", std::string("/v1/decision?") + kOrder)["kind"],
            "not-cors");
  EXPECT_EQ(CallJson("GET", std::string("/v1/decision?origin=https://a.com&"
                                        "origin=https://b.com&") +
                                kOrder)["code"],
            "duplicate-origin");
}

TEST_F(AdminApiTest, ExplainsInFull) {
  Load();
  const Json json = CallJson(
      "GET",
      std::string("/v1/decision?explain=full&origin=https://b.com&") + kOrder);
  EXPECT_EQ(json["code"], "origin-not-allowed");
  ASSERT_TRUE(json["explain"].is_array());
  EXPECT_FALSE(json["explain"].empty());
}

TEST_F(AdminApiTest, RefusesQuestionsThatCannotBeMeant) {
  Load();
  const std::string base = std::string("/v1/decision?") + kOrder;
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"/v1/decision", "`url` is missing"},
      {"/v1/decision?url=/orders/7", "`url`"},
      {"/v1/decision?url=ftp://x/", "`url`"},
      {"/v1/decision?url=https://u:p@x/", "`url`"},
      {base + "&orgin=https://a.com", "unknown query parameter `orgin`"},
      {base + "&method=GET&method=PUT", "`method` is given more than once"},
      {base + "&method=GET&request_method=PUT", "disagree"},
      {base + "&explain=yes", "`explain` must be"},
  };
  for (const auto& [uri, reason] : rows) {
    SCOPED_TRACE(uri);
    EXPECT_THAT(CallForProblem(400, "bad-query", "GET", uri)["detail"],
                HasSubstr(reason));
  }
}

TEST_F(AdminApiTest, DecidesAboutOneRequest) {
  Load();
  const Json json = CallJson("POST", "/v1/decision", R"({
      "method": "OPTIONS", "url": "https://api.example.com/orders/7",
      "headers": [["Origin", "https://x.example.org"],
                  ["Access-Control-Request-Method", "PUT"]]})");
  EXPECT_EQ(json["kind"], "preflight");
  EXPECT_EQ(json["code"], "allow:subdomain");
  EXPECT_EQ(json["generation"], 1);
}

TEST_F(AdminApiTest, DecidesAboutABatchInOrder) {
  Load();
  const Json json = CallJson("POST", "/v1/decision", R"({"requests": [
      {"method": "GET", "url": "https://api.example.com/orders/7",
       "headers": [["Origin", "https://app.example.com"]]},
      {"method": "GET", "target": "/", "host": "static.example.com",
       "headers": [["Origin", "https://anybody.com"]]},
      {"method": "GET", "url": "https://api.example.com/plain",
       "headers": [["Origin", "https://anybody.com"]]}]})");
  ASSERT_EQ(json["decisions"].size(), 3U);
  EXPECT_EQ(json["decisions"][0]["code"], "allow:exact");
  EXPECT_EQ(json["decisions"][1]["code"], "allow:any");
  EXPECT_EQ(json["decisions"][2]["code"], "cors-disabled");
  EXPECT_EQ(CallJson("POST", "/v1/decision", R"({"requests": []})"),
            Json::parse(R"({"decisions": []})"));
}

std::string Batch(std::size_t count) {
  std::string body = R"({"requests":[)";
  for (std::size_t i = 0; i < count; ++i) {
    body += i == 0 ? "" : ",";
    body += R"({"method":"GET","target":"/"})";
  }
  return body + "]}";
}

TEST_F(AdminApiTest, BoundsBatches) {
  Load();
  EXPECT_EQ(
      CallJson("POST", "/v1/decision", Batch(kMaxBatch))["decisions"].size(),
      kMaxBatch);
  CallForProblem(413, "too-many-requests-in-batch", "POST", "/v1/decision",
                 Batch(kMaxBatch + 1));
  EXPECT_EQ(CallJson("POST", "/v1/decision?explain=full",
                     Batch(kMaxExplainedBatch))["decisions"]
                .size(),
            kMaxExplainedBatch);
  EXPECT_THAT(CallForProblem(413, "too-many-requests-in-batch", "POST",
                             "/v1/decision?explain=full",
                             Batch(kMaxExplainedBatch + 1))["detail"],
              HasSubstr("explain=full"));
}

TEST_F(AdminApiTest, RefusesBodiesThatAreNoQuestions) {
  Load();
  for (const char* body :
       {"", "{", "nonsense", "[1", "\xff\xfe", "{\"method\":\"GET\"} x"}) {
    SCOPED_TRACE(body);
    CallForProblem(400, "bad-json", "POST", "/v1/decision", body);
  }
  const Json one = CallForProblem(422, "bad-decision-request", "POST",
                                  "/v1/decision", R"({"method": "GET"})");
  EXPECT_EQ(one["errors"].size(), 1U);
  const Json batch =
      CallForProblem(422, "bad-decision-request", "POST", "/v1/decision",
                     R"({"requests": [{"method":"GET","target":"/"},
                       {"method":"GET","target":"/","heders":[]},
                       {"method":7,"target":"/"}]})");
  ASSERT_EQ(batch["errors"].size(), 2U);
  EXPECT_EQ(batch["errors"][0]["index"], 1);
  EXPECT_THAT(batch["errors"][0]["detail"], HasSubstr("heders"));
  EXPECT_EQ(batch["errors"][1]["index"], 2);
  EXPECT_THAT(batch["errors"][1]["detail"], HasSubstr("method"));
  CallForProblem(400, "bad-query", "POST", "/v1/decision?origin=x", "{}");
}

TEST_F(AdminApiTest, BeforeTheFirstRulesThereIsNothingToDecideBy) {
  CallForProblem(503, "no-rules-yet", "GET",
                 std::string("/v1/decision?") + kOrder);
  CallForProblem(503, "no-rules-yet", "POST", "/v1/decision", Batch(1));
  EXPECT_EQ(Call("GET", "/-/ready").status, 503);
  EXPECT_EQ(Call("GET", "/-/ready").body, "starting\n");
  EXPECT_EQ(Call("GET", "/-/healthy").status, 200);
  const Json status = CallJson("GET", "/v1/status");
  EXPECT_EQ(status["state"], "starting");
  EXPECT_EQ(status["running"], nullptr);
  EXPECT_EQ(status["last_attempt"], nullptr);
  const Json routes = CallJson("GET", "/v1/routes");
  EXPECT_EQ(routes["generation"], 0);
  EXPECT_EQ(routes["total"], 0);
}

TEST_F(AdminApiTest, StatusTellsRunningAndLastAttemptApart) {
  Load();
  Json status = CallJson("GET", "/v1/status");
  EXPECT_EQ(status["state"], "ready");
  EXPECT_EQ(status["source"]["path"], file_.string());
  EXPECT_EQ(status["running"]["generation"], 1);
  EXPECT_EQ(status["running"]["routes"], 3);
  EXPECT_EQ(status["running"]["origin_rules"], 2);
  EXPECT_EQ(status["last_attempt"]["result"], "success");
  EXPECT_EQ(status["last_attempt"]["trigger"], "start");
  const Json running = status["running"];
  EXPECT_EQ(running["bundle"], status["last_attempt"]["bundle"]);

  WriteFile(file_, std::string(kRules) + "max-age = 600\n");
  reloader_.Reload(ReloadTrigger::kFile);
  status = CallJson("GET", "/v1/status");
  EXPECT_EQ(status["state"], "degraded");
  EXPECT_EQ(status["running"], running) << "not touched by the failure";
  EXPECT_EQ(status["last_attempt"]["result"], "failure");
  EXPECT_EQ(status["last_attempt"]["trigger"], "file");
  EXPECT_NE(status["last_attempt"]["bundle"], running["bundle"]);
  EXPECT_EQ(status["last_attempt"]["error_count"], 1);
  const Json error = status["last_attempt"]["errors"][0];
  EXPECT_EQ(error["line"], 23);
  EXPECT_THAT(error["file"], HasSubstr("site.toml"));
  EXPECT_THAT(error.dump(), HasSubstr("max_age"));
  EXPECT_EQ(Call("GET", "/-/ready").body, "degraded\n");
  EXPECT_EQ(Call("GET", "/-/ready").status, 200);

  draining_.store(true);
  EXPECT_EQ(CallJson("GET", "/v1/status")["state"], "draining");
  EXPECT_EQ(Call("GET", "/-/ready").status, 503);
  EXPECT_EQ(Call("GET", "/-/healthy").status, 200);
}

TEST_F(AdminApiTest, ListsRoutes) {
  Load();
  const Json json = CallJson("GET", "/v1/routes");
  EXPECT_EQ(json["generation"], 1);
  EXPECT_EQ(json["total"], 3);
  ASSERT_EQ(json["routes"].size(), 3U);
  const Json& orders = json["routes"][0];
  EXPECT_EQ(orders["id"], "orders");
  EXPECT_EQ(orders["path"], "/orders/{rest...}");
  EXPECT_EQ(orders["host"], nullptr);
  EXPECT_EQ(orders["line"], 3);
  EXPECT_EQ(orders["policy"]["credentials"], true);
  EXPECT_EQ(orders["policy"]["any_origin"], false);
  EXPECT_EQ(orders["policy"]["methods"], Json::parse(R"(["PUT"])"));
  EXPECT_EQ(orders["policy"]["headers"], Json::parse(R"(["x-csrf"])"));
  EXPECT_EQ(json["routes"][1]["host"], "static.example.com");
  EXPECT_EQ(json["routes"][1]["policy"]["any_origin"], true);
  EXPECT_EQ(json["routes"][1]["for_methods"], Json::parse(R"(["GET","HEAD"])"));
  EXPECT_EQ(json["routes"][2]["cors"], false);
  EXPECT_EQ(json["routes"][2]["policy"], nullptr);
}

TEST_F(AdminApiTest, PagesRoutes) {
  Load();
  const Json first = CallJson("GET", "/v1/routes?limit=2");
  EXPECT_EQ(first["routes"].size(), 2U);
  EXPECT_EQ(first["next_offset"], 2);
  const Json second = CallJson("GET", "/v1/routes?limit=2&offset=2");
  ASSERT_EQ(second["routes"].size(), 1U);
  EXPECT_EQ(second["routes"][0]["id"], "plain");
  EXPECT_FALSE(second.contains("next_offset"));
  EXPECT_EQ(CallJson("GET", "/v1/routes?offset=99")["routes"].size(), 0U);
  for (const char* query : {"limit=0", "limit=10001", "limit=x", "offset=-1",
                            "limit=1&limit=2", "page=1"}) {
    CallForProblem(400, "bad-query", "GET", std::string("/v1/routes?") + query);
  }
}

TEST_F(AdminApiTest, ChecksACandidateAndActivatesNothing) {
  Load();
  const Json good = CallJson("POST", "/v1/check",
                             "version = 1\n[[route]]\npath = \"/x\"\n"
                             "origins = [\"https://a.example.com\"]\n");
  EXPECT_EQ(good["ok"], true);
  EXPECT_EQ(good["routes"], 1);
  EXPECT_EQ(good["origin_rules"], 1);
  const Json bad = CallForProblem(
      422, "rules-refused", "POST", "/v1/check",
      "version = 1\n[[route]]\npath = \"/x\"\norigins = [\"*\"]\n"
      "credentials = true\nmax-age = 1\n");
  EXPECT_EQ(bad["running"], 1);
  ASSERT_GE(bad["errors"].size(), 2U);
  EXPECT_EQ(bad["errors"][0]["file"], "candidate.toml");
  CallForProblem(422, "rules-refused", "POST", "/v1/check", "");
  CallForProblem(422, "rules-refused", "POST", "/v1/check", "[[route");
  CallForProblem(400, "bad-query", "POST", "/v1/check?activate=true", "");
  // A candidate lies nowhere, so it has no files beside it.
  const Json list = CallForProblem(422, "rules-refused", "POST", "/v1/check",
                                   "version = 1\n[[route]]\npath = \"/x\"\n"
                                   "origins = [{ file = \"/etc/passwd\" }]\n");
  EXPECT_THAT(list.dump(), Not(HasSubstr("root:")));
  EXPECT_EQ(store_.Acquire().generation(), 1U);
  EXPECT_EQ(CallJson("GET", "/v1/status")["state"], "ready");
}

TEST_F(AdminApiTest, Reloads) {
  Load();
  for (const char* method : {"POST", "PUT"}) {
    const Json json = CallJson(method, "/-/reload");
    EXPECT_EQ(json["generation"], 1);
    EXPECT_EQ(json["changed"], false);
  }
  WriteFile(file_, std::string(kRules) +
                       "[[route]]\npath = \"/more\"\n"
                       "origins = [\"*\"]\n");
  const Json changed = CallJson("POST", "/-/reload");
  EXPECT_EQ(changed["generation"], 2);
  EXPECT_EQ(changed["changed"], true);

  WriteFile(file_, "version = 1\n[[route]]\n");
  const Json refused =
      CallForProblem(422, "rules-refused", "POST", "/-/reload");
  EXPECT_EQ(refused["running"], 2);
  EXPECT_FALSE(refused["errors"].empty());
  // Asked again, it is told again.
  EXPECT_EQ(CallForProblem(422, "rules-refused", "POST", "/-/reload")["errors"],
            refused["errors"]);

  WriteFile(file_,
            "version = 1\n[[route]]\npath = \"/x\"\norigins = [\"*\"]\n");
  EXPECT_THAT(CallForProblem(422, "rules-refused", "POST", "/-/reload").dump(),
              HasSubstr("CORS904"));
  EXPECT_EQ(CallJson("POST", "/-/reload?allow_shrink=true")["generation"], 3);
  for (const char* query : {"allow_shrink=yes", "force=true"}) {
    CallForProblem(400, "bad-query", "POST", std::string("/-/reload?") + query);
  }
}

TEST_F(AdminApiTest, NotTooManyChecksAtOnce) {
  Load();
  std::string big = "version = 1\n[[route]]\npath = \"/x\"\norigins = [\n";
  for (int i = 0; i < 20'000; ++i) {
    big += "\"https://a" + std::to_string(i) + ".example.com\",\n";
  }
  big += "]\n";
  std::atomic<int> good{0};
  std::atomic<int> busy{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 6; ++i) {
    callers.emplace_back([&] {
      const AdminResponse response = Call("POST", "/v1/check", big);
      if (response.status == 200) good.fetch_add(1);
      if (response.status == 503) busy.fetch_add(1);
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(good.load() + busy.load(), 6);
  EXPECT_GE(good.load(), kMaxChecksAtOnce);
  EXPECT_EQ(Call("POST", "/v1/check", big).status, 200) << "and free again";
}

}  // namespace
}  // namespace corsac
