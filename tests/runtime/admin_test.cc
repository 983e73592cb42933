// Tests of runtime/admin without a socket: what each handler answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "compiler/compile.h"
#include "runtime/admin/limits.h"
#include "runtime/admin/query.h"
#include "runtime/admin/router.h"
#include "tests/runtime/site_rules.h"
#include "tests/testing/temp_folder.h"

namespace corsac {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using testing::kSiteRules;
using testing::TempFolder;
using testing::WriteFile;

class AdminApiTest : public ::testing::Test {
 protected:
  AdminApiTest()
      : reloader_({.rules = file_, .allow_shrink = false, .compile = {}},
                  &store_, [this](const ReloadAttempt& attempt) {
                    metrics_.CountReload(attempt);
                  }) {}

  void Load() {
    WriteFile(file_, kSiteRules);
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

  WriteFile(file_, std::string(kSiteRules) + "max-age = 600\n");
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
  WriteFile(file_, std::string(kSiteRules) +
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
