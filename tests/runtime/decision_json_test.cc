// Tests of runtime/decision/decision_json.h and decision_request.h.
#include "runtime/decision/decision_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "runtime/decision/evaluate.h"
#include "tests/runtime/explain_world.h"

namespace corsac {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using testing::World;

std::string ErrorOf(const std::string& json) {
  const Result<DecisionRequest> request = ParseDecisionRequest(json);
  return request ? "no error" : request.error().message;
}

TEST(ParseDecisionRequestTest, TakesHostAndTargetFromTheUrl) {
  struct Row {
    const char* url;
    const char* host;
    const char* target;
    const char* origin;
  };
  for (const Row& row : {
           Row{"https://api.example.com/a?b=1#c", "api.example.com", "/a?b=1",
               "https://api.example.com"},
           Row{"HTTP://API.example.com:8080", "API.example.com:8080", "/",
               "http://api.example.com:8080"},
           Row{"https://a.test:443?q", "a.test:443", "/?q", "https://a.test"},
           Row{"http://[::1]:80/x", "[::1]:80", "/x", "http://[::1]"},
           Row{"http://[::1]", "[::1]", "/", "http://[::1]"},
           Row{"https://a.test:0443/", "a.test:0443", "/", "https://a.test"},
           Row{"https://a.test#frag", "a.test", "/", "https://a.test"},
           Row{"https://a.test/@x", "a.test", "/@x", "https://a.test"},
       }) {
    SCOPED_TRACE(row.url);
    const Result<DecisionRequest> request = ParseDecisionRequest(
        R"({"method":"GET","url":")" + std::string(row.url) + R"("})");
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->view().method, "GET");
    EXPECT_EQ(request->view().host, row.host);
    EXPECT_EQ(request->view().target, row.target);
    EXPECT_EQ(request->url_origin(), row.origin);
    EXPECT_TRUE(request->view().headers.empty());
  }
}

TEST(ParseDecisionRequestTest, KeepsHeaderLinesAsTheyCame) {
  Result<DecisionRequest> request = ParseDecisionRequest(
      R"({"headers":[["Origin"," https://a.test"],["origin","x"],["X","\u00e9"]],
          "target":"/a","method":"PUT","response_headers":["ETag"]})");
  ASSERT_TRUE(request) << request.error().message;
  // Views survive a move.
  const DecisionRequest moved = *std::move(request);
  const RequestView view = moved.view();
  ASSERT_THAT(view.headers, SizeIs(3));
  EXPECT_EQ(view.headers[0].name, "Origin");
  EXPECT_EQ(view.headers[0].value, " https://a.test");
  EXPECT_EQ(view.headers[1].name, "origin");
  EXPECT_EQ(view.headers[2].value, "\xC3\xA9");
  EXPECT_EQ(view.host, "");
  EXPECT_EQ(view.target, "/a");
  EXPECT_EQ(view.method, "PUT");
  ASSERT_TRUE(moved.response_headers());
  EXPECT_THAT(*moved.response_headers(), ElementsAre("ETag"));
}

TEST(ParseDecisionRequestTest, FindsTheHostInTheHeadersUnlessItIsGiven) {
  Result<DecisionRequest> request = ParseDecisionRequest(
      R"({"method":"GET","target":"/","headers":[["hOST"," a.test\t"]]})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->view().host, "a.test");
  request = ParseDecisionRequest(
      R"({"method":"GET","target":"/","host":"b.test",
          "headers":[["Host","a.test"],["Host","c.test"]]})");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->view().host, "b.test");
  EXPECT_EQ(ErrorOf(R"({"method":"GET","target":"/",
                        "headers":[["Host","a"],["host","a"]]})"),
            "`headers` has 2 Host lines; a request has one");
}

TEST(ParseDecisionRequestTest, NamesTheKeyThatIsWrong) {
  struct Row {
    const char* json;
    const char* error;
  };
  for (const Row& row : {
           Row{R"([])", "a request must be an object, not a list"},
           Row{R"(7)", "a request must be an object, not a number"},
           Row{R"({})", "`method` is missing"},
           Row{R"({"method":""})", "`method` is empty"},
           Row{R"({"method":"GET"})",
               "`url` is missing (or `target` in its place)"},
           Row{R"({"method":5})", "`method` must be a string, not a number"},
           Row{R"({"url":null})", "`url` must be a string, not null"},
           Row{R"({"url":1.5})", "`url` must be a string, not a number"},
           Row{R"({"host":true})", "`host` must be a string, not a boolean"},
           Row{R"({"target":{}})", "`target` must be a string, not an object"},
           Row{R"({"headers":{}})",
               "`headers` must be a list of [name, value] pairs of strings, "
               "not an object"},
           Row{R"({"headers":[["a","b"],"c"]})",
               "`headers[1]` must be a [name, value] pair, not a string"},
           Row{R"({"headers":[["a"]]})",
               "`headers[0]` must be a [name, value] pair, not a list of 1"},
           Row{R"({"headers":[["a",1]]})",
               "`headers[0][1]` must be a string, not a number"},
           Row{R"({"response_headers":"a"})",
               "`response_headers` must be a list of header names, not a "
               "string"},
           Row{R"({"response_headers":["a",[]]})",
               "`response_headers[1]` must be a string, not a list"},
           Row{R"({"method":"GET","url":"http://a","host":"a"})",
               "`host` cannot stand beside `url`"},
           Row{R"({"method":"GET","url":"http://a","target":"/"})",
               "`target` cannot stand beside `url`"},
           Row{R"({"orgin":"x"})",
               "unknown key `orgin`; known are method, url, host, target, "
               "headers and response_headers"},
           Row{R"({"method":"GET","url":"/a"})",
               "`url` must be an absolute http or https URL, not `/a`"},
           Row{R"({"method":"GET","url":"ftp://a/"})",
               "`url` must be an absolute http or https URL, not `ftp://a/`"},
           Row{R"({"method":"GET","url":"http://u:p@a/"})",
               "`url` must not hold a user name or password (an `@` before "
               "the path)"},
           Row{R"({"method":"GET","url":"http:///a"})", "`url` has no host"},
           Row{R"({"method":"GET","url":"http://:80"})", "`url` has no host"},
           Row{R"({"method":"GET","url":"http://a:x/"})",
               "`url` has a port that is not a number up to 65535: `x`"},
           Row{R"({"method":"GET","url":"http://a:65536/"})",
               "`url` has a port that is not a number up to 65535: `65536`"},
           Row{R"({"method":"GET","url":"http://a b/"})",
               "`url` has a byte in its host that cannot be there: `a b`"},
           Row{R"({"method":"GET","method":"PUT"})",
               "key `method` stands twice in one object"},
       }) {
    EXPECT_EQ(ErrorOf(row.json), row.error) << row.json;
  }
}

TEST(ParseDecisionRequestTest, SurvivesTextThatIsNoJson) {
  for (const char* json :
       {"", " ", "{", "{\"a\"", "{\"a\":}", "nul", "\"\\ud800\"", "[1e999]",
        "{} x", "{\"method\":\"\xFF\"}", "{\"method\":\"\xC0\x80\"}", "\x00",
        "{\"method\":\"a\nb\"}"}) {
    EXPECT_THAT(ErrorOf(json), HasSubstr("not valid JSON")) << json;
  }
  // What is quoted from the text comes out printable.
  for (const char c : ErrorOf("{\"\x1b[31m\xFF")) {
    EXPECT_GE(c, 0x20);
    EXPECT_LT(c, 0x7F);
  }
  const std::string deep(1'000'000, '[');
  EXPECT_EQ(ErrorOf(deep), "values nest more than 16 deep");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_EQ(ErrorOf(objects), "values nest more than 16 deep");
}

TEST(ParseDecisionBatchTest, ReadsOneRequestOrMany) {
  Result<DecisionBatch> batch =
      ParseDecisionBatch(R"({"method":"GET","target":"/"})", 2);
  ASSERT_TRUE(batch);
  EXPECT_FALSE(batch->is_batch);
  ASSERT_THAT(batch->items, SizeIs(1));
  EXPECT_TRUE(batch->items[0]);

  batch = ParseDecisionBatch(
      R"({"requests":[{"method":"GET","target":"/"},{"method":1}]})", 2);
  ASSERT_TRUE(batch);
  EXPECT_TRUE(batch->is_batch);
  EXPECT_FALSE(batch->too_many());
  ASSERT_THAT(batch->items, SizeIs(2));
  EXPECT_TRUE(batch->items[0]);
  ASSERT_FALSE(batch->items[1]);
  EXPECT_EQ(batch->items[1].error().message,
            "`method` must be a string, not a number");

  batch = ParseDecisionBatch(R"({"requests":[{},{},{}]})", 2);
  ASSERT_TRUE(batch);
  EXPECT_TRUE(batch->too_many());
  EXPECT_EQ(batch->count, 3U);
  EXPECT_THAT(batch->items, SizeIs(0));

  batch = ParseDecisionBatch(R"({"requests":[]})", 2);
  ASSERT_TRUE(batch);
  EXPECT_FALSE(batch->too_many());
  EXPECT_THAT(batch->items, SizeIs(0));
}

TEST(ParseDecisionBatchTest, RefusesWhatIsNoBatch) {
  const auto error = [](const char* json) {
    const Result<DecisionBatch> batch = ParseDecisionBatch(json, 9);
    return batch ? "no error" : batch.error().message;
  };
  EXPECT_EQ(error(R"({"requests":{}})"),
            "`requests` must be a list of requests, not an object");
  EXPECT_EQ(error(R"({"requests":[],"method":"GET"})"),
            "key `method` cannot stand beside `requests`");
  EXPECT_THAT(error("{"), HasSubstr("not valid JSON"));
}

// --- Decisions
// ----------------------------------------------------------------

std::string JsonOf(const World& world, const std::string& request_json,
                   DecisionJsonOptions options = {}) {
  const std::unique_ptr<const PolicyTable> table = world.Build();
  const Result<DecisionRequest> request = ParseDecisionRequest(request_json);
  if (!request) return request.error().message;
  if (request->response_headers()) {
    options.response_headers = &*request->response_headers();
  }
  return DecisionToJson(*table, Evaluate(*table, request->view()), options);
}

DecisionJsonOptions Generation42() {
  DecisionJsonOptions options;
  options.generation = 42;
  return options;
}

DecisionJsonOptions Explained(std::string_view steps) {
  DecisionJsonOptions options;
  options.explain = steps;
  return options;
}

TEST(DecisionToJsonTest, HasOneShape) {
  World world;
  world.Route("app").Exact("https://app.test");
  world.policy().methods.names = {"PUT"};
  EXPECT_EQ(
      JsonOf(world, R"({"method":"OPTIONS","url":"https://api.test/app",
          "headers":[["Origin","https://app.test"],
                     ["Access-Control-Request-Method","PUT"]]})",
             Generation42()),
      R"({"kind":"preflight","outcome":"allow","code":"allow:exact",)"
      R"("route":{"id":"app","file":"site.toml","line":100},"forward":false,)"
      R"("response":{"status":204,"set":[)"
      R"(["Access-Control-Allow-Origin","https://app.test"],)"
      R"(["Access-Control-Allow-Methods","PUT"],)"
      R"(["Vary","Origin, Access-Control-Request-Method, )"
      R"(Access-Control-Request-Headers"]],"remove":[]},"generation":42})");
  EXPECT_EQ(JsonOf(world, R"({"method":"GET","target":"/none",
          "headers":[["Origin","https://app.test"]]})",
                   Explained("[1]")),
            R"({"kind":"actual","outcome":"deny","code":"no-matching-route",)"
            R"("route":null,"forward":true,"response":{"status":null,"set":[],)"
            R"("remove":["Access-Control-Allow-Origin",)"
            R"("Access-Control-Allow-Credentials",)"
            R"("Access-Control-Allow-Methods","Access-Control-Allow-Headers",)"
            R"("Access-Control-Expose-Headers","Access-Control-Max-Age",)"
            R"("Access-Control-Allow-Private-Network"]},"generation":0,)"
            R"("explain":[1]})");
}

TEST(DecisionToJsonTest, SaysWhatIsSpecialAboutTheAnswer) {
  World world;
  world.Route("keep").Exact("https://app.test");
  world.policy().upstream_keep = true;
  EXPECT_THAT(JsonOf(world, R"({"method":"GET","target":"/keep",
                         "headers":[["Origin","https://app.test"]]})"),
              HasSubstr(R"("remove":[],"keep_upstream":true},)"));
  EXPECT_THAT(JsonOf(world, R"({"method":"GET","target":"/keep",
                 "headers":[["Origin","a"],["Origin","a"]]})"),
              HasSubstr(R"("response":{"status":400,"set":[["Vary","Origin"]],)"
                        R"("remove":[],"close":true},)"));
}

TEST(DecisionToJsonTest, ExpandsExposedHeadersWhenItKnowsThem) {
  World world;
  world.Route("x").Exact("https://app.test");
  world.policy().credentials = true;
  world.policy().expose.any = true;
  world.policy().expose_expand = true;
  world.policy().timing_allow_origin.any = true;
  const std::string request = R"("method":"GET","target":"/x",
      "headers":[["Origin","https://app.test"]])";
  EXPECT_THAT(JsonOf(world, "{" + request + "}"),
              HasSubstr(R"(,"expose":"expand"})"));
  const std::string known = JsonOf(
      world, "{" + request + R"(,"response_headers":["ETag","Date","etag",
                 "Set-Cookie","Content-Type","X Y"]})");
  EXPECT_THAT(known,
              HasSubstr(R"(["Access-Control-Allow-Credentials","true"],)"
                        R"(["Access-Control-Expose-Headers","etag,date"],)"
                        R"(["Vary","Origin"],["Timing-Allow-Origin","*"]])"));
  EXPECT_THAT(known, ::testing::Not(HasSubstr("expand")));
}

TEST(DecisionToJsonTest, EscapesWhatCameWithTheRequest) {
  World world;
  world.Route("x").Exact("https://app.test");
  const std::unique_ptr<const PolicyTable> table = world.Build();
  // A method is not checked before it is reported.
  world.policy().methods_strict = true;
  const std::unique_ptr<const PolicyTable> strict = world.Build();
  const testing::Asked asked("P\"\n\xFF\xC3\xA9", "/x",
                             {{"Origin", "https://app.test"}});
  const std::string json =
      DecisionToJson(*strict, Evaluate(*strict, asked.view()));
  EXPECT_THAT(json,
              HasSubstr(R"("code":"method-not-allowed:P\"\n\ufffd\u00e9")"));
}

TEST(ErrorToJsonTest, IsOneObject) {
  EXPECT_EQ(ErrorToJson("a \"b\"", 3), R"({"error":"a \"b\"","line":3})");
  EXPECT_EQ(ErrorToJson("\xFF"), R"({"error":"\ufffd"})");
  EXPECT_EQ(QuoteJson("\x1b\xE2\x82\xAC"), R"("\u001b\u20ac")");
}

}  // namespace
}  // namespace corsac
